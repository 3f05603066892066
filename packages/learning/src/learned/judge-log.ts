/** Judges what the learned policy would make of a user's log, on requests of the log that it has not learned from. */
import { type Arm, armId, seededRandom } from '@ratchet/core';
import type { LearningTask } from '../learner.ts';
import { crossFittingFold } from '../off-policy/cross-fitting-fold.ts';
import type { LoggedDecision } from '../off-policy/logged-decision.ts';
import { estimatePolicyDifference, type ValueVerdict } from '../off-policy/policy-value.ts';
import type { LearningEvent, Outcome } from '../outcome.ts';
import { forecastArms, isJudged, learnedLearner, learnedSettings, modelsOfState } from './learned.ts';
import { requestKey } from './request-entry.ts';

export interface LoggedOutcome {
  readonly event: LearningEvent;
  /** By arm id, of the log's policy; null where only the executed arm's is known, or every arm's outcome is. */
  readonly propensities: ReadonlyMap<string, number> | null;
}

export type JudgedMetric = 'quality' | 'costUsd' | 'latencyMs';

export interface LogVerdict {
  /** Learned policy minus best single arm, in the metric's unit; null where the metric is never known, or nothing could be learned. */
  readonly difference: Readonly<Record<JudgedMetric, ValueVerdict | null>>;
  /** Ids of the arms with the best mean quality on the other folds, in order of name: mostly one. */
  readonly bestArms: readonly string[];
  /** Whether every decision says how likely each arm was: else nobody can see which arms could not have been chosen. */
  readonly supportChecked: boolean;
  readonly folds: number;
}

/** Of a decision that was left out: what both policies take, and what every arm is foretold to come to. */
interface LeftOut {
  readonly chosen: string;
  readonly best: string;
  readonly predicted: Readonly<Record<JudgedMetric, Float64Array | null>>;
}

const metrics: readonly JudgedMetric[] = ['quality', 'costUsd', 'latencyMs'];
/** Pairs with an outcome missing, of all, beyond which the others may be a selection. */
const mostMissing = 0.05;

/**
 * Requests are dealt to folds; the policy, the best single arm and the predictions for a fold come from the others, in one
 * generation. Under bandit feedback the difference is the doubly robust estimate of `estimatePolicyDifference`, with weights of at
 * most 3 x the number of arms; under full information that of the two arms' outcomes. Each outcome comes once.
 */
export function judgeLog(outcomes: readonly LoggedOutcome[], task: LearningTask, folds = 5): LogVerdict {
  const full = outcomes.some(({ event }) => event.feedback === 'full');
  const foldOf = outcomes.map(({ event: { analysis } }) => crossFittingFold(`${requestKey(analysis)}`, folds));
  const ids = [...new Set([...task.arms.map(armId), ...outcomes.flatMap(({ event, propensities }) => [armId(event.arm), ...(propensities?.keys() ?? [])])])];
  const leftOut = outcomes.map((): LeftOut | null => null);
  const bestArms = new Set<string>();
  for (let fold = 0; fold < folds; fold++) {
    const judge = judgeWithout(
      outcomes.filter((_, index) => foldOf[index] !== fold).map(({ event }) => event),
      task,
    );
    outcomes.forEach(({ event }, index) => {
      if (foldOf[index] !== fold || judge === null) return;
      const one = judge(event);
      bestArms.add(one.best);
      leftOut[index] = one;
    });
  }
  const differenceIn = full ? fullDifference : banditDifference;
  const difference = Object.fromEntries(metrics.map((metric) => [metric, differenceIn(metric, { outcomes, leftOut, ids })])) as LogVerdict['difference'];
  return { difference, bestArms: [...bestArms].sort(), supportChecked: full || outcomes.every(({ propensities }) => propensities !== null), folds };
}

/** null where the events have no quality. */
function judgeWithout(events: readonly LearningEvent[], task: LearningTask): ((event: LearningEvent) => LeftOut) | null {
  const learner = learnedLearner(task);
  const state = learner.learn(learner.initial(), events);
  if (!isJudged(state)) return null;
  const models = modelsOfState(state, { task, settings: learnedSettings, ids: task.arms.map(armId) });
  const policy = learner.policy(state, 'exploit');
  const best = armId(task.arms[models.tradeOff.reference] as Arm);
  return ({ analysis }) => {
    const { quality, costUsd, latencyMs } = forecastArms(analysis, models, task);
    return { chosen: policy.decide(analysis, seededRandom('judge log')).armId, best, predicted: { quality, costUsd, latencyMs } };
  };
}

