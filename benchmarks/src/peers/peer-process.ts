/** A Python program that is asked one question after another: a line of JSON in, a line of JSON out. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface PeerProcess {
  ask(request: object): Promise<unknown>;
  close(): void;
}

/** `undefined` where the Python is not there, or the program ends at its first question for want of a library. One thread: numeric libraries too. */
export async function openPeerProcess(python: string, program: URL): Promise<PeerProcess | undefined> {
  const child = spawn(python, [fileURLToPath(program)], {
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const gone = new Promise<never>((_, reject) => child.on('error', reject));
  gone.catch(() => undefined);
  // A process that has ended says so by the end of its output.
  child.stdin.on('error', () => undefined);
  const ask: PeerProcess['ask'] = async (request) => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const line = await Promise.race([lines.next(), gone]);
    if (line.done === true) throw new Error(`${python} ended while ${fileURLToPath(program)} was asked`);
    const answer = JSON.parse(line.value) as { error?: string };
    if (answer.error !== undefined) throw new Error(`${fileURLToPath(program)}: ${answer.error}`);
    return answer;
  };
  try {
    await ask({ ask: 'versions' });
    return { ask, close: () => child.stdin.end() };
  } catch {
    child.kill();
    return undefined;
  }
}
