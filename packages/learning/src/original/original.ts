/** `original`: the learner of the original plan, so that reports can show what the better design buys. */
import { createRequire } from 'node:module';
import { type Arm, armId, certainDecision, type Policy, type StrategyName, seededRandom, strategyNames } from '@ratchet/core';
import { fitCentres, nearestCentre } from '../k-means.ts';
import type { Learner } from '../learner.ts';
import type { LearningEvent } from '../outcome.ts';
import { decideFrom } from '../policies/decide-from.ts';
import type { HeuristicArms } from '../policies/heuristic.ts';
import { fitStandardisation, standardise } from '../standardise.ts';
import { initialOriginalState, type OriginalState, restoreOriginalState, type TrainingRow } from './original-state.ts';
import { cueStrategy, wordFeatures } from './request-words.ts';

/** ml-random-forest's training time grows with the square of the rows: the newest ones count. */
const keptRows = 500;
const fewestRows = 10;
const clusters = 5;
const thompsonShare = 0.1;
const thompsonDraws = 256;

interface Forest {
  train(rows: number[][], labels: number[]): void;
  predict(rows: number[][]): number[];
}

/**
 * Features from word counts, labels from the best ratio quality / (cost x latency) in a cluster of requests, a forest of
 * ten trees (ml-random-forest), Bernoulli Thompson sampling of the model on 10% of calls, threshold rules for
 * parameters. Two readings of the plan where it leaves a choice: the forest is trained once a generation, since a policy
 * does not change within one, and each row is labelled by its own cluster.
 */
export function originalLearner(heuristic: HeuristicArms, arms: readonly Arm[]): Learner<OriginalState> {
  return {
    name: 'original',
    initial: () => initialOriginalState(heuristic, arms),
    learn: (state, events) => ({
      ...events.reduce(learnOne, state),
      generation: state.generation + 1,
    }),
    policy: (state, mode) => originalPolicy(state, mode === 'explore'),
    save: (state) => state,
    restore: restoreOriginalState,
  };
}

function originalPolicy(state: OriginalState, explore: boolean): Policy {
  let forest: Forest | null | undefined;
  let models: ReadonlyMap<string, number> | undefined;
  return {
    name: 'original',
    decide: (analysis, random) => {
      forest ??= state.rows.length < fewestRows ? null : trainForest(state.rows);
      const label = forest?.predict([[...wordFeatures(analysis)]])[0];
      const strategy = label === undefined ? cueStrategy(analysis) : (strategyNames[label] as StrategyName);
      const arm = state.arms[strategy];
      if (!explore || arm.strategy === 'collaborate') return certainDecision(arm, armId(arm));
      models ??= thompsonModels(state);
      const others = [...models.keys()].filter((model) => model !== arm.model);
      const arms = [arm, ...others.map((model) => ({ ...arm, model }))];
      const propensities = others.map((model) => thompsonShare * (models?.get(model) ?? 0));
      return decideFrom(arms, arms.map(armId), [1 - propensities.reduce((sum, propensity) => sum + propensity, 0), ...propensities], random);
    },
  };
}

function trainForest(rows: readonly TrainingRow[]): Forest {
  const require = createRequire(import.meta.url);
  const { RandomForestClassifier } = require('ml-random-forest') as { RandomForestClassifier: new (options: object) => Forest };
  const forest = new RandomForestClassifier({ nEstimators: 10, seed: 42, maxFeatures: 1.0, replacement: false, noOOB: true });
  forest.train(
    rows.map((row) => [...row.features]),
    clusterLabels(rows),
  );
  return forest;
}

/** The strategy of the best ratio in each row's cluster. */
function clusterLabels(rows: readonly TrainingRow[]): number[] {
  const points = rows.map((row) => Float64Array.from(row.features));
  const scale = fitStandardisation(points);
  const scaled = points.map((point) => standardise(point, scale));
  const centres = fitCentres(scaled, clusters, seededRandom('original').stream('clusters'));
  const assigned = scaled.map((point) => nearestCentre(point, centres));
  const best = new Map<number, TrainingRow>();
  rows.forEach((row, index) => {
    const cluster = assigned[index] as number;
    if (row.performance > (best.get(cluster)?.performance ?? Number.NEGATIVE_INFINITY)) best.set(cluster, row);
  });
  return assigned.map((cluster) => strategyNames.indexOf((best.get(cluster) as TrainingRow).strategy));
}

function learnOne(state: OriginalState, { analysis, arm, outcome }: LearningEvent): OriginalState {
  const { quality, costUsd, latencyMs } = outcome;
  // A cost or a latency of nothing has no ratio.
  const known = quality !== null && costUsd !== null && latencyMs !== null && Number.isFinite(quality / (costUsd * (latencyMs / 1000)));
  const rows: TrainingRow[] = known
    ? [...state.rows, { features: [...wordFeatures(analysis)], strategy: arm.strategy, performance: quality / (costUsd * (latencyMs / 1000)) }].slice(-keptRows)
    : state.rows;
  const adapted = known ? adaptParameters(state.arms[arm.strategy], quality, costUsd, latencyMs / 1000) : state.arms[arm.strategy];
  return { ...state, rows, arms: { ...state.arms, [arm.strategy]: adapted }, models: countModel(state.models, arm, quality !== null) };
}

/** The plan's thresholds: concurrency by latency, experts by quality, consensus by quality at a high cost. */
function adaptParameters(arm: Arm, quality: number, costUsd: number, seconds: number): Arm {
  if (arm.strategy === 'batch') {
    if (seconds > 5 && arm.maxConcurrency < 32) return { ...arm, maxConcurrency: arm.maxConcurrency + 2 };
    if (seconds < 2 && arm.maxConcurrency > 4) return { ...arm, maxConcurrency: arm.maxConcurrency - 1 };
  }
  if (arm.strategy === 'collaborate') {
    if (quality < 0.8 && arm.numExperts < 5) return { ...arm, numExperts: arm.numExperts + 1 };
    if (quality > 0.9 && costUsd > 1) return { ...arm, consensusThreshold: Math.min(1, arm.consensusThreshold + 0.05) };
  }
  return arm;
}

function countModel(models: OriginalState['models'], arm: Arm, success: boolean): OriginalState['models'] {
  if (arm.strategy === 'collaborate') return models;
  const record = models[arm.model] ?? { successes: 1, failures: 1 };
  return { ...models, [arm.model]: success ? { ...record, successes: record.successes + 1 } : { ...record, failures: record.failures + 1 } };
}

/** The share of draws in which each model has the best record: the probability that Thompson sampling takes it. */
function thompsonModels({ models }: OriginalState): ReadonlyMap<string, number> {
  const random = seededRandom('original models');
  const shares = new Map<string, number>();
  for (let index = 0; index < thompsonDraws; index++) {
    const sampled = Object.entries(models).map(([model, { successes, failures }]) => {
      const draw = random.stream(index, model);
      const up = gammaDraw(successes, draw);
      return { model, value: up / (up + gammaDraw(failures, draw)) };
    });
    const { model } = sampled.reduce((best, one) => (one.value > best.value ? one : best));
    shares.set(model, (shares.get(model) ?? 0) + 1 / thompsonDraws);
  }
  return shares;
}

/** Marsaglia and Tsang (2000), for shape >= 1. */
function gammaDraw(shape: number, draw: () => number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const normal = Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
    const v = (1 + c * normal) ** 3;
    if (v > 0 && Math.log(1 - draw()) < 0.5 * normal ** 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}
