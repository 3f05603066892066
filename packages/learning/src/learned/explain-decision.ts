/** Explains a decision of the learned policy: what every arm is expected to come to, which limits hold, and how likely each is chosen. */
import { type Analysis, armId, type Candidate, type Random } from '@ratchet/core';
import type { LearningTask } from '../learner.ts';
import { forecastArms, isJudged, latencyP90Factor, learnedLearner, servesOnlyReference } from './learned.ts';
import type { LearnedState } from './learned-state.ts';
import { type OutcomePrediction, predictOutcome, predictorOf } from './predict-outcome.ts';

export interface ArmExplanation extends OutcomePrediction {
  /** What the execution takes: in points of quality, or under a budget in budgets. */
  readonly price: number;
  /** quality - priceOfQuality x price: most of it is chosen, of the eligible arms in time. */
  readonly value: number;
  /** 90th percentile of latency; null where nothing is known of latency. */
  readonly latencyP90Ms: number | null;
  /** Whether that is within the deadline; null where there is no deadline. */
  readonly inTime: boolean | null;
  /** Whether it may serve: false for one that cannot help, or that is so much worse on the whole than others as cheap that it seems good here by luck. */
  readonly eligible: boolean;
  /** Probability with which it is chosen while exploring. */
  readonly probability: number;
}

export interface DecisionExplanation {
  /** Id of the arm that serves. */
  readonly chosen: string;
  /** Probability of each arm while exploring; arms left out have none. */
  readonly exploring: readonly Candidate[];
  /** null while no answer has been judged: then generation 0 serves, which foretells nothing. */
  readonly learned: LearnedExplanation | null;
}

export interface LearnedExplanation {
  /** By value, the highest first. */
  readonly arms: readonly ArmExplanation[];
  readonly priceOfQuality: number;
  /** On the mean of the requests learned from, cross-fitted. */
  readonly tradeOff: {
    readonly quality: number;
    readonly standardError: number;
    /** null where the objective has none. */
    readonly floor: number | null;
    /** Mean price; under a budget in budgets. */
    readonly price: number;
    /** Whether the floor, or the budget, is kept. */
    readonly reached: boolean;
  };
  /** Id of the arm with the best mean quality. */
  readonly reference: string;
  /** True where the floor is out of reach of every policy but "always the reference". */
  readonly onlyReference: boolean;
}

/** `coverage` is that of the intervals, in (0, 1). */
export function explainDecision(
  state: LearnedState,
  { analysis, task, random }: { readonly analysis: Analysis; readonly task: LearningTask; readonly random: Random },
  coverage = 0.9,
): DecisionExplanation {
  const learner = learnedLearner(task);
  const chosen = learner.policy(state, 'exploit').decide(analysis, random).armId;
  const { candidates } = learner.policy(state, 'explore').decide(analysis, random);
  return {
    chosen,
    exploring: candidates,
    learned: state.generation === 0 || !isJudged(state) ? null : explainLearned(state, { analysis, task, candidates }, coverage),
  };
}

function explainLearned(
  state: LearnedState,
  { analysis, task, candidates }: { readonly analysis: Analysis; readonly task: LearningTask; readonly candidates: readonly Candidate[] },
  coverage: number,
): LearnedExplanation {
  const predictor = predictorOf(state, task);
  const { models } = predictor;
  const { tradeOff } = models;
  const { objective } = task;
  const ids = task.arms.map(armId);
  const probabilities = new Map(candidates.map((candidate) => [candidate.armId, candidate.propensity]));
  const { quality, price, allowed } = forecastArms(analysis, models, task);
  const hasDeadline = objective.kind === 'constrained' && objective.deadlineMs !== undefined;
  const arms = predictOutcome(analysis, predictor, coverage).map(
    (prediction, arm): ArmExplanation => ({
      ...prediction,
      price: price[arm] as number,
      value: (quality[arm] as number) - tradeOff.priceOfQuality * (price[arm] as number),
      latencyP90Ms: prediction.latencyMs === null ? null : prediction.latencyMs.expected * latencyP90Factor(models),
      inTime: hasDeadline ? (allowed[arm] as boolean) : null,
      eligible: tradeOff.affordable[arm] === 1,
      probability: probabilities.get(prediction.armId) ?? 0,
    }),
  );
  const { estimate, reached } = tradeOff;
  return {
    arms: arms.toSorted((a, b) => b.value - a.value || b.quality.expected - a.quality.expected),
    priceOfQuality: tradeOff.priceOfQuality,
    tradeOff: {
      quality: estimate.quality,
      standardError: estimate.standardError,
      floor: objective.kind === 'constrained' ? estimate.floor : null,
      price: estimate.price,
      reached,
    },
    reference: ids[tradeOff.reference] as string,
    onlyReference: servesOnlyReference(models, task),
  };
}
