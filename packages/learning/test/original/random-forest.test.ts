/** What the original policy takes for granted of ml-random-forest, with the options that it uses. */
import { createRequire } from 'node:module';
import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

interface Forest {
  train(rows: number[][], labels: number[]): void;
  predict(rows: number[][]): number[];
}

const { RandomForestClassifier } = createRequire(import.meta.url)('ml-random-forest') as { RandomForestClassifier: new (options: object) => Forest };
const trees = 10;

function forestOf(rows: number[][], labels: number[]): Forest {
  const forest = new RandomForestClassifier({ nEstimators: trees, seed: 42, maxFeatures: 1.0, replacement: false, noOOB: true });
  forest.train(rows, labels);
  return forest;
}

describe('ml-random-forest, as the original policy uses it', () => {
  it('trains on any ten rows and predicts labels that it has seen', () => {
    const row = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 10, maxLength: 10 });
    const data = fc.array(fc.tuple(row, fc.integer({ min: 0, max: 3 })), { minLength: 10, maxLength: 40 });
    fc.assert(
      fc.property(data, row, (examples, probe) => {
        const forest = forestOf(
          examples.map(([features]) => features),
          examples.map(([, label]) => label),
        );
        const seen = new Set(examples.map(([, label]) => label));
        for (const label of forest.predict([probe, ...examples.map(([features]) => features)])) expect(seen).toContain(label);
      }),
      { numRuns: 40 },
    );
  });

  it('copes with one label, with labels that leave out some, and with rows that are all alike', () => {
    const rows = Array.from({ length: 12 }, (_, index) => [index, -index, 1]);
    expect(
      forestOf(
        rows,
        rows.map(() => 2),
      ).predict([[5, -5, 1]]),
    ).toEqual([2]);
    const gap = rows.map((_, index) => (index < 6 ? 0 : 3));
    expect(forestOf(rows, gap).predict([rows[0] as number[], rows[11] as number[]])).toEqual([0, 3]);
    const alike = rows.map(() => [1, 1, 1]);
    expect(
      forestOf(
        alike,
        rows.map((_, index) => (index < 10 ? 1 : 2)),
      ).predict([[1, 1, 1]]),
    ).toEqual([1]);
  });

  it('learns a rule that needs two features', () => {
    const { rows, labels } = quadrants(300, 1);
    const probe = quadrants(200, 2);
    const predicted = forestOf(rows, labels).predict(probe.rows);
    const right = predicted.filter((label, index) => label === probe.labels[index]).length;
    expect(right / predicted.length).toBeGreaterThan(0.9);
  });

  it('predicts the same from the same rows', () => {
    const { rows, labels } = quadrants(60, 3);
    const probe = quadrants(50, 4).rows;
    expect(forestOf(rows, labels).predict(probe)).toEqual(forestOf(rows, labels).predict(probe));
  });

  it('takes every feature with maxFeatures 1.0, and not one', () => {
    const forest = forestOf(quadrants(20, 5).rows, quadrants(20, 5).labels) as Forest & { readonly indexes: readonly (readonly number[])[] };
    for (const indexes of forest.indexes) expect([...indexes].sort()).toEqual([0, 1, 2]);
  });
});

/** Labels by the signs of the first two of three features. */
function quadrants(count: number, seed: number): { rows: number[][]; labels: number[] } {
  const random = seededRandom('quadrants', seed);
  const rows = Array.from({ length: count }, (_, row) => [0, 1, 2].map((column) => random.normal(row, column)));
  return { rows, labels: rows.map(([a, b]) => Number((a as number) > 0) + 2 * Number((b as number) > 0)) };
}
