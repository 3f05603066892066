/** A Python process with scikit-learn, asked one question after another. */
import { openPeerProcess } from '../peers/peer-process.ts';

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

/** `undefined` where the Python is not there or has no scikit-learn. */
export async function openScikitLearn(python: string): Promise<ScikitLearn | undefined> {
  const peer = await openPeerProcess(python, new URL('./scikit-learn.py', import.meta.url));
  if (peer === undefined) return undefined;
  const { ask, close } = peer;
  const array = (values: readonly (number | ArrayLike<number>)[]) => values.map((value) => (typeof value === 'number' ? value : Array.from(value)));
  return {
    versions: () => ask({ ask: 'versions' }) as ReturnType<ScikitLearn['versions']>,
    data: (name) => ask({ ask: 'data', name }) as ReturnType<ScikitLearn['data']>,
    hold: (name, rows, targets) => ask({ ask: 'hold', name, rows: array(rows), targets: array(targets) }),
    time: (name, model, settings) => ask({ ask: 'fit', name, model, settings }) as ReturnType<ScikitLearn['time']>,
    predict: (name, model, fold) => ask({ ask: 'fit', name, model, ...fold }) as ReturnType<ScikitLearn['predict']>,
    close,
  };
}
