import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyState, type LearnedState, restoreState, saveState } from '../../src/learned/learned-state.ts';
import { addObservations, emptyStatistics } from '../../src/learned/linear-posterior.ts';
import { SnapshotError } from '../../src/snapshot.ts';

const dimension = 6;
const arms = 3;

describe('saveState and restoreState', () => {
  it('give back every number, after a way through JSON', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const state = stateOf(seed);
        expect(restoreState(JSON.parse(JSON.stringify(saveState(state))), dimension, arms)).toEqual(state);
      }),
      { numRuns: 30 },
    );
    expect(restoreState(saveState(emptyState(dimension, arms)), dimension, arms)).toEqual(emptyState(dimension, arms));
  });

  it('refuse a state of other arms or features, and say so', () => {
    const saved = saveState(stateOf(1));
    expect(() => restoreState(saved, dimension, arms + 1)).toThrow(SnapshotError);
    expect(() => restoreState(saved, dimension, arms + 1)).toThrow(/3 arms.* 4; train again/);
    expect(() => restoreState(saved, dimension + 1, arms)).toThrow(SnapshotError);
    expect(() => restoreState(saved, dimension + 1, arms)).toThrow(/6 features.* 7; train again/);
  });
});

function stateOf(seed: number): LearnedState {
  const random = seededRandom('state', seed);
  const statistics = (name: string) =>
    addObservations(
      emptyStatistics(dimension),
      Array.from({ length: 5 }, (_, row) => ({
        features: { indices: Int32Array.of(0, 2, 5), values: Float64Array.from([0, 1, 2], (column) => random.normal(name, row, column)) },
        target: random.normal(name, row),
        weight: 1,
      })),
    );
  return {
    ...emptyState(dimension, arms),
    generation: 4,
    quality: statistics('quality'),
    cost: statistics('cost'),
    latency: statistics('latency'),
    pulls: [1, 2, 3],
    qualitySums: [0.1, 0.2, random.uniform('sum')],
    scale: { quality: 0.7, costUsd: null, latencyMs: 1000 },
  };
}
