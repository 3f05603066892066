import { describe, expect, test } from 'vitest';
import { treeModel } from '../../src/analysis/boosted-trees.ts';

/** One tree on "a", and one on "b" and "a". */
const trees = {
  features: ['b', 'a'],
  base: 0.5,
  roots: [0, 3],
  feature: [1, -1, -1, 0, -1, 1, -1, -1],
  value: [0, -1, 1, 2, 0.25, 5, -2, 4],
  right: [2, 0, 0, 5, 0, 7, 0, 0],
};
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

describe('treeModel', () => {
  const model = treeModel(trees, ['a', 'unused', 'b']);

  test.each([
    [[0, 9, 2], 0.5 - 1 + 0.25],
    [[1, 9, 2], 0.5 + 1 + 0.25],
    [[5, 9, 3], 0.5 + 1 - 2],
    [[6, 9, 3], 0.5 + 1 + 4],
  ])('adds up the leaves that %j falls into', (vector, sum) => {
    expect(model(Float64Array.from(vector))).toBeCloseTo(logistic(sum), 12);
  });

  test('refuses trees that ask for a feature which is not computed', () => {
    expect(() => treeModel(trees, ['a', 'c'])).toThrow(/"b"/);
  });
});
