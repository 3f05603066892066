/** The first split of a tree against every split that there is. */
import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FeatureMatrix, featureMatrix } from '../../src/forest/feature-matrix.ts';
import { growClassificationForest } from '../../src/forest/grow-classification-forest.ts';
import { growMultiOutputForest } from '../../src/forest/grow-multi-output-forest.ts';
import { type Observation, outputTargets, rowsOf } from './forest-data.ts';

const small = fc.integer({ min: 0, max: 5 });
const matrixOf = (rows: number) => fc.array(fc.tuple(small, small, small), { minLength: rows, maxLength: rows }).map(featureMatrix);
const weight = fc.integer({ min: 0, max: 3 });
const outputs = 3;

/** A gain for each way to part the rows by a threshold of a feature that leaves enough rows on each side. */
function allGains(
  matrix: FeatureMatrix,
  { minLeafRows, counted, gain }: { minLeafRows: number; counted: (row: number) => boolean; gain: (goesLeft: readonly boolean[]) => number },
): readonly number[] {
  const rows = rowsOf(matrix);
  const gains: number[] = [];
  for (let feature = 0; feature < matrix.columns; feature++) {
    for (const threshold of new Set(rows.map((row) => row[feature] as number))) {
      const goesLeft = rows.map((row) => (row[feature] as number) <= threshold);
      const lefts = goesLeft.filter((left, row) => left && counted(row)).length;
      const rights = goesLeft.filter((left, row) => !left && counted(row)).length;
      if (lefts >= minLeafRows && rights >= minLeafRows) gains.push(gain(goesLeft));
    }
  }
  return gains;
}

/** Sum over outputs of D^2 / (W + c) on each side, D about the mean of all. */
function outputGain(observations: readonly Observation[], shrinkage: number, goesLeft: readonly boolean[]): number {
  let gain = 0;
  for (let output = 0; output < outputs; output++) {
    const seen = observations.filter((one) => one.output === output && one.weight !== 0);
    const sum = (list: readonly Observation[], value: (one: Observation) => number) => list.reduce((total, one) => total + (one.weight ?? 1) * value(one), 0);
    const mean = sum(seen, ({ value }) => value) / sum(seen, () => 1);
    for (const side of [seen.filter(({ row }) => goesLeft[row]), seen.filter(({ row }) => !goesLeft[row])]) {
      if (side.length > 0) gain += sum(side, ({ value }) => value - mean) ** 2 / (sum(side, () => 1) + shrinkage);
    }
  }
  return gain;
}

function giniGain(labels: readonly number[], weights: readonly number[], goesLeft: readonly boolean[]): number {
  const purity = (member: (row: number) => boolean) => {
    const byClass = new Float64Array(4);
    labels.forEach((label, row) => {
      if (member(row)) byClass[label] = (byClass[label] as number) + (weights[row] as number);
    });
    const total = byClass.reduce((one, other) => one + other, 0);
    return total === 0 ? 0 : byClass.reduce((sum, value) => sum + value * value, 0) / total;
  };
  return purity((row) => goesLeft[row] === true) + purity((row) => goesLeft[row] === false) - purity(() => true);
}

/** Which rows share the first row's leaf, in a tree of one split. */
function splitOf(leaves: Int32Array): readonly boolean[] | undefined {
  return new Set(leaves).size < 2 ? undefined : Array.from(leaves, (leaf) => leaf === leaves[0]);
}

const oneSplit = { trees: 1, maxDepth: 1, featureShare: 1, splitter: 'best' } as const;

