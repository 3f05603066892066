/** Does the work of jobs: runs an experiment, or executes tasks and learns from them. */
import { z } from 'zod';
import type { Trainer } from '../http/policy-routes.ts';
import type { BackgroundLearner } from '../learning/background-learner.ts';
import { learningText } from '../learning/learning-text.ts';
import type { ExperimentRunner } from './experiment-runner.ts';
import type { JobHooks, JobWorker } from './job-board.ts';

export interface JobWorkerParts {
  readonly runExperiment: ExperimentRunner | undefined;
  readonly trainer: Trainer | undefined;
  readonly learner: BackgroundLearner;
}

const placeSchema = z.object({ experiment: z.string(), run: z.string() });

export function jobWorker({ runExperiment, trainer, learner }: JobWorkerParts): JobWorker {
  return async (wish, hooks) => {
    if (wish.kind === 'train') {
      await train(wish.tasks, { trainer, learner, hooks });
      return null;
    }
    const { kind: _kind, ...words } = wish;
    if (runExperiment === undefined) throw new Error('this service runs no experiments');
    const summary = await runExperiment(words, {
      signal: hooks.signal,
      onProgress: hooks.line,
      onCount: ({ done, of, spentUsd }) => {
        hooks.spent(spentUsd);
        hooks.count({ done, of });
      },
    });
    return placeSchema.parse(summary);
  };
}

async function train(
  tasks: number,
  { trainer, learner, hooks }: { readonly trainer: Trainer | undefined; readonly learner: BackgroundLearner; readonly hooks: JobHooks },
): Promise<void> {
  let spentUsd = 0;
  if (tasks > 0) {
    if (trainer === undefined) throw new Error('this service has no tasks to train on');
    await trainer({
      tasks,
      signal: hooks.signal,
      onProgress: ({ done, of, quality, costUsd }) => {
        spentUsd += costUsd ?? 0;
        hooks.spent(spentUsd);
        hooks.count({ done, of });
        hooks.line(`task ${done} of ${of}: ${quality === null ? 'no score' : `quality ${quality.toFixed(2)}`}`);
      },
    });
  }
  hooks.signal.throwIfAborted();
  const learned = await learner.turn({ force: true });
  for (const progress of learned) hooks.line(learningText(progress));
  if (learned.length === 0) hooks.line('nothing new to learn from');
  const failure = learned.find(({ kind }) => kind === 'failed');
  if (failure?.kind === 'failed') throw new Error(failure.why);
}
