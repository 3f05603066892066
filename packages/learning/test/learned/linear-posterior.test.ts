import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { inverse, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import type { SparseVector } from '../../src/learned/arm-features.ts';
import { addObservations, emptyStatistics, linearPosterior, type NoisePrior, type Observation } from '../../src/learned/linear-posterior.ts';

const dimension = 5;
const noisePrior: NoisePrior = { variance: 0.2, priorCount: 10 };
/** So certain of the noise that no data move it. */
const knownNoise: NoisePrior = { variance: 0.2, priorCount: 1e15 };
const priorVariance = Float64Array.of(4, 1, 1, 0.5, 0.1);

const number = fc.double({ min: -3, max: 3, noNaN: true });
/** Distinct positions, as arm features have them. */
const sparse: fc.Arbitrary<SparseVector> = fc
  .uniqueArray(fc.nat(dimension - 1), { minLength: 1, maxLength: dimension })
  .chain((indices) => fc.array(number, { minLength: indices.length, maxLength: indices.length }).map((values) => vector(indices, values)));
const weight = fc.constantFrom(0.5, 1, 3);
const observation: fc.Arbitrary<Observation> = fc.record({ features: sparse, target: number, weight });
const observations = fc.array(observation, { maxLength: 20 });

describe('addObservations', () => {
  it('gives the same for batches one after the other as for all at once', () => {
    fc.assert(
      fc.property(observations, observations, (first, second) => {
        const recursive = addObservations(addObservations(emptyStatistics(dimension), first), second);
        expect(recursive).toEqual(addObservations(emptyStatistics(dimension), [...first, ...second]));
      }),
    );
  });

  it('does not depend on the order of a batch, up to rounding', () => {
    fc.assert(
      fc.property(
        observations.chain((batch) => fc.tuple(fc.constant(batch), fc.shuffledSubarray(batch, { minLength: batch.length }))),
        ([batch, shuffled]) => {
          const one = addObservations(emptyStatistics(dimension), batch);
          const other = addObservations(emptyStatistics(dimension), shuffled);
          expectClose(other.outer, one.outer, 1e-9);
          expectClose(other.cross, one.cross, 1e-9);
          expect(other.squares).toBeCloseTo(one.squares, 9);
          expect(other.count).toBe(one.count);
        },
      ),
    );
  });

  it('leaves the statistics that it is given as they were', () => {
    const empty = emptyStatistics(dimension);
    const once = addObservations(empty, [{ features: vector([0, 2], [1, 2]), target: 3, weight: 1 }]);
    expect(empty).toEqual(emptyStatistics(dimension));
    const copy = structuredClone(once);
    addObservations(once, [{ features: vector([1], [5]), target: -1, weight: 1 }]);
    expect(once).toEqual(copy);
  });

  it('sums outer products, products with the target and squares', () => {
    const { outer, cross, squares, count } = addObservations(emptyStatistics(3), [
      { features: vector([0, 2], [1, 2]), target: 3, weight: 1 },
      { features: vector([2], [1]), target: 1, weight: 1 },
    ]);
    expect([...outer]).toEqual([1, 0, 2, 0, 0, 0, 2, 0, 5]);
    expect([...cross]).toEqual([3, 0, 7]);
    expect(squares).toBe(10);
    expect(count).toBe(2);
  });

  it('counts an observation of weight 3 as three equal ones', () => {
    fc.assert(
      fc.property(observation, (one) => {
        const heavy = addObservations(emptyStatistics(dimension), [{ ...one, weight: 3 }]);
        const repeated = addObservations(
          emptyStatistics(dimension),
          Array.from({ length: 3 }, () => ({ ...one, weight: 1 })),
        );
        expectClose(heavy.outer, repeated.outer, 1e-9);
        expectClose(heavy.cross, repeated.cross, 1e-9);
        expect(heavy.squares).toBeCloseTo(repeated.squares, 9);
        expect(heavy.count).toBe(3);
      }),
    );
  });
});

describe('linearPosterior', () => {
  it('equals a naive ridge solution on dense data', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 30 }), (seed, rows) => {
        const random = seededRandom('ridge', seed);
        const data = Array.from({ length: rows }, (_, row) => ({
          x: Array.from({ length: dimension }, (_, column) => random.normal(row, column)),
          y: random.normal(row, 'target'),
        }));
        const posterior = linearPosterior(statisticsOf(data.map(({ x, y }) => ({ features: dense(x), target: y, weight: 1 }))), priorVariance, noisePrior);
        const { weights, covariance, noiseVariance } = naiveRidge(data);
        expect(posterior.noiseVariance).toBeCloseTo(noiseVariance, 9);
        for (let probe = 0; probe < 5; probe++) {
          const x = Array.from({ length: dimension }, (_, column) => random.normal('probe', probe, column));
          const { mean, sd } = posterior.predict(dense(x));
          const column = Matrix.columnVector(x);
          expect(mean).toBeCloseTo(dot(x, weights), 9);
          expect(sd ** 2).toBeCloseTo(noiseVariance * column.transpose().mmul(covariance).mmul(column).get(0, 0), 9);
        }
      }),
    );
  });

  it('expects its prior before any data: mean 0, and the stated variance of each weight', () => {
    const { predict, noiseVariance } = linearPosterior(emptyStatistics(dimension), priorVariance, noisePrior);
    expect(noiseVariance).toBe(noisePrior.variance);
    priorVariance.forEach((variance, index) => {
      const { mean, sd } = predict(vector([index], [2]));
      expect(mean).toBe(0);
      expect(sd).toBeCloseTo(Math.sqrt(4 * variance * noisePrior.variance), 12);
    });
  });

  it('is never less sure of a mean after another observation, while the noise is fixed', () => {
    fc.assert(
      fc.property(observations, observation, sparse, (before, another, probe) => {
        const fewer = linearPosterior(statisticsOf(before), priorVariance, knownNoise);
        const more = linearPosterior(statisticsOf([...before, another]), priorVariance, knownNoise);
        expect(more.predict(probe).sd).toBeLessThanOrEqual(fewer.predict(probe).sd + 1e-9);
      }),
    );
  });

  it('has a covariance that is positive definite: no direction without uncertainty', () => {
    fc.assert(
      fc.property(observations, fc.array(number, { minLength: dimension, maxLength: dimension }), (data, direction) => {
        const length = Math.hypot(...direction);
        fc.pre(length > 1e-3);
        const { sd } = linearPosterior(statisticsOf(data), priorVariance, noisePrior).predict(dense(direction.map((value) => value / length)));
        expect(sd).toBeGreaterThan(0);
      }),
    );
  });

  it('never gives a negative or undefined standard deviation or noise, even where the targets fit exactly', () => {
    fc.assert(
      fc.property(fc.array(sparse, { maxLength: 200 }), number, sparse, (vectors, target, probe) => {
        const posterior = linearPosterior(statisticsOf(vectors.map((features) => ({ features, target, weight: 1 }))), priorVariance, noisePrior);
        const { mean, sd } = posterior.predict(probe);
        expect(mean).toSatisfy(Number.isFinite);
        expect(sd).toBeGreaterThanOrEqual(0);
        expect(posterior.noiseVariance).toBeGreaterThan(0);
      }),
    );
  });

  it('comes to the true weights and the true noise', () => {
    const truth = [0.5, -1, 2, 0, 0.25];
    const error = (count: number) => {
      const random = seededRandom('truth');
      const data = Array.from({ length: count }, (_, row) => {
        const x = Array.from({ length: dimension }, (_, column) => random.normal(row, column));
        return { features: dense(x), target: dot(x, truth) + 0.3 * random.normal(row, 'noise'), weight: 1 };
      });
      const { predict, noiseVariance } = linearPosterior(statisticsOf(data), priorVariance, noisePrior);
      return {
        weights: Math.max(...truth.map((weight, index) => Math.abs(predict(vector([index], [1])).mean - weight))),
        noise: Math.abs(noiseVariance - 0.09),
      };
    };
    expect(error(5000).weights).toBeLessThan(0.02);
    expect(error(5000).noise).toBeLessThan(0.005);
    expect(error(20).weights).toBeGreaterThan(error(5000).weights);
  });

  it('covers the true mean about as often as its standard deviations say', () => {
    let inside = 0;
    const repetitions = 400;
    for (let seed = 0; seed < repetitions; seed++) {
      const random = seededRandom('coverage', seed);
      const truth = Array.from(priorVariance, (variance, index) => Math.sqrt(variance * noisePrior.variance) * random.normal('weight', index));
      const data = Array.from({ length: 15 }, (_, row) => {
        const x = Array.from({ length: dimension }, (_, column) => random.normal(row, column));
        return { features: dense(x), target: dot(x, truth) + Math.sqrt(noisePrior.variance) * random.normal(row, 'noise'), weight: 1 };
      });
      const probe = Array.from({ length: dimension }, (_, column) => random.normal('probe', column));
      const { mean, sd } = linearPosterior(statisticsOf(data), priorVariance, knownNoise).predict(dense(probe));
      if (Math.abs(mean - dot(probe, truth)) <= 1.645 * sd) inside++;
    }
    expect(inside / repetitions).toBeGreaterThan(0.85);
    expect(inside / repetitions).toBeLessThan(0.95);
  });
});

