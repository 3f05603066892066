/** `learned` (and `greedy`): learns strategy, model and parameters together, from the outcomes of the arms it chose. */
import { type Analysis, armId, type Policy, seededRandom } from '@ratchet/core';
import type { Learner, LearningTask } from '../learner.ts';
import { executionPrice, type UtilityScale } from '../objective.ts';
import type { LearningEvent } from '../outcome.ts';
import { decideFrom } from '../policies/decide-from.ts';
import { type ArmFeatures, armFeatures } from './arm-features.ts';
import { type ArmForecasts, type ChoiceRule, greedyArm, type NormalDraws, thompsonPropensities } from './choose-arm.ts';
import { emptyState, type LearnedState, restoreState, saveState } from './learned-state.ts';
import { addObservations, type LinearPosterior, type LinearStatistics, linearPosterior, type NoisePrior, type Observation } from './linear-posterior.ts';
import { requestFeatures } from './request-features.ts';
import { fitRequestKinds } from './request-kinds.ts';

export interface LearnedSettings {
  readonly name: string;
  /** Least probability that is spread evenly over the allowed arms while exploring, in [0, 1]; more in early generations. */
  readonly epsilon: number;
  /** Whether it samples its posterior while exploring; `greedy` trusts its means. */
  readonly sample: boolean;
}

export const learnedSettings: LearnedSettings = { name: 'learned', epsilon: 0.05, sample: true };
export const greedySettings: LearnedSettings = { name: 'greedy', epsilon: 0, sample: false };

const thompsonDraws = 256;
/**
 * Standard deviations of quality are taken this many times as wide while exploring: trials of the same task share what a
 * model makes of it, so they say less than as many independent ones, and no model of them is quite right.
 */
const overconfidence = 2;
/** z of the 90th percentile. */
const z90 = 1.2815515655446004;
/** Targets are measured from a typical value, so that weights of 0 mean it. */
const typicalQuality = 0.7;
const noise: Readonly<Record<'quality' | 'cost' | 'latency', NoisePrior>> = {
  quality: { variance: 0.1, priorCount: 10 },
  cost: { variance: 0.3, priorCount: 10 },
  latency: { variance: 0.3, priorCount: 10 },
};

/** Thompson sampling over hierarchical Bayesian linear models of quality, log cost and log latency. */
export function learnedLearner(task: LearningTask, settings: LearnedSettings = learnedSettings): Learner<LearnedState> {
  const features = armFeatures(task.arms);
  const ids = task.arms.map(armId);
  const positions = new Map(ids.map((id, index) => [id, index]));
  return {
    name: settings.name,
    initial: () => emptyState(features.dimension, task.arms.length),
    learn: (state, events) => foldGeneration(state, events, features, positions),
    policy: (state, mode) =>
      // Nobody is served by guesses: while no answer has been judged, they are for exploring only.
      state.generation === 0 || (mode === 'exploit' && state.quality.count === 0)
        ? { name: settings.name, decide: (analysis, random) => task.initialPolicy.decide(analysis, random) }
        : policyFrom(state, mode === 'explore' ? settings : null, { task, features, ids, positions, name: settings.name }),
    save: saveState,
    restore: (saved) => restoreState(saved, features.dimension, task.arms.length),
  };
}

