import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClusteredPair, clusteredBootstrap, clusteredInterval, pairedClusteredDifference } from '../../src/statistics/clustered-bootstrap.ts';
import { quantile } from '../../src/statistics/quantile.ts';
import { seededRandom } from './seeded-random.ts';

const resamples = 200;
const seed = fc.nat(1_000_000);
const value = fc.double({ min: -100, max: 100, noNaN: true });
const cluster = fc.integer({ min: 0, max: 8 }).map((number) => `task-${number}`);
const observations = fc.array(fc.record({ cluster, value }), { minLength: 1, maxLength: 40 });
const pairs = fc.array(fc.record({ cluster, baseline: value, candidate: value }), { minLength: 1, maxLength: 40 });
const seeded = (number: number) => ({ random: seededRandom(number), resamples });

describe('clusteredInterval', () => {
  it('estimates the mean over observations, so that a larger cluster weighs more', () => {
    const { mean } = clusteredInterval(
      [
        { cluster: 'a', value: 0 },
        { cluster: 'b', value: 3 },
        { cluster: 'b', value: 3 },
      ],
      seeded(1),
    );
    expect(mean).toBe(2);
  });

  it('is an ordered interval within the range of the values', () => {
    fc.assert(
      fc.property(observations, seed, (data, s) => {
        const { low, high } = clusteredInterval(data, seeded(s));
        const values = data.map((observation) => observation.value);
        expect(low).toBeLessThanOrEqual(high);
        expect(low).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
        expect(high).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
      }),
    );
  });

  it('contains the mean of symmetric data', () => {
    fc.assert(
      fc.property(observations, value, seed, (data, centre, s) => {
        const symmetric = data.flatMap((observation) => [
          { cluster: observation.cluster, value: centre + observation.value },
          { cluster: `mirror of ${observation.cluster}`, value: centre - observation.value },
        ]);
        const { mean, low, high } = clusteredInterval(symmetric, seeded(s));
        expect(mean).toBeCloseTo(centre, 9);
        expect(low).toBeLessThanOrEqual(mean + 1e-9);
        expect(high).toBeGreaterThanOrEqual(mean - 1e-9);
      }),
    );
  });

  it('does not depend on the order of the observations', () => {
    const shuffled = observations.chain((data) => fc.tuple(fc.constant(data), fc.shuffledSubarray(data, { minLength: data.length })));
    fc.assert(
      fc.property(shuffled, seed, ([data, permuted], s) => {
        const [before, after] = [clusteredInterval(data, seeded(s)), clusteredInterval(permuted, seeded(s))];
        expect(after.mean).toBeCloseTo(before.mean, 9);
        expect(after.low).toBeCloseTo(before.low, 9);
        expect(after.high).toBeCloseTo(before.high, 9);
      }),
    );
  });

  it('gets no narrower when every observation is repeated within its cluster', () => {
    fc.assert(
      fc.property(observations, seed, (data, s) => {
        const [once, thrice] = [data, [...data, ...data, ...data]].map((copies) => clusteredInterval(copies, seeded(s)));
        expect(thrice?.low).toBeCloseTo(once?.low as number, 9);
        expect(thrice?.high).toBeCloseTo(once?.high as number, 9);
      }),
    );
  });

  it('shrinks to the mean for one cluster', () => {
    const one = [2, 4, 9].map((number) => ({ cluster: 'only', value: number }));
    expect(clusteredInterval(one, seeded(1))).toEqual({ mean: 5, low: 5, high: 5 });
  });

  it('repeats itself for the same seed', () => {
    const data = Array.from({ length: 30 }, (_, index) => ({ cluster: `${index % 10}`, value: Math.sin(index) }));
    expect(clusteredInterval(data, seeded(7))).toEqual(clusteredInterval(data, seeded(7)));
    expect(clusteredInterval(data, seeded(7))).not.toEqual(clusteredInterval(data, seeded(8)));
  });

  it('refuses no data, values that are not finite, and settings out of range', () => {
    const data = [{ cluster: 'a', value: 1 }];
    expect(() => clusteredInterval([], seeded(1))).toThrow(expect.objectContaining({ kind: 'empty' }));
    expect(() => clusteredInterval([...data, { cluster: 'b', value: Number.NaN }], seeded(1))).toThrow(
      expect.objectContaining({ name: 'StatisticsError', kind: 'not-finite', message: expect.stringContaining('"b"') }),
    );
    expect(() => clusteredInterval(data, { ...seeded(1), level: 95 })).toThrow(RangeError);
    expect(() => clusteredInterval(data, { ...seeded(1), resamples: 0 })).toThrow(RangeError);
  });
});