interface Judged {
  readonly outcomes: readonly LoggedOutcome[];
  readonly leftOut: readonly (LeftOut | null)[];
  /** Of the candidates, then of other arms of the log. */
  readonly ids: readonly string[];
}

function banditDifference(metric: JudgedMetric, { outcomes, leftOut, ids }: Judged): ValueVerdict | null {
  const log: LoggedDecision[] = [];
  const incumbent: number[][] = [];
  const candidate: number[][] = [];
  outcomes.forEach(({ event, propensities }, index) => {
    const one = leftOut[index] ?? null;
    const outcome = event.outcome[metric];
    if (one === null || outcome === null) return;
    const executed = ids.indexOf(armId(event.arm));
    log.push({
      cluster: `${requestKey(event.analysis)}`,
      arm: executed,
      // What is not logged is taken to be spread evenly: only zeros matter, and there are none unless the arm was certain.
      propensities: ids.map(
        (id, arm) => propensities?.get(id) ?? (propensities !== null ? 0 : arm === executed ? event.propensity : (1 - event.propensity) / (ids.length - 1)),
      ),
      outcome,
      predictions: ids.map((_, arm) => one.predicted[metric]?.[arm] ?? 0),
    });
    incumbent.push(ids.map((id) => (id === one.best ? 1 : 0)));
    candidate.push(ids.map((id) => (id === one.chosen ? 1 : 0)));
  });
  return log.length === 0 ? null : estimatePolicyDifference(log, { incumbent, candidate }, { estimator: 'doubly-robust', clip: 3 * ids.length });
}

/** As if a coin had drawn one of the two arms, with both outcomes known: that is exact. */
function fullDifference(metric: JudgedMetric, { outcomes, leftOut }: Judged): ValueVerdict | null {
  const known = new Map<string, Outcome>();
  const cells = Map.groupBy(outcomes.keys(), (index) => idOfTable((outcomes[index] as LoggedOutcome).event));
  for (const { event } of outcomes) known.set(`${idOfTable(event)}\n${armId(event.arm)}`, event.outcome);
  const log: LoggedDecision[] = [];
  let missing = 0;
  for (const [id, [first]] of cells) {
    const one = leftOut[first as number] ?? null;
    if (one === null) continue;
    const [chosen, best] = [known.get(`${id}\n${one.chosen}`)?.[metric] ?? null, known.get(`${id}\n${one.best}`)?.[metric] ?? null];
    if (chosen === null || best === null) {
      missing++;
      continue;
    }
    const cluster = `${requestKey((outcomes[first as number] as LoggedOutcome).event.analysis)}`;
    for (const arm of [0, 1]) log.push({ cluster, arm, propensities: [0.5, 0.5], outcome: [chosen, best][arm] as number, predictions: [chosen, best] });
  }
  if (log.length === 0) return null;
  const verdict = estimatePolicyDifference(
    log,
    { candidate: log.map(() => [1, 0]), incumbent: log.map(() => [0, 1]) },
    { estimator: 'doubly-robust', clip: 2 },
  );
  const pairs = log.length / 2;
  const overlap = { decisions: pairs, clusters: verdict.clusters, effectiveSampleSize: pairs, unsupportedMass: missing / (missing + pairs), clippedShare: 0 };
  return overlap.unsupportedMass > mostMissing ? { ...overlap, kind: 'refused', reason: 'no-support' } : { ...verdict, ...overlap };
}

/** Ids of events of a table are those of its rows and of the arms, as `tableEventId` gives them. */
function idOfTable({ id }: LearningEvent): string {
  return id.slice(0, id.lastIndexOf('\n'));
}

/** The id of the event that an arm had this outcome in a row of a table of full information. */
export function tableEventId(row: string, arm: Arm): string {
  return `${row}\n${armId(arm)}`;
}