describe('the best split', () => {
  it('reduces squared error most, summed over outputs with some missing, with and without shrinkage', () => {
    const observation = fc.record({ row: fc.nat(9), output: fc.nat(outputs - 1), value: fc.integer({ min: -4, max: 4 }), weight });
    fc.assert(
      fc.property(
        matrixOf(10),
        fc.array(observation, { maxLength: 30 }),
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom(0, 1.5),
        (matrix, observations, minLeafRows, shrinkage) => {
          const targets = outputTargets(10, outputs, observations);
          const { forest } = growMultiOutputForest({ matrix, targets }, { ...oneSplit, minLeafRows, shrinkage }, seededRandom(1));
          const split = splitOf(forest.leavesOfRows(matrix));
          const seen = new Set(observations.filter((one) => one.weight > 0).map(({ row }) => row));
          const gains = allGains(matrix, { minLeafRows, counted: (row) => seen.has(row), gain: (goesLeft) => outputGain(observations, shrinkage, goesLeft) });
          const gained = split === undefined ? 0 : outputGain(observations, shrinkage, split);
          expect(gained).toBeCloseTo(Math.max(0, ...gains), 8);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('reduces squared error most where every row has all outputs', () => {
    const complete = fc.array(fc.array(fc.integer({ min: -4, max: 4 }), { minLength: outputs, maxLength: outputs }), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(matrixOf(12), complete, fc.integer({ min: 1, max: 3 }), fc.constantFrom(0, 1.5), (matrix, values, minLeafRows, shrinkage) => {
        const observations = values.flatMap((row, index) => row.map((value, output) => ({ row: index, output, value })));
        const { forest } = growMultiOutputForest(
          { matrix, targets: outputTargets(12, outputs, observations) },
          { ...oneSplit, minLeafRows, shrinkage },
          seededRandom(1),
        );
        const split = splitOf(forest.leavesOfRows(matrix));
        const gains = allGains(matrix, { minLeafRows, counted: () => true, gain: (goesLeft) => outputGain(observations, shrinkage, goesLeft) });
        expect(split === undefined ? 0 : outputGain(observations, shrinkage, split)).toBeCloseTo(Math.max(0, ...gains), 8);
      }),
      { numRuns: 200 },
    );
  });

  it('makes classes purest by the Gini index', () => {
    const labelled = fc.array(fc.tuple(fc.nat(3), weight), { minLength: 12, maxLength: 12 }).filter((rows) => rows.some(([, one]) => one > 0));
    fc.assert(
      fc.property(matrixOf(12), labelled, fc.integer({ min: 1, max: 3 }), (matrix, rows, minLeafRows) => {
        const labels = rows.map(([label]) => label);
        const weights = rows.map(([, one]) => one);
        const targets = { classes: 4, label: Int32Array.from(labels), weight: Float64Array.from(weights) };
        const forest = growClassificationForest({ matrix, targets }, { ...oneSplit, minLeafRows }, seededRandom(1));
        const split = splitOf(forest.leavesOfRows(matrix));
        const gains = allGains(matrix, {
          minLeafRows,
          counted: (row) => (weights[row] as number) > 0,
          gain: (goesLeft) => giniGain(labels, weights, goesLeft),
        });
        expect(split === undefined ? 0 : giniGain(labels, weights, split)).toBeCloseTo(Math.max(0, ...gains), 8);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the random split', () => {
  /** How often a tree of one split leaves so many of ten rows on the left; the last three rows have no weight. */
  function leftCounts(weighted: number): readonly number[] {
    const matrix = featureMatrix(Array.from({ length: 10 }, (_, row) => [row]));
    const observations = Array.from({ length: weighted }, (_, row) => ({ row, output: 0, value: row % 2 }));
    const { forest } = growMultiOutputForest(
      { matrix, targets: outputTargets(10, 1, observations) },
      { trees: 4500, maxDepth: 1, splitter: 'random' },
      seededRandom(5),
    );
    const counts = new Array<number>(10).fill(0);
    const leaves = forest.leavesOfRows(matrix);
    for (let tree = 0; tree < 4500; tree++) {
      let lefts = 0;
      while (lefts < 10 && leaves[lefts * 4500 + tree] === leaves[tree]) lefts++;
      counts[lefts - 1] = (counts[lefts - 1] as number) + 1;
    }
    return counts;
  }

  it('falls between the least and the largest value of the node, everywhere alike', () => {
    // 4500 draws over 9 or 6 places: standard deviations of 21 and 25.
    for (const count of leftCounts(10).slice(0, 9)) expect(Math.abs(count - 500)).toBeLessThan(100);
    const narrow = leftCounts(7);
    for (const count of narrow.slice(0, 6)) expect(Math.abs(count - 750)).toBeLessThan(120);
    expect(narrow.slice(6)).toEqual([0, 0, 0, 0]);
  });
});