describe('pairedClusteredDifference', () => {
  it('shifts by c when every candidate does', () => {
    fc.assert(
      fc.property(pairs, value, seed, (data, c, s) => {
        const before = pairedClusteredDifference(data, seeded(s));
        const shifted = data.map((pair) => ({ ...pair, candidate: pair.candidate + c }));
        const after = pairedClusteredDifference(shifted, seeded(s));
        expect(after.delta).toBeCloseTo(before.delta + c, 9);
        expect(after.low).toBeCloseTo(before.low + c, 9);
        expect(after.high).toBeCloseTo(before.high + c, 9);
      }),
    );
  });

  it('mirrors when baseline and candidate change places', () => {
    fc.assert(
      fc.property(pairs, seed, (data, s) => {
        const forward = pairedClusteredDifference(data, seeded(s));
        const swapped = data.map((pair) => ({ ...pair, baseline: pair.candidate, candidate: pair.baseline }));
        const backward = pairedClusteredDifference(swapped, seeded(s));
        expect(backward.delta).toBeCloseTo(-forward.delta, 9);
        expect(backward.low).toBeCloseTo(-forward.high, 9);
        expect(backward.high).toBeCloseTo(-forward.low, 9);
        expect(backward.pValue).toBe(forward.pValue);
      }),
    );
  });

  it('gives a p-value in (0, 1], not below what signs of so few clusters can show', () => {
    fc.assert(
      fc.property(pairs, seed, (data, s) => {
        const { pValue } = pairedClusteredDifference(data, seeded(s));
        expect(pValue).toBeGreaterThanOrEqual(1 / (resamples + 1));
        expect(pValue).toBeGreaterThanOrEqual(2 ** (1 - new Set(data.map((pair) => pair.cluster)).size));
        expect(pValue).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('finds a difference that all of many clusters share, and none in equal values', () => {
    const shared = Array.from({ length: 40 }, (_, index) => ({
      cluster: `${index}`,
      baseline: 0,
      candidate: 1 + index,
    }));
    expect(pairedClusteredDifference(shared, { random: seededRandom(1) }).pValue).toBeCloseTo(1 / 2001, 12);
    const equal = shared.map((pair) => ({ ...pair, candidate: pair.baseline }));
    expect(pairedClusteredDifference(equal, seeded(1))).toEqual({ delta: 0, low: 0, high: 0, pValue: 1 });
  });

  it('draws no conclusion from one cluster', () => {
    const one: ClusteredPair[] = [
      { cluster: 'only', baseline: 0, candidate: 1 },
      { cluster: 'only', baseline: 0, candidate: 2 },
    ];
    expect(pairedClusteredDifference(one, seeded(1))).toEqual({ delta: 1.5, low: 1.5, high: 1.5, pValue: 1 });
  });

  it('counts a resample that misses 0 only by rounding as a tie', () => {
    const tie = (scale: number): ClusteredPair[] =>
      [0.3, 0.2, 0.1, 0.7].flatMap((number, index) => [
        { cluster: `up ${index}`, baseline: 0, candidate: number * scale },
        { cluster: `down ${index}`, baseline: number * scale, candidate: 0 },
      ]);
    const [tenths, whole] = [1, 10].map((scale) => pairedClusteredDifference(tie(scale), seeded(3)).pValue);
    expect(tenths).toBe(whole);
  });

  it('refuses no data and values that are not finite', () => {
    expect(() => pairedClusteredDifference([], seeded(1))).toThrow(expect.objectContaining({ kind: 'empty' }));
    const infinite = [{ cluster: 'a', baseline: 0, candidate: Number.POSITIVE_INFINITY }];
    expect(() => pairedClusteredDifference(infinite, seeded(1))).toThrow(expect.objectContaining({ kind: 'not-finite' }));
  });
});

describe('clusteredBootstrap', () => {
  const relativeChange = {
    terms: ({ baseline, candidate }: { baseline: number; candidate: number }) => [baseline, candidate] as const,
    value: ([baseline, candidate]: readonly [number, number]) => candidate / baseline - 1,
  };

  it('takes any function of sums, such as the relative change of means', () => {
    const clusters = [[{ baseline: 2, candidate: 1 }], [{ baseline: 4, candidate: 2 }], [{ baseline: 6, candidate: 6 }]];
    const { estimate, low, high } = clusteredBootstrap(clusters, relativeChange, { ...seeded(1), level: 0.99 });
    expect(estimate).toBeCloseTo(-0.25, 12);
    expect(low).toBeCloseTo(-0.5, 12);
    expect(high).toBeCloseTo(0, 12);
  });

  it('infers the shape of the sums, and applies a penalty to the resampled mean', () => {
    const { estimate, low } = clusteredBootstrap(
      [[0.9, 0.9], [0.7], [0.8]],
      {
        terms: (quality) => [quality, 1],
        value: ([sum, count]) => sum / count - 10 * Math.max(0, 0.75 - sum / count),
      },
      { ...seeded(1), level: 0.99 },
    );
    expect(estimate).toBeCloseTo(0.825, 12);
    expect(low).toBeCloseTo(0.2, 12);
  });

  it('returns the resampled statistics in ascending order, each of whole clusters', () => {
    const { resampled } = clusteredBootstrap([[1, 5], [], [2]], { terms: (number) => [number, 1], value: ([sum, count]) => sum / count }, seeded(2));
    expect(resampled).toHaveLength(resamples);
    expect([...new Set(resampled)]).toEqual([2, 8 / 3, 3]);
  });

  it('cuts half of what the level leaves off each end of the resamples', () => {
    const clusters = Array.from({ length: 12 }, (_, index) => [index, index * index]);
    const mean = {
      terms: (number: number) => [number, 1] as const,
      value: ([sum, n]: readonly [number, number]) => sum / n,
    };
    const { low, high, resampled } = clusteredBootstrap(clusters, mean, { ...seeded(4), level: 0.8 });
    expect(low).toBeCloseTo(quantile(resampled, 0.1), 9);
    expect(high).toBeCloseTo(quantile(resampled, 0.9), 9);
  });

  it('refuses a statistic that a resample leaves undefined', () => {
    const clusters = [[{ baseline: 0, candidate: 0 }], [{ baseline: 1, candidate: 1 }]];
    expect(() => clusteredBootstrap(clusters, relativeChange, seeded(1))).toThrow(expect.objectContaining({ kind: 'not-finite' }));
    expect(() => clusteredBootstrap([[], []], relativeChange, seeded(1))).toThrow(expect.objectContaining({ kind: 'empty' }));
  });

  it('draws 2000 resamples of 150 clusters in well under 30 ms', () => {
    const data = Array.from({ length: 1500 }, (_, index) => ({ cluster: `${index % 150}`, value: Math.sin(index) }));
    const times = Array.from({ length: 7 }, (_, index) => {
      // biome-ignore lint/plugin: a test of speed measures the time on the wall
      const start = performance.now();
      clusteredInterval(data, { random: seededRandom(index) });
      // biome-ignore lint/plugin: a test of speed measures the time on the wall
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(30);
  });
});
