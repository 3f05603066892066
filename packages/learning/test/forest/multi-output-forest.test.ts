import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { featureMatrix } from '../../src/forest/feature-matrix.ts';
import { type GrownMultiOutputForest, growMultiOutputForest, predictOwnRows } from '../../src/forest/grow-multi-output-forest.ts';
import type { OutputPrior } from '../../src/forest/multi-output-forest.ts';
import { type Observation, outputTargets, rowsOf, uniformMatrix } from './forest-data.ts';

const rows = 400;
const matrix = uniformMatrix(1, rows, 6);
/** Output 0 is a step of feature 0, output 1 feature 1 itself, output 2 noise. */
const truth = rowsOf(matrix).map((row, index) => [(row[0] as number) > 0.5 ? 1 : 0, row[1] as number, seededRandom('noise').uniform(index)]);
const everything: readonly Observation[] = truth.flatMap((values, row) => values.map((value, output) => ({ row, output, value })));
const some = everything.filter(({ row, output }) => seededRandom('kept').uniform(row, output) < 0.5);
const prior: OutputPrior = { mean: [0.5, 0.5, 0.5], weight: 0.5 };

/** Each output's mean squared error. */
function errors(predictions: Float64Array): readonly number[] {
  return [0, 1, 2].map(
    (output) => truth.reduce((sum, values, row) => sum + ((values[output] as number) - (predictions[row * 3 + output] as number)) ** 2, 0) / rows,
  );
}

function grow(observations: readonly Observation[], splitter: 'best' | 'random'): GrownMultiOutputForest {
  const targets = outputTargets(rows, 3, observations);
  return growMultiOutputForest({ matrix, targets }, { trees: 60, splitter, minLeafRows: 4, sampling: { kind: 'bootstrap' } }, seededRandom(1));
}

describe.each([
  { seen: 'all outputs', observations: everything },
  { seen: 'some outputs', observations: some },
])('a multi-output forest that saw $seen of a row', ({ observations }) => {
  it.each(['best', 'random'] as const)('learns what can be learnt, and says so out of bag (%s splitter)', (splitter) => {
    const grown = grow(observations, splitter);
    const { predictions, trees } = predictOwnRows(grown, matrix, { prior, trees: 'out-of-bag' });
    const [step, slope, noise] = errors(predictions) as [number, number, number];
    expect(trees.every((count) => count > 5)).toBe(true);
    expect(step).toBeLessThan(0.04);
    expect(slope).toBeLessThan(0.02);
    expect(noise).toBeGreaterThan(0.07);
    const inSample = errors(predictOwnRows(grown, matrix, { prior, trees: 'in-sample' }).predictions);
    expect(inSample[2]).toBeLessThan(noise);
  });

  it('predicts as its leaves and the formula say', () => {
    const { forest } = grow(observations, 'random');
    const row = [0.3, 0.8, 0.1, 0.5, 0.5, 0.5];
    const leaves = forest.leaves(row);
    const expected = [0, 1, 2].map((output) => {
      let sum = 0;
      for (const leaf of leaves) {
        const weight = forest.weight[leaf * 3 + output] as number;
        sum += ((forest.sum[leaf * 3 + output] as number) - weight * 0.5) / (weight + 0.5);
      }
      return 0.5 + sum / forest.trees;
    });
    forest.predict(row, prior).forEach((one, output) => {
      expect(one).toBeCloseTo(expected[output] as number, 12);
    });
    expect(forest.predictRows(matrix, prior)).toEqual(predictOwnRows(grow(observations, 'random'), matrix, { prior, trees: 'in-sample' }).predictions);
  });

  it('keeps of each leaf the weight, sum and squared deviations of the rows in its sample', () => {
    const { forest, inBag } = grow(observations, 'best');
    const leaves = forest.leavesOfRows(matrix);
    const [weight, sum, squares] = [0, 1, 2].map(() => new Float64Array(forest.weight.length)) as [Float64Array, Float64Array, Float64Array];
    for (const { row, output, value } of observations) {
      for (let tree = 0; tree < forest.trees; tree++) {
        const count = inBag[tree * rows + row] as number;
        const cell = (leaves[row * forest.trees + tree] as number) * 3 + output;
        weight[cell] = (weight[cell] as number) + count;
        sum[cell] = (sum[cell] as number) + count * value;
        squares[cell] = (squares[cell] as number) + count * value * value;
      }
    }
    expect(forest.weight).toEqual(weight);
    sum.forEach((one, cell) => {
      expect(forest.sum[cell]).toBeCloseTo(one, 9);
      const deviation = weight[cell] === 0 ? 0 : (squares[cell] as number) - one ** 2 / (weight[cell] as number);
      expect(forest.deviation[cell]).toBeCloseTo(deviation, 9);
    });
  });
});

describe('a multi-output forest', () => {
  it('grows the same trees on complete rows whichever way they are written', () => {
    const observation = fc.array(fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 3, maxLength: 3 }), { minLength: 24, maxLength: 24 });
    fc.assert(
      fc.property(observation, fc.nat(1000), fc.constantFrom('best' as const, 'random' as const), (values, seed, splitter) => {
        const features = uniformMatrix(seed, 24, 3);
        const complete = values.flatMap((row, index) => row.map((value, output) => ({ row: index, output, value })));
        // An observation without weight makes a row irregular, and changes nothing else.
        const irregular = [...complete, { row: 5, output: 1, value: 100, weight: 0 }];
        const settings = { trees: 3, splitter, minLeafRows: 3, maxDepth: 2 } as const;
        const predict = (list: readonly Observation[]) =>
          growMultiOutputForest({ matrix: features, targets: outputTargets(24, 3, list) }, settings, seededRandom(seed)).forest.predictRows(features, {
            mean: [0, 0, 0],
            weight: 1,
          });
        const expected = predict(complete);
        predict(irregular).forEach((one, at) => {
          expect(one).toBeCloseTo(expected[at] as number, 8);
        });
      }),
    );
  });

  it('takes several observations of an output in a row as their sum of evidence', () => {
    const features = featureMatrix([[0], [1]]);
    const observations = [
      { row: 0, output: 0, value: 1 },
      { row: 0, output: 0, value: 3, weight: 3 },
      { row: 1, output: 1, value: 5 },
    ];
    const { forest } = growMultiOutputForest({ matrix: features, targets: outputTargets(2, 2, observations) }, { trees: 1, maxDepth: 0 }, seededRandom(1));
    expect([...forest.weight]).toEqual([4, 1]);
    expect([...forest.sum]).toEqual([10, 5]);
    expect([...forest.deviation]).toEqual([3, 0]);
  });

  it('says for an output that it never saw what the prior says', () => {
    const targets = outputTargets(rows, 4, some);
    const { forest } = growMultiOutputForest({ matrix, targets }, { trees: 10 }, seededRandom(2));
    for (const row of rowsOf(matrix).slice(0, 20)) expect(forest.predict(row, { mean: [0, 0, 0, 0.7], weight: 0 })[3]).toBe(0.7);
  });

  it('shrinks towards the prior the more the prior weighs', () => {
    const { forest } = grow(some, 'random');
    const away = (weight: number) => Math.abs((forest.predict([0.9, 0.5, 0.5, 0.5, 0.5, 0.5], { mean: [0, 0, 0], weight })[0] as number) - 0);
    expect(away(0)).toBeGreaterThan(away(2));
    expect(away(2)).toBeGreaterThan(away(50));
    expect(away(1e9)).toBeLessThan(1e-6);
  });
});
