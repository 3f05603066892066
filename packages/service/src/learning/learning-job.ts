/** The heavy work of learning in service, as functions of plain data: it runs in a thread of its own. */
import { hash } from 'node:crypto';
import { armId, type LogEntry, seededRandom } from '@ratchet/core';
import {
  estimatePolicyDifference,
  executionPrice,
  type LearnedState,
  type Learner,
  type LearningTask,
  type LoggedDecision,
  learnedLearner,
  outcomeUtility,
  predictOutcome,
  predictorOf,
  type ValueVerdict,
} from '@ratchet/learning';
import { armsById, learningTaskOf, type ServiceTask } from '../service-task.ts';
import { eventsOf } from './log-events.ts';

export type LearningJob =
  | { readonly kind: 'fold'; readonly task: ServiceTask; readonly saved: unknown; readonly entries: readonly LogEntry[] }
  | {
      readonly kind: 'judge';
      readonly task: ServiceTask;
      /** Saved states; null for that of generation 0. */
      readonly incumbent: unknown;
      readonly candidate: unknown;
      /** What the candidate has not learned from. */
      readonly entries: readonly LogEntry[];
    };

export interface Judgement {
  /** Candidate minus incumbent. */
  readonly utility: ValueVerdict | null;
  readonly quality: ValueVerdict | null;
  readonly decisions: number;
}

export type LearningResult = { readonly kind: 'folded'; readonly saved: unknown } | ({ readonly kind: 'judged' } & Judgement);

/** States of late and their task, by what was sent: models are fitted to a state once, not for each job that it is part of. */
const opened: { task: string; learning: LearningTask | undefined; readonly states: Map<string, LearnedState> } = {
  task: '',
  learning: undefined,
  states: new Map(),
};
/** What serves, the candidate, and one that either of them was. */
const mostStates = 3;

function openedTask(task: ServiceTask): LearningTask {
  const text = JSON.stringify(task);
  if (opened.learning === undefined || opened.task !== text) {
    opened.states.clear();
    opened.task = text;
    opened.learning = learningTaskOf(task);
  }
  return opened.learning;
}

function openedState(saved: unknown, learner: Learner<LearnedState>): LearnedState {
  const key = hash('sha256', JSON.stringify(saved));
  const state = opened.states.get(key) ?? (saved === null ? learner.initial() : learner.restore(saved));
  opened.states.delete(key);
  opened.states.set(key, state);
  if (opened.states.size > mostStates) opened.states.delete(opened.states.keys().next().value as string);
  return state;
}

export function doLearningJob(job: LearningJob): LearningResult {
  const task = openedTask(job.task);
  const learner = learnedLearner(task);
  if (job.kind === 'fold') {
    const state = openedState(job.saved, learner);
    return { kind: 'folded', saved: JSON.parse(JSON.stringify(learner.save(learner.learn(state, eventsOf(job.entries))))) };
  }
  const [incumbent, candidate] = [openedState(job.incumbent, learner), openedState(job.candidate, learner)];
  return { kind: 'judged', ...judge(job.entries, { task: job.task, learning: task, incumbent, candidate }) };
}

interface JudgementGround {
  readonly task: ServiceTask;
  readonly learning: LearningTask;
  readonly incumbent: LearnedState;
  readonly candidate: LearnedState;
}

/**
 * What the candidate's decisions on these requests would have come to, less the incumbent's, from outcomes that were logged with other
 * decisions' probabilities (doubly robust, see `estimatePolicyDifference`).
 */
function judge(entries: readonly LogEntry[], { task, learning: own, incumbent, candidate }: JudgementGround): Judgement {
  const learner = learnedLearner(own);
  const [before, after] = [learner.policy(incumbent, 'exploit'), learner.policy(candidate, 'exploit')];
  // With what the candidate foretells, whatever serves: predictions only make the estimate less noisy.
  const predictor = predictorOf(candidate, own);
  const judged = entries.filter(({ quality, decision }) => quality !== null && decision.learnable && decision.candidates.length > 0);
  const byId = new Map(judged.map((entry) => [entry.decision.id, entry]));
  const scale = candidate.scale;
  const ids = [...new Set([...armsById(task).keys(), ...judged.flatMap(({ decision }) => decision.candidates.map((one) => one.armId))])];
  const logs: Record<'utility' | 'quality', LoggedDecision[]> = { utility: [], quality: [] };
  const targets = { incumbent: [] as number[][], candidate: [] as number[][] };
  for (const { id, analysis, arm, outcome } of eventsOf([...byId.values()])) {
    const { decision } = byId.get(id) as LogEntry;
    const utility = scale === null ? outcome.quality : outcomeUtility(outcome, own.prices, scale);
    if (utility === null || outcome.quality === null) continue;
    const random = seededRandom('judge', id);
    const predicted = new Map(predictOutcome(analysis, predictor).map((one) => [one.armId, one]));
    const logged = new Map(decision.candidates.map((one) => [one.armId, one.propensity]));
    const wanted = [before, after].map((policy) => new Map(policy.decide(analysis, random).candidates.map((one) => [one.armId, one.propensity])));
    // Nothing was left to chance, mostly as exploring was paused: such a decision says nothing of a policy that would have taken another arm.
    if (logged.size === 1 && wanted.some((probabilities) => [...probabilities].some(([one, propensity]) => propensity > 0 && !logged.has(one)))) continue;
    const common = { cluster: analysis.text, arm: ids.indexOf(armId(arm)), propensities: ids.map((one) => logged.get(one) ?? 0) };
    const quality = ids.map((one) => predicted.get(one)?.quality.expected ?? (outcome.quality as number));
    const worth = ids.map((one, index) => {
      const { costUsd, latencyMs } = predicted.get(one) ?? {};
      const price = scale === null ? 0 : executionPrice({ costUsd: costUsd?.expected ?? null, latencyMs: latencyMs?.expected ?? null }, own.prices, scale);
      return (quality[index] as number) - price;
    });
    logs.quality.push({ ...common, outcome: outcome.quality, predictions: quality });
    logs.utility.push({ ...common, outcome: utility, predictions: worth });
    (['incumbent', 'candidate'] as const).forEach((name, at) => {
      targets[name].push(ids.map((one) => wanted[at]?.get(one) ?? 0));
    });
  }
  const verdict = (log: readonly LoggedDecision[], level: number): ValueVerdict | null =>
    log.length === 0 ? null : estimatePolicyDifference(log, targets, { estimator: 'doubly-robust', clip: 3 * ids.length, level });
  return { utility: verdict(logs.utility, 0.9), quality: verdict(logs.quality, 0.6), decisions: logs.quality.length };
}
