/** A generation that can serve: the policy of a snapshot that was found in order. */
import { type Analysis, analyze, armId, type Policy, type Random, RatchetError, seededRandom } from '@ratchet/core';
import {
  type DecisionExplanation,
  explainDecision,
  type LearnedState,
  type LearningTask,
  learnedLearner,
  makeSnapshot,
  type Predictor,
  parseSnapshot,
  predictOutcome,
  predictorOf,
  randomPolicy,
  SnapshotError,
} from '@ratchet/learning';
import { learningTaskOf, type ServiceTask } from '../service-task.ts';

export interface Prediction {
  readonly quality: number;
  readonly costUsd: number | null;
  readonly latencyMs: number | null;
}

export interface Generation {
  readonly generation: number;
  readonly state: LearnedState;
  readonly exploit: Policy;
  readonly explore: Policy;
  /** By arm id; null while nothing is known. */
  predict(analysis: Analysis): ReadonlyMap<string, Prediction> | null;
  /** What every arm is expected to come to, with 95% intervals, and which it takes. */
  explain(analysis: Analysis, random: Random): DecisionExplanation;
}

/** What every snapshot is asked before it may serve. */
const probe = analyze({ id: 'probe', text: 'Read the report, then list its figures and explain the largest.' });

/** Generation 0, which nobody has to learn. */
export function firstGeneration(task: ServiceTask): Generation {
  const own = learningTaskOf(task);
  return generationOf(0, { state: learnedLearner(own).initial(), task: own });
}

/** Throws a `SnapshotError` for a snapshot that is damaged, of other arms, or of a state that decides nothing sensible. */
export function openGeneration(json: string, generation: number, task: ServiceTask): Generation {
  const where = `generation ${generation} of the store`;
  const snapshot = parseSnapshot(json, where);
  if (snapshot.arms.join('\n') !== task.arms.map(armId).join('\n')) throw new SnapshotError(`${where} knows other arms than the service has`);
  const own = learningTaskOf(task);
  const opened = generationOf(generation, { state: learnedLearner(own).restore(snapshot.state), task: own });
  try {
    // Fits the models too, so that no request waits for it.
    for (const policy of [opened.exploit, opened.explore]) requireSense(policy.decide(probe, seededRandom('probe')).candidates, where);
    for (const { quality, costUsd } of opened.predict(probe)?.values() ?? []) {
      if (!Number.isFinite(quality) || (costUsd !== null && !Number.isFinite(costUsd))) throw new SnapshotError(`${where} foretells what is no number`);
    }
  } catch (cause) {
    if (cause instanceof RatchetError) throw cause;
    throw new SnapshotError(`${where} decides nothing: ${(cause as Error).message}`, { cause });
  }
  return opened;
}

export function snapshotJson(state: unknown, generation: number, { name, arms }: ServiceTask): string {
  return JSON.stringify(makeSnapshot({ policy: 'learned', scenario: name, generation, arms: arms.map(armId), state: JSON.parse(JSON.stringify(state)) }));
}

function generationOf(generation: number, { state, task }: { readonly state: LearnedState; readonly task: LearningTask }): Generation {
  const learner = learnedLearner(task);
  const judged = state.generation > 0 && [...state.evidence.requests.values()].some(({ decisions }) => decisions > 0);
  let predictor: Predictor | undefined;
  return {
    generation,
    state,
    explain: (analysis, random) => explainDecision(state, { analysis, task, random }, 0.95),
    exploit: learner.policy(state, 'exploit'),
    explore: judged ? learner.policy(state, 'explore') : randomPolicy(task.arms),
    predict: (analysis) => {
      if (!judged) return null;
      predictor ??= predictorOf(state, task);
      return new Map(
        predictOutcome(analysis, predictor).map((one) => [
          one.armId,
          { quality: one.quality.expected, costUsd: one.costUsd?.expected ?? null, latencyMs: one.latencyMs?.expected ?? null },
        ]),
      );
    },
  };
}

function requireSense(candidates: readonly { readonly propensity: number }[], where: string): void {
  const sum = candidates.reduce((total, { propensity }) => total + propensity, 0);
  if (!(Math.abs(sum - 1) < 1e-6)) throw new SnapshotError(`${where} decides with probabilities that sum to ${sum}`);
}
