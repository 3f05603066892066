/** A hot path at one size in a process of its own, of one checkout. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ProbeOrder } from './probe-worker.ts';

export interface ProbeName {
  readonly path: string;
  readonly size: number;
}

export interface Probe {
  /** CPU microseconds of one run, on the mean of so many. */
  us(runs: number): Promise<number>;
  /** Heap bytes of one run. */
  bytes(runs: number): Promise<number>;
  close(): void;
}

export const probeWorker = fileURLToPath(new URL('./probe-worker.ts', import.meta.url));
export const checkoutHooks = new URL('./checkout-hooks.ts', import.meta.url).href;

/** `undefined` where the checkout has no such path: what it needs is not there, or is called otherwise. */
export async function openProbe(checkout: string, { path, size }: ProbeName): Promise<Probe | undefined> {
  const child = fork(probeWorker, [path, String(size)], {
    execArgv: ['--import', checkoutHooks],
    env: { ...process.env, RATCHET_CHECKOUT: checkout },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const ended = once(child, 'exit').then(() => undefined);
  if ((await Promise.race([once(child, 'message'), ended])) === undefined) return undefined;
  const ask = async (order: ProbeOrder): Promise<number> => {
    const answer = Promise.race([once(child, 'message'), ended]);
    child.send(order);
    const [value] = (await answer) ?? [];
    if (typeof value !== 'number') throw new Error(`"${path}" ended while it was measured in ${checkout}`);
    return value;
  };
  return {
    us: async (runs) => (await ask({ measure: 'time', runs })) / runs,
    bytes: (runs) => ask({ measure: 'bytes', runs }),
    close: () => child.disconnect(),
  };
}
