/** A thread that runs pieces of an experiment; `experiment-threads.ts` starts it. */
import { parentPort, workerData } from 'node:worker_threads';
import { createScorer, gatherTallies, type PieceOrder, type PieceResult, pieceRunner, type TrialTally } from '@ratchet/harness';
import { openTracer } from './open-tracer.ts';
import { type ExperimentWords, prepareExperiment } from './prepare-experiment.ts';
import type { TracingSetting } from './tracing-setting.ts';

/** What the thread needs to come to the plan and the world of the run. */
export interface ThreadSetting {
  readonly words: ExperimentWords;
  readonly planId: string;
  readonly concurrency: number;
  readonly tracing: TracingSetting;
  /** Whose traces they are. */
  readonly writer: string;
}

export type ThreadOrder = { readonly kind: 'run'; readonly order: PieceOrder } | { readonly kind: 'interrupt' };

export type ThreadReply =
  | {
      readonly kind: 'advance';
      readonly units: number;
      readonly costUsd: number;
      readonly what: string;
      readonly reused: boolean;
      readonly trials: readonly TrialTally[];
    }
  | { readonly kind: 'done'; readonly result: PieceResult }
  | { readonly kind: 'failed'; readonly message: string };

/** Units that are told of together. */
const togetherUnits = 50;

const port = parentPort;
if (port === null) throw new Error('experiment-thread.ts is not a program of its own');
const { words, planId, concurrency, tracing, writer } = workerData as ThreadSetting;
const { plan, world } = await prepareExperiment(words);
if (plan.id !== planId) throw new Error('the files of the experiment have changed since it began');
const interrupt = new AbortController();
const { tracer, flush } = openTracer(tracing, writer);
const run = pieceRunner(plan, { world, scorer: await createScorer(plan.scenario, 'here'), concurrency, tracer, signal: interrupt.signal });
const tell = (reply: ThreadReply): void => port.postMessage(reply);

port.on('message', async (message: ThreadOrder) => {
  if (message.kind === 'interrupt') {
    interrupt.abort(new Error('interrupted'));
    return;
  }
  let untold = { units: 0, costUsd: 0, what: '', reused: false };
  const untoldTrials = new Map<string, TrialTally>();
  const tellUnits = (): void => {
    if (untold.units > 0) tell({ kind: 'advance', ...untold, trials: [...untoldTrials.values()] });
    untold = { units: 0, costUsd: 0, what: '', reused: false };
    untoldTrials.clear();
  };
  try {
    const result = await run(message.order, (units, costUsd, what, reused, trials = []) => {
      if (untold.reused !== reused) tellUnits();
      untold = { units: untold.units + units, costUsd: untold.costUsd + costUsd, what, reused };
      gatherTallies(trials, untoldTrials);
      if (untold.units >= togetherUnits) tellUnits();
    });
    tellUnits();
    // The thread may be ended from then on.
    flush();
    tell({ kind: 'done', result });
  } catch (error) {
    tell({ kind: 'failed', message: (error as Error).message });
  }
});
