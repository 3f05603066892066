/** The thread in which trials are executed again to be looked at. */
import { parentPort } from 'node:worker_threads';
import { type BesideOrder, besideTrials } from './beside-trial.ts';

const beside = besideTrials();

parentPort?.on('message', ({ number, order }: { readonly number: number; readonly order: BesideOrder }) => {
  beside(order).then(
    (made) => parentPort?.postMessage({ number, made }),
    (error: unknown) => parentPort?.postMessage({ number, failure: (error as Error).message }),
  );
});
