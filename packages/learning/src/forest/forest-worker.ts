/** The worker thread in which a forest grows off the event loop; `grow-in-worker.ts` starts it. */
import { parentPort, workerData } from 'node:worker_threads';
import { seededRandom } from '@ratchet/core';
import { ForestError } from './forest-error.ts';
import { growForest } from './grow-forest.ts';
import type { ForestJob, ForestReply } from './grow-in-worker.ts';

const { ground, options, seed } = workerData as ForestJob;
let reply: ForestReply;
try {
  reply = { kind: 'grown', grown: growForest(ground, options, seededRandom(...seed)) };
} catch (error) {
  if (!(error instanceof ForestError)) throw error;
  reply = { kind: 'refused', error: { kind: error.kind, message: error.message } };
}
parentPort?.postMessage(reply);