/** Outcomes of arms that are not candidates say nothing about those that are; they count for the scale only. */
function foldGeneration(state: LearnedState, events: readonly LearningEvent[], features: ArmFeatures, positions: ReadonlyMap<string, number>): LearnedState {
  const quality: Observation[] = [];
  const cost: Observation[] = [];
  const latency: Observation[] = [];
  const kinds = state.kinds ?? fitRequestKinds(events.map(({ analysis }) => analysis));
  const pulls = [...state.pulls];
  const qualitySums = [...state.qualitySums];
  for (const { analysis, arm, outcome } of events) {
    const position = positions.get(armId(arm));
    if (position === undefined) continue;
    const vector = features.of(position, requestFeatures(analysis, kinds));
    if (outcome.quality !== null) {
      quality.push({ features: vector, target: outcome.quality - typicalQuality, weight: qualityWeight(analysis) });
      pulls[position] = (pulls[position] as number) + 1;
      qualitySums[position] = (qualitySums[position] as number) + outcome.quality;
    }
    if (outcome.costUsd !== null) cost.push({ features: vector, target: logCost(outcome.costUsd), weight: 1 });
    if (outcome.latencyMs !== null) latency.push({ features: vector, target: logLatency(outcome.latencyMs), weight: 1 });
  }
  return {
    generation: state.generation + 1,
    quality: addObservations(state.quality, quality),
    cost: addObservations(state.cost, cost),
    latency: addObservations(state.latency, latency),
    pulls,
    qualitySums,
    scale: state.scale ?? scaleOf(events),
    kinds,
  };
}

/** An answer to several chunks is an average of several verdicts, and varies less; up to two, since they are not independent. */
function qualityWeight({ structure }: Analysis): number {
  return Math.min(2, structure.chunks);
}

function scaleOf(events: readonly LearningEvent[]): UtilityScale | null {
  const mean = (values: readonly (number | null)[]): number | null => {
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
  };
  const quality = mean(events.map(({ outcome }) => outcome.quality));
  if (quality === null) return null;
  return { quality, costUsd: mean(events.map(({ outcome }) => outcome.costUsd)), latencyMs: mean(events.map(({ outcome }) => outcome.latencyMs)) };
}

/** Logarithms relative to a tenth of a cent and to five seconds, so that typical targets are near 0. */
function logCost(costUsd: number): number {
  return Math.log(Math.max(costUsd, 1e-9) / 1e-3);
}

function logLatency(latencyMs: number): number {
  return Math.log(Math.max(latencyMs, 0.1) / 5000);
}

interface PolicyParts {
  readonly task: LearningTask;
  readonly features: ArmFeatures;
  readonly ids: readonly string[];
  readonly positions: ReadonlyMap<string, number>;
  readonly name: string;
}

/** Exploring and exploiting share them, and so do both policies of a promotion. */
const posteriorsByState = new WeakMap<LearnedState, Posteriors>();

function policyFrom(state: LearnedState, exploration: LearnedSettings | null, parts: PolicyParts): Policy {
  const { task, ids, name } = parts;
  const posteriors = posteriorsByState.get(state) ?? posteriorsOf(state, parts.features);
  posteriorsByState.set(state, posteriors);
  const draws = normalDraws(task.arms.length);
  // The same request is decided again and again within a generation, and nothing changes in between.
  const known = new WeakMap<Analysis, readonly number[]>();
  const propensitiesOf = (analysis: Analysis): readonly number[] => {
    const forecasts = forecast(analysis, state, posteriors, parts);
    const rule = choiceRule(analysis, state, forecasts, parts);
    if (exploration?.sample === true) return thompsonPropensities(forecasts, rule, draws, explorationShare(exploration, state));
    const best = greedyArm(forecasts, rule);
    return ids.map((_, arm) => (arm === best ? 1 : 0));
  };
  return {
    name,
    decide: (analysis, random) => {
      let propensities = known.get(analysis);
      if (propensities === undefined) {
        propensities = propensitiesOf(analysis);
        known.set(analysis, propensities);
      }
      return decideFrom(task.arms, ids, propensities, random);
    },
  };
}

/** 1 / (generations seen + 1), at least epsilon: the first outcomes are all of a few arms, on the requests the heuristic gave them. */
function explorationShare({ epsilon }: LearnedSettings, { generation }: LearnedState): number {
  return Math.max(epsilon, 1 / (1 + generation));
}

interface Posteriors {
  readonly quality: LinearPosterior;
  readonly cost: LinearPosterior | null;
  readonly latency: LinearPosterior | null;
}

function posteriorsOf(state: LearnedState, { priorVariance }: ArmFeatures): Posteriors {
  const of = (statistics: LinearStatistics, prior: NoisePrior) => (statistics.count === 0 ? null : linearPosterior(statistics, priorVariance, prior));
  return {
    quality: linearPosterior(state.quality, priorVariance, noise.quality),
    cost: of(state.cost, noise.cost),
    latency: of(state.latency, noise.latency),
  };
}

