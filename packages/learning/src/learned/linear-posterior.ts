/** Bayesian linear regression with sparse features and unknown noise (normal-inverse-gamma conjugate prior). */

import type { SparseVector } from './arm-features.ts';
import { inverseOfPositiveDefinite, solvePositiveDefinite } from './positive-definite.ts';

/** Sufficient statistics: they add up, so order within a generation does not matter but for rounding. */
export interface LinearStatistics {
  /** Sum of outer products of the features, dimension x dimension, row by row. */
  readonly outer: Float64Array;
  /** Sum of features times target. */
  readonly cross: Float64Array;
  /** Sum of squared targets. */
  readonly squares: number;
  readonly count: number;
}

export interface Observation {
  readonly features: SparseVector;
  readonly target: number;
  /** How much it counts: 2 is as the same observation twice. */
  readonly weight: number;
}

export function emptyStatistics(dimension: number): LinearStatistics {
  return { outer: new Float64Array(dimension * dimension), cross: new Float64Array(dimension), squares: 0, count: 0 };
}

export function addObservations(statistics: LinearStatistics, observations: readonly Observation[]): LinearStatistics {
  const dimension = statistics.cross.length;
  const outer = statistics.outer.slice();
  const cross = statistics.cross.slice();
  let { squares, count } = statistics;
  for (const { features, target, weight } of observations) {
    const { indices, values } = features;
    for (let a = 0; a < indices.length; a++) {
      const row = (indices[a] as number) * dimension;
      const value = weight * (values[a] as number);
      cross[indices[a] as number] = (cross[indices[a] as number] as number) + value * target;
      for (let b = 0; b < indices.length; b++) {
        const slot = row + (indices[b] as number);
        outer[slot] = (outer[slot] as number) + value * (values[b] as number);
      }
    }
    squares += weight * target * target;
    count += weight;
  }
  return { outer, cross, squares, count };
}

/** Of the mean of the target, not of a single observation. */
export interface Prediction {
  readonly mean: number;
  readonly sd: number;
}

export interface LinearPosterior {
  readonly noiseVariance: number;
  predict(features: SparseVector): Prediction;
  /** The mean alone, for a fraction of the time. */
  mean(features: SparseVector): number;
}

/** Belief about the noise variance before any data: that of `priorCount` observations. */
export interface NoisePrior {
  readonly variance: number;
  readonly priorCount: number;
}

/** The posterior mean of the weights alone, for a fraction of the time of `linearPosterior`. O(dimension^3). */
export function posteriorWeights(statistics: LinearStatistics, priorVariance: Float64Array): Float64Array {
  return solvePositiveDefinite(precisionOf(statistics, priorVariance), statistics.cross);
}

function precisionOf(statistics: LinearStatistics, priorVariance: Float64Array): Float64Array {
  const dimension = priorVariance.length;
  const precision = statistics.outer.slice();
  for (let row = 0; row < dimension; row++) {
    const diagonal = row * dimension + row;
    precision[diagonal] = (precision[diagonal] as number) + 1 / (priorVariance[row] as number);
  }
  return precision;
}

/**
 * weights ~ N(0, noise x diag(priorVariance)); noise estimated from residuals, shrunk to its prior.
 * O(dimension^3) once, then O(nonzeros^2) a prediction.
 */
export function linearPosterior(statistics: LinearStatistics, priorVariance: Float64Array, noise: NoisePrior): LinearPosterior {
  const dimension = priorVariance.length;
  const covariance = inverseOfPositiveDefinite(precisionOf(statistics, priorVariance), dimension);
  const weights = new Float64Array(dimension);
  for (let row = 0; row < dimension; row++) {
    let sum = 0;
    for (let column = 0; column < dimension; column++) sum += (covariance[row * dimension + column] as number) * (statistics.cross[column] as number);
    weights[row] = sum;
  }
  const explained = weights.reduce((sum, weight, index) => sum + weight * (statistics.cross[index] as number), 0);
  const noiseVariance = (noise.priorCount * noise.variance + Math.max(0, statistics.squares - explained)) / (noise.priorCount + statistics.count);
  return {
    noiseVariance,
    mean: ({ indices, values }) => {
      let mean = 0;
      for (let index = 0; index < indices.length; index++) mean += (values[index] as number) * (weights[indices[index] as number] as number);
      return mean;
    },
    predict: ({ indices, values }) => {
      let mean = 0;
      let variance = 0;
      for (let a = 0; a < indices.length; a++) {
        const value = values[a] as number;
        const row = (indices[a] as number) * dimension;
        mean += value * (weights[indices[a] as number] as number);
        let inner = 0;
        for (let b = 0; b < indices.length; b++) inner += (covariance[row + (indices[b] as number)] as number) * (values[b] as number);
        variance += value * inner;
      }
      return { mean, sd: Math.sqrt(noiseVariance * Math.max(0, variance)) };
    },
  };
}