function vector(indices: readonly number[], values: readonly number[]): SparseVector {
  return { indices: Int32Array.from(indices), values: Float64Array.from(values) };
}

function dense(values: readonly number[]): SparseVector {
  return vector(
    values.map((_, index) => index),
    values,
  );
}

function statisticsOf(data: readonly Observation[]) {
  return addObservations(emptyStatistics(dimension), data);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] as number), 0);
}

function expectClose(actual: Float64Array, expected: Float64Array, tolerance: number): void {
  actual.forEach((value, index) => {
    expect(Math.abs(value - (expected[index] as number))).toBeLessThanOrEqual(tolerance);
  });
}

/** (X'X + D^-1)^-1 X'y by a general inverse, and the noise from the residuals and the weights' distance to the prior. */
function naiveRidge(data: readonly { readonly x: readonly number[]; readonly y: number }[]) {
  const x = new Matrix(data.map((row) => [...row.x]));
  const y = Matrix.columnVector(data.map((row) => row.y));
  const precision = Matrix.diag(Array.from(priorVariance, (variance) => 1 / variance));
  const covariance = inverse(x.transpose().mmul(x).add(precision));
  const weights = covariance.mmul(x.transpose()).mmul(y).to1DArray();
  const residuals = data.reduce((sum, row) => sum + (row.y - dot(row.x, weights)) ** 2, 0);
  const shrinkage = weights.reduce((sum, weight, index) => sum + weight ** 2 / (priorVariance[index] as number), 0);
  const noiseVariance = (noisePrior.priorCount * noisePrior.variance + residuals + shrinkage) / (noisePrior.priorCount + data.length);
  return { weights, covariance, noiseVariance };
}
