/** A Python process with scikit-learn, asked one question after another. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface ScikitLearn {
  versions(): Promise<{ readonly python: string; readonly scikitLearn: string }>;
  /** One of the data sets that scikit-learn ships. */
  data(name: string): Promise<{ readonly rows: readonly number[][]; readonly targets: readonly number[] }>;
  /** Hands over data, to be fitted later by its name. */
  hold(name: string, rows: readonly ArrayLike<number>[], targets: readonly (number | ArrayLike<number>)[]): Promise<unknown>;
  /** CPU times of fitting all of the data and predicting it again. */
  time(name: string, model: SklearnModel, settings: SklearnSettings): Promise<{ readonly fitMs: number; readonly predictUsPerRow: number }>;
  /** Predictions (labels or values) for the test rows. */
  predict(name: string, model: SklearnModel, fold: SklearnFold): Promise<{ readonly predictions: readonly number[] }>;
  close(): void;
}

export type SklearnModel = 'classifier' | 'regressor' | 'extra-trees';
export type SklearnSettings = Readonly<Record<string, number | string | boolean>>;
export interface SklearnFold {
  readonly settings: SklearnSettings;
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/** `undefined` where the Python is not there or has no scikit-learn. One thread: numeric libraries too. */
export async function openScikitLearn(python: string): Promise<ScikitLearn | undefined> {
  const child = spawn(python, [fileURLToPath(new URL('./scikit-learn.py', import.meta.url))], {
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const gone = new Promise<never>((_, reject) => child.on('error', reject));
  gone.catch(() => undefined);
  // A process that has ended says so by the end of its output.
  child.stdin.on('error', () => undefined);
  const ask = async (request: object): Promise<unknown> => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const line = await Promise.race([lines.next(), gone]);
    if (line.done === true) throw new Error(`${python} ended; does it have scikit-learn?`);
    return JSON.parse(line.value);
  };
  const array = (values: readonly (number | ArrayLike<number>)[]) => values.map((value) => (typeof value === 'number' ? value : Array.from(value)));
  const session: ScikitLearn = {
    versions: () => ask({ ask: 'versions' }) as ReturnType<ScikitLearn['versions']>,
    data: (name) => ask({ ask: 'data', name }) as ReturnType<ScikitLearn['data']>,
    hold: (name, rows, targets) => ask({ ask: 'hold', name, rows: array(rows), targets: array(targets) }),
    time: (name, model, settings) => ask({ ask: 'fit', name, model, settings }) as ReturnType<ScikitLearn['time']>,
    predict: (name, model, fold) => ask({ ask: 'fit', name, model, ...fold }) as ReturnType<ScikitLearn['predict']>,
    close: () => child.stdin.end(),
  };
  try {
    await session.versions();
    return session;
  } catch {
    child.kill();
    return undefined;
  }
}
