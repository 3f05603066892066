import { seededRandom } from '@ratchet/core';
import { describe, expect, it } from 'vitest';
import { featureMatrix } from '../../src/forest/feature-matrix.ts';
import { growMultiOutputForest, predictOwnRows } from '../../src/forest/grow-multi-output-forest.ts';
import type { OutputTargets } from '../../src/forest/output-targets.ts';

const draw = seededRandom('multi-output').stream();
const rows = 400;
const matrix = featureMatrix(Array.from({ length: rows }, () => Array.from({ length: 6 }, draw)));
/** Output 0 is a step of feature 0, output 1 a ramp of feature 1, output 2 noise. */
const truth = (row: number): readonly number[] => [
  (matrix.values[row * 6] as number) > 0.5 ? 1 : 0,
  matrix.values[row * 6 + 1] as number,
  seededRandom('noise').uniform(row),
];

function targetsOf(keep: (row: number, output: number) => boolean): OutputTargets {
  const offsets = new Int32Array(rows + 1);
  const seen: { output: number; value: number }[] = [];
  for (let row = 0; row < rows; row++) {
    truth(row).forEach((value, output) => {
      if (keep(row, output)) seen.push({ output, value });
    });
    offsets[row + 1] = seen.length;
  }
  return {
    outputs: 3,
    offsets,
    output: Uint16Array.from(seen, ({ output }) => output),
    value: Float64Array.from(seen, ({ value }) => value),
    weight: new Float64Array(seen.length).fill(1),
  };
}

const bandit = targetsOf((row, output) => seededRandom('kept').uniform(row, output) < 0.5);
const everything = targetsOf(() => true);
const prior = { mean: [0.5, 0.5, 0.5], weight: 0.5 };

describe('growMultiOutputForest', () => {
  it.each([
    { targets: everything, splitter: 'best' },
    { targets: everything, splitter: 'random' },
    { targets: bandit, splitter: 'best' },
    { targets: bandit, splitter: 'random' },
  ] as const)('predicts rows out of bag, with all outputs seen or some (%#)', ({ targets, splitter }) => {
    const options = { trees: 60, splitter, minLeafRows: 4, sampling: { kind: 'bootstrap' } } as const;
    const grown = growMultiOutputForest({ matrix, targets }, options, seededRandom(1));
    const { predictions, trees } = predictOwnRows(grown, matrix, { prior, trees: 'out-of-bag' });
    const error = (output: number) => {
      let sum = 0;
      for (let row = 0; row < rows; row++) sum += ((truth(row)[output] as number) - (predictions[row * 3 + output] as number)) ** 2;
      return sum / rows;
    };
    expect(trees.every((count) => count > 5)).toBe(true);
    expect(error(0)).toBeLessThan(0.04);
    expect(error(1)).toBeLessThan(0.02);
    expect(error(2)).toBeGreaterThan(0.07);
  });
});