function forecast(analysis: Analysis, state: LearnedState, posteriors: Posteriors, { task, features }: PolicyParts): ArmForecasts {
  const request = requestFeatures(analysis, state.kinds);
  const quality: ReturnType<LinearPosterior['predict']>[] = [];
  const price: number[] = [];
  const allowed: boolean[] = [];
  const deadlineMs = task.objective.kind === 'constrained' ? task.objective.deadlineMs : undefined;
  for (let arm = 0; arm < task.arms.length; arm++) {
    const vector = features.of(arm, request);
    const predicted = posteriors.quality.predict(vector);
    quality.push({ mean: predicted.mean + typicalQuality, sd: overconfidence * predicted.sd });
    const costUsd = posteriors.cost === null ? null : Math.exp(posteriors.cost.mean(vector)) * 1e-3;
    const logLatencyMean = posteriors.latency?.mean(vector);
    const latencyMs = logLatencyMean === undefined ? null : Math.exp(logLatencyMean) * 5000;
    price.push(state.scale === null ? 0 : executionPrice({ costUsd, latencyMs }, task.prices, state.scale));
    const p90 = latencyMs === null || posteriors.latency === null ? 0 : latencyMs * Math.exp(z90 * Math.sqrt(posteriors.latency.noiseVariance));
    allowed.push(deadlineMs === undefined || p90 <= deadlineMs);
  }
  return { quality, price, allowed };
}

function choiceRule(analysis: Analysis, state: LearnedState, forecasts: ArmForecasts, parts: PolicyParts): ChoiceRule {
  const { objective } = parts.task;
  const { quality } = forecasts;
  if (objective.kind === 'weighted') return { floor: Number.NEGATIVE_INFINITY, qualityValue: 1 };
  const { qualityValue } = objective;
  if (objective.floor.kind === 'number') return { floor: objective.floor.value, qualityValue };
  if (objective.floor.kind === 'best') {
    const best = quality.reduce((highest, { mean }) => Math.max(highest, mean), Number.NEGATIVE_INFINITY);
    return { floor: best - objective.floor.margin, qualityValue };
  }
  const expected = objective.floor.kind === 'baseline' ? baselineQuality(analysis, state, forecasts, parts) : (quality[bestArmSoFar(state)]?.mean ?? 0);
  return { floor: expected - objective.floor.margin, qualityValue };
}

/** Over all arms that the baseline may choose; for those that are no candidates, the quality of the first outcomes stands in. */
function baselineQuality(analysis: Analysis, state: LearnedState, { quality }: ArmForecasts, { task, positions }: PolicyParts): number {
  const { candidates } = task.initialPolicy.decide(analysis, seededRandom('floor'));
  return candidates.reduce((sum, { armId: id, propensity }) => {
    const position = positions.get(id);
    return sum + propensity * (position === undefined ? (state.scale?.quality ?? 0) : (quality[position]?.mean ?? 0));
  }, 0);
}

/** By mean quality, shrunk towards the mean of all as if by ten outcomes. */
function bestArmSoFar({ pulls, qualitySums }: LearnedState): number {
  const total = pulls.reduce((sum, count) => sum + count, 0);
  const mean = total === 0 ? typicalQuality : qualitySums.reduce((sum, quality) => sum + quality, 0) / total;
  const shrunk = pulls.map((count, arm) => ((qualitySums[arm] as number) + 10 * mean) / (count + 10));
  return shrunk.reduce((best, value, arm) => (value > (shrunk[best] as number) ? arm : best), 0);
}

/** The same for every policy with so many arms: a decision's chance lies in the draw from its propensities. */
function normalDraws(arms: number): NormalDraws {
  const random = seededRandom('thompson draws', arms);
  return { count: thompsonDraws, values: Float64Array.from({ length: thompsonDraws * arms }, (_, index) => random.normal(index)) };
}
