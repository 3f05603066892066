/** Data from which little or nothing can be learnt: a finite answer, or an error that says what is wrong. */
import { seededRandom } from '@ratchet/core';
import { describe, expect, it } from 'vitest';
import { type FeatureMatrix, featureMatrix } from '../../src/forest/feature-matrix.ts';
import { ForestError } from '../../src/forest/forest-error.ts';
import type { ForestOptions } from '../../src/forest/forest-settings.ts';
import { growClassificationForest } from '../../src/forest/grow-classification-forest.ts';
import { growMultiOutputForest } from '../../src/forest/grow-multi-output-forest.ts';
import { growRegressionForest } from '../../src/forest/grow-regression-forest.ts';
import { outputTargets } from './forest-data.ts';

const random = seededRandom('degenerate');
const none = { rows: 0, columns: 3, values: new Float64Array(0) };

function predictions(matrix: FeatureMatrix, value: readonly number[], options: ForestOptions = {}): readonly number[] {
  const forest = growRegressionForest({ matrix, targets: { value: Float64Array.from(value) } }, { trees: 5, ...options }, random);
  return [...forest.predictRows(matrix)];
}

describe.each(['best', 'random'] as const)('with the %s splitter', (splitter) => {
  it('one row is predicted everywhere', () => {
    const forest = growRegressionForest({ matrix: featureMatrix([[1, 2]]), targets: { value: Float64Array.of(7) } }, { trees: 3, splitter }, random);
    expect(forest.predict([9, 9])).toBe(7);
    expect(forest.predictSpread([0, 0])).toEqual({ mean: 7, variance: 0 });
  });

  it('features that are all alike, or none at all, predict the mean', () => {
    expect(
      predictions(
        featureMatrix([
          [1, 1],
          [1, 1],
          [1, 1],
          [1, 1],
        ]),
        [0, 1, 2, 5],
        { splitter },
      ),
    ).toEqual([2, 2, 2, 2]);
    expect(predictions({ rows: 2, columns: 0, values: new Float64Array(0) }, [1, 3], { splitter })).toEqual([2, 2]);
  });

  it('finds the one feature that varies among many that do not', () => {
    const rows = Array.from({ length: 20 }, (_, row) => [...new Array<number>(30).fill(1), row % 2]);
    const values = rows.map((row) => 3 * (row[30] as number));
    expect(predictions(featureMatrix(rows), values, { splitter, featureShare: 0.1 })).toEqual(values);
  });

  it('a target that is always the same is predicted, without a split', () => {
    const matrix = featureMatrix([[1], [2], [3]]);
    const { forest } = growMultiOutputForest(
      {
        matrix,
        targets: outputTargets(
          3,
          2,
          [0, 1, 2].flatMap((row) => [0, 1].map((output) => ({ row, output, value: 0.1 + output }))),
        ),
      },
      { trees: 4, splitter },
      random,
    );
    expect(forest.leafCount).toBe(4);
    expect([...forest.importance]).toEqual([0]);
    for (const one of predictions(matrix, [0.1, 0.1, 0.1], { splitter })) expect(one).toBeCloseTo(0.1, 15);
  });

  it('missing values and infinities among features are values like others', () => {
    const matrix = featureMatrix([[Number.NaN], [Number.NaN], [Number.NEGATIVE_INFINITY], [0], [Number.POSITIVE_INFINITY]]);
    expect(predictions(matrix, [9, 9, 1, 2, 3], { splitter })).toEqual([9, 9, 1, 2, 3]);
    const all = featureMatrix([[Number.NaN], [Number.NaN]]);
    expect(predictions(all, [1, 3], { splitter })).toEqual([2, 2]);
  });

  it('targets of extreme size stay finite', () => {
    const matrix = featureMatrix([[1], [2], [3], [4]]);
    expect(predictions(matrix, [1e100, -1e100, 1e-300, 0], { splitter, minLeafRows: 2 }).every(Number.isFinite)).toBe(true);
    const weight = Float64Array.of(1e-20, 1e20, 1, 1);
    const forest = growRegressionForest({ matrix, targets: { value: Float64Array.of(1, 2, 3, 4), weight } }, { trees: 3, splitter }, random);
    expect([...forest.predictRows(matrix)].every(Number.isFinite)).toBe(true);
  });

  it('a multi-output forest without rows, or without observations, predicts the prior', () => {
    const prior = { mean: [1, 2], weight: 0 };
    const empty = growMultiOutputForest({ matrix: none, targets: outputTargets(0, 2, []) }, { trees: 3, splitter }, random);
    expect([...empty.forest.predict([1, 2, 3], prior)]).toEqual([1, 2]);
    const unseen = { matrix: featureMatrix([[1], [2]]), targets: outputTargets(2, 2, [{ row: 0, output: 1, value: 9, weight: 0 }]) };
    const { forest, inBag } = growMultiOutputForest(unseen, { trees: 3, splitter }, random);
    expect([...forest.predict([1], prior)]).toEqual([1, 2]);
    expect([...inBag]).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe('what a forest refuses', () => {
  const matrix = featureMatrix([[1], [2]]);
  const refusal = (kind: string, message: RegExp) => expect.objectContaining({ kind, message: expect.stringMatching(message) });
  const thrown = (grow: () => unknown): unknown => {
    try {
      grow();
    } catch (error) {
      expect(error).toBeInstanceOf(ForestError);
      return error;
    }
    return undefined;
  };
  const regression = (value: readonly number[], weight: readonly number[] = [1, 1], options: ForestOptions = {}) =>
    thrown(() => growRegressionForest({ matrix, targets: { value: Float64Array.from(value), weight: Float64Array.from(weight) } }, options, random));

  it('targets and weights that are not finite, too large, or negative', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1e101]) expect(regression([0, value])).toEqual(refusal('invalid-data', /target 1 is/));
    for (const weight of [Number.NaN, -1, Number.POSITIVE_INFINITY, 1e21, 1e-21])
      expect(regression([0, 1], [1, weight])).toEqual(refusal('invalid-data', /weight 1 is/));
  });

  it('no rows, or none with a weight, where there is no prior to fall back to', () => {
    expect(regression([0, 1], [0, 0])).toEqual(refusal('invalid-data', /at least one row/));
    expect(thrown(() => growRegressionForest({ matrix: none, targets: { value: new Float64Array(0) } }, {}, random))).toEqual(
      refusal('invalid-data', /at least one row/),
    );
    expect(thrown(() => growClassificationForest({ matrix: none, targets: { classes: 2, label: new Int32Array(0) } }, {}, random))).toEqual(
      refusal('invalid-data', /at least one row/),
    );
  });

  it('sizes that disagree', () => {
    expect(regression([0, 1, 2])).toEqual(refusal('invalid-data', /3 targets and 2 weights for 2 rows/));
    expect(thrown(() => featureMatrix([[1], [1, 2]]))).toEqual(refusal('invalid-data', /row 1 has 2 features/));
    expect(thrown(() => growClassificationForest({ matrix, targets: { classes: 2, label: Int32Array.of(0, 2) } }, {}, random))).toEqual(
      refusal('invalid-data', /row 1 is of class 2/),
    );
    const broken = { ...outputTargets(2, 2, [{ row: 0, output: 1, value: 1 }]), offsets: Int32Array.of(0, 2, 1) };
    expect(thrown(() => growMultiOutputForest({ matrix, targets: broken }, {}, random))).toEqual(refusal('invalid-data', /descend/));
    const forest = growRegressionForest({ matrix, targets: { value: Float64Array.of(1, 2) } }, { trees: 1 }, random);
    expect(thrown(() => forest.predict([1, 2]))).toEqual(refusal('invalid-data', /a row of 2 features/));
    expect(thrown(() => forest.predictRows(featureMatrix([[1, 2]])))).toEqual(refusal('invalid-data', /rows of 2 features/));
    const { forest: outputs } = growMultiOutputForest({ matrix, targets: outputTargets(2, 2, []) }, { trees: 1 }, random);
    expect(thrown(() => outputs.predict([1], { mean: [1], weight: 0 }))).toEqual(refusal('invalid-data', /prior/));
    expect(thrown(() => outputs.predict([1], { mean: [1, 2], weight: -1 }))).toEqual(refusal('invalid-data', /prior's weight/));
  });

  it('settings out of range', () => {
    expect(regression([0, 1], [1, 1], { trees: 0 })).toEqual(refusal('invalid-settings', /trees/));
    expect(regression([0, 1], [1, 1], { featureShare: 1.5 })).toEqual(refusal('invalid-settings', /featureShare/));
    expect(regression([0, 1], [1, 1], { sampling: { kind: 'subsample', share: 0 } })).toEqual(refusal('invalid-settings', /share/));
    expect(regression([0, 1], [1, 1], { bins: 3 } as never)).toEqual(refusal('invalid-settings', /bins/));
  });
});
