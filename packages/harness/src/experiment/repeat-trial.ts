/** Executes a trial of the log once more, for the answer that a log does not keep. */
import { analyze, certainDecision, parseArmId, seededRandom } from '@ratchet/core';
import type { Task } from '../scenario/scenario.ts';
import { attemptTask } from './run-trial.ts';
import { requestOf } from './task-request.ts';
import type { TrialRecord } from './trial.ts';
import { trialLuck } from './trial-luck.ts';
import type { World } from './world.ts';

/**
 * The answer of a completed trial, from its arm under its own luck; null where the world does not repeat itself, or where what comes of it
 * has another cost or another latency than the trial, so that it was not the same.
 */
export async function repeatTrial(record: TrialRecord, task: Task, world: World): Promise<string | null> {
  if (world.repeats !== 'with-luck' || record.status === 'failed') return null;
  const decision = certainDecision(parseArmId(record.arm), record.arm);
  const analysis = analyze(requestOf(task));
  const { handled } = await attemptTask(task, {
    world,
    policy: { name: record.policy, decide: () => decision },
    scorer: { score: () => null, close: () => undefined },
    analysisOf: () => analysis,
    luck: trialLuck(record).random.child(task.id),
    attempt: record.id,
    decisionRandom: seededRandom('decision', record.id),
  });
  const same = handled.usage.costUsd === record.costUsd && handled.latencyMs === record.latencyMs && handled.usage.outputTokens === record.outputTokens;
  return same && handled.end.kind === 'answered' ? handled.end.text : null;
}
