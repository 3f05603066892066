/** Checks on simulated experiments that the clustered interval and test are as sure as they claim to be. */
import { describe, expect, it } from 'vitest';
import { type ClusteredPair, clusteredInterval, pairedClusteredDifference } from '../../src/statistics/clustered-bootstrap.ts';
import { drawNormal, seededRandom } from './seeded-random.ts';

const REPETITIONS = 300;
/** Where the share is far from what is asked of it. */
const FEW = 100;
const CLUSTERS = 40;
const MEAN = 0.6;

describe('the clustered bootstrap on simulated experiments', () => {
  it('rejects about 5% of exchangeable nulls at the 5% level', () => {
    const rate = share((seed) => pairedClusteredDifference(exchangeablePairs(seed), options(seed)).pValue <= 0.05);
    expect(rate).toBeGreaterThanOrEqual(0.01);
    expect(rate).toBeLessThanOrEqual(0.1);
  });

  it('would reject far too often if trials of one task counted as independent', () => {
    const rate = share((seed) => {
      const ungrouped = exchangeablePairs(seed).map((pair, index) => ({ ...pair, cluster: `${index}` }));
      return pairedClusteredDifference(ungrouped, options(seed)).pValue <= 0.05;
    }, FEW);
    expect(rate).toBeGreaterThan(0.15);
  });

  it('covers the true mean about 95% of the time', () => {
    const rate = share((seed) => {
      const { low, high } = clusteredInterval(clusteredValues(seed), options(seed));
      return low <= MEAN && MEAN <= high;
    });
    expect(rate).toBeGreaterThanOrEqual(0.88);
    expect(rate).toBeLessThanOrEqual(0.99);
  });

  it('usually finds a real difference of the size of the spread between tasks', () => {
    const rate = share((seed) => {
      const better = exchangeablePairs(seed).map((pair) => ({ ...pair, candidate: pair.candidate + 0.3 }));
      return pairedClusteredDifference(better, options(seed)).pValue <= 0.05;
    }, FEW);
    expect(rate).toBeGreaterThan(0.9);
  });
});

function share(holds: (seed: number) => boolean, repetitions = REPETITIONS): number {
  return Array.from({ length: repetitions }, (_, seed) => holds(seed)).filter(Boolean).length / repetitions;
}

function options(seed: number) {
  return { random: seededRandom(1_000_000 + seed), resamples: 1000 };
}

/** Tasks of 1 to 8 trials; a task's difficulty moves both policies, and its taste for one policy all its trials. */
function exchangeablePairs(seed: number): ClusteredPair[] {
  const random = seededRandom(seed);
  return Array.from({ length: CLUSTERS }, (_, cluster) => {
    const difficulty = drawNormal(random);
    const preference = 0.3 * drawNormal(random);
    return Array.from({ length: 1 + Math.floor(random() * 8) }, () => ({
      cluster: `${cluster}`,
      baseline: difficulty + 0.2 * drawNormal(random),
      candidate: difficulty + preference + 0.2 * drawNormal(random),
    }));
  }).flat();
}

/** Scores between 0 and 1 whose expectation is MEAN, in tasks of 1 to 8 trials that differ in difficulty. */
function clusteredValues(seed: number): { cluster: string; value: number }[] {
  const random = seededRandom(seed);
  return Array.from({ length: CLUSTERS }, (_, cluster) => {
    const passRate = MEAN + 0.7 * (random() - 0.5);
    return Array.from({ length: 1 + Math.floor(random() * 8) }, () => ({
      cluster: `${cluster}`,
      value: random() < passRate ? 1 : 0,
    }));
  }).flat();
}
