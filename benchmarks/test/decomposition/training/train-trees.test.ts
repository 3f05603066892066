import { seededRandom, treeModel } from '@ratchet/core';
import { describe, expect, test } from 'vitest';
import { columnsOf, type TreeOptions, trainTrees } from '../../../src/decomposition/training/train-trees.ts';

const options: TreeOptions = { trees: 40, depth: 3, rate: 0.3, ridge: 1, leastWeight: 2, leastGain: 0.01, rowShare: 1, columnShare: 1, seed: 'test' };
const names = ['a', 'b', 'noise', 'sign'];

/** Rows whose target is 1 where `a` and `b` differ in being above 0; `sign` is negative or zero. */
function trainingSet(size: number, truth: (row: readonly number[]) => boolean) {
  const next = seededRandom('rows').stream(size);
  const table = columnsOf(names);
  const rows = Array.from({ length: size }, () => [Math.floor(next() * 2), Math.floor(next() * 2), next(), next() < 0.5 ? -1 : 0]);
  for (const row of rows) table.add(Float64Array.from(row));
  return { rows, set: { ...table.columns(), target: Float64Array.from(rows, (row) => Number(truth(row))), weight: new Float64Array(size).fill(1) } };
}

describe('trainTrees', () => {
  test.each([
    ['an exclusive or', ([a, b]: readonly number[]) => a !== b],
    ['a sign, where zero is not listed', ([, , , sign]: readonly number[]) => sign === -1],
    ['a threshold of a continuous column', ([, , noise]: readonly number[]) => (noise ?? 0) > 0.6],
  ])('learns %s', (_name, truth) => {
    const { rows, set } = trainingSet(600, truth);
    const model = treeModel(trainTrees(set, options), names);
    const right = rows.filter((row) => model(Float64Array.from(row)) > 0.5 === truth(row));
    expect(right.length / rows.length).toBeGreaterThan(0.97);
  });

  test('gives the share of ones where nothing tells rows apart', () => {
    const table = columnsOf(['a']);
    for (let row = 0; row < 100; row++) table.add(Float64Array.from([0]));
    const target = Float64Array.from({ length: 100 }, (_, row) => Number(row < 20));
    const model = treeModel(trainTrees({ ...table.columns(), target, weight: new Float64Array(100).fill(1) }, options), ['a']);
    expect(model(Float64Array.from([0]))).toBeCloseTo(0.2, 1);
  });

  test('counts a row by its weight', () => {
    const table = columnsOf(['a']);
    for (let row = 0; row < 100; row++) table.add(Float64Array.from([row % 2]));
    const target = Float64Array.from({ length: 100 }, (_, row) => Number(row < 50));
    const weight = Float64Array.from({ length: 100 }, (_, row) => (row < 50 && row % 2 === 1 ? 9 : 1));
    const model = treeModel(trainTrees({ ...table.columns(), target, weight }, options), ['a']);
    expect(model(Float64Array.from([1]))).toBeGreaterThan(0.8);
    expect(model(Float64Array.from([0]))).toBeCloseTo(0.5, 1);
  });

  test('gives the same trees every time, with shares of rows and columns drawn', () => {
    const { set } = trainingSet(300, ([a, b]) => a !== b);
    const drawn = { ...options, rowShare: 0.6, columnShare: 0.5 };
    expect(trainTrees(set, drawn)).toEqual(trainTrees(set, drawn));
    expect(trainTrees(set, { ...drawn, seed: 'other' })).not.toEqual(trainTrees(set, drawn));
  });
});
