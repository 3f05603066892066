/** Bayesian linear regression with sparse features and unknown noise (normal-inverse-gamma conjugate prior). */
import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import type { SparseVector } from './arm-features.ts';

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
}

export function emptyStatistics(dimension: number): LinearStatistics {
  return { outer: new Float64Array(dimension * dimension), cross: new Float64Array(dimension), squares: 0, count: 0 };
}

export function addObservations(statistics: LinearStatistics, observations: readonly Observation[]): LinearStatistics {
  const dimension = statistics.cross.length;
  const outer = statistics.outer.slice();
  const cross = statistics.cross.slice();
  let { squares, count } = statistics;
  for (const { features, target } of observations) {
    const { indices, values } = features;
    for (let a = 0; a < indices.length; a++) {
      const row = (indices[a] as number) * dimension;
      const value = values[a] as number;
      cross[indices[a] as number] = (cross[indices[a] as number] as number) + value * target;
      for (let b = 0; b < indices.length; b++) {
        const slot = row + (indices[b] as number);
        outer[slot] = (outer[slot] as number) + value * (values[b] as number);
      }
    }
    squares += target * target;
    count++;
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
}

/** Belief about the noise variance before any data: that of `priorCount` observations. */
export interface NoisePrior {
  readonly variance: number;
  readonly priorCount: number;
}

/**
 * weights ~ N(0, noise x diag(priorVariance)); noise estimated from residuals, shrunk to its prior.
 * O(dimension^3) once, then O(nonzeros^2) a prediction.
 */
export function linearPosterior(statistics: LinearStatistics, priorVariance: Float64Array, noise: NoisePrior): LinearPosterior {
  const dimension = priorVariance.length;
  const precision = new Matrix(dimension, dimension);
  for (let row = 0; row < dimension; row++) {
    for (let column = 0; column < dimension; column++) precision.set(row, column, statistics.outer[row * dimension + column] as number);
    precision.set(row, row, precision.get(row, row) + 1 / (priorVariance[row] as number));
  }
  const factor = new CholeskyDecomposition(precision).lowerTriangularMatrix;
  const covariance = inverseFromFactor(factor, dimension);
  const weights = new Float64Array(dimension);
  for (let row = 0; row < dimension; row++) {
    let sum = 0;
    for (let column = 0; column < dimension; column++) sum += (covariance[row * dimension + column] as number) * (statistics.cross[column] as number);
    weights[row] = sum;
  }
  const explained = weights.reduce((sum, weight, index) => sum + weight * (statistics.cross[index] as number), 0);
  const noiseVariance =
    (noise.priorCount * noise.variance + Math.max(0, statistics.squares - explained)) / (noise.priorCount + statistics.count);
  return {
    noiseVariance,
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

/** (L L^T)^-1, row by row, through L^-1. */
function inverseFromFactor(factor: Matrix, dimension: number): Float64Array {
  const lower = new Float64Array(dimension * dimension);
  const source = Array.from({ length: dimension }, (_, row) => Float64Array.from(factor.getRow(row)));
  for (let column = 0; column < dimension; column++) {
    for (let row = column; row < dimension; row++) {
      const from = source[row] as Float64Array;
      let sum = row === column ? 1 : 0;
      for (let inner = column; inner < row; inner++) sum -= (from[inner] as number) * (lower[inner * dimension + column] as number);
      lower[row * dimension + column] = sum / (from[row] as number);
    }
  }
  const inverse = new Float64Array(dimension * dimension);
  for (let row = 0; row < dimension; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = 0;
      for (let inner = row; inner < dimension; inner++) {
        sum += (lower[inner * dimension + row] as number) * (lower[inner * dimension + column] as number);
      }
      inverse[row * dimension + column] = sum;
      inverse[column * dimension + row] = sum;
    }
  }
  return inverse;
}
