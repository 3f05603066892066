import { createRequire } from 'node:module';
import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { featureMatrix } from '../../src/forest/feature-matrix.ts';
import type { ForestOptions } from '../../src/forest/forest-settings.ts';
import { growClassificationForest } from '../../src/forest/grow-classification-forest.ts';
import { growForest } from '../../src/forest/grow-forest.ts';
import { growMultiOutputForest } from '../../src/forest/grow-multi-output-forest.ts';
import { growRegressionForest } from '../../src/forest/grow-regression-forest.ts';
import { saveForest } from '../../src/forest/saved-forest.ts';
import { mapFeatures, outputTargets, rowsOf, stepAndSlope, uniformMatrix } from './forest-data.ts';

const splitter = fc.constantFrom('best' as const, 'random' as const);
const sampling = fc.constantFrom({ kind: 'none' } as const, { kind: 'bootstrap' } as const, { kind: 'subsample', share: 0.6 } as const);
const options: fc.Arbitrary<ForestOptions> = fc.record({
  trees: fc.integer({ min: 1, max: 6 }),
  splitter,
  sampling,
  featureShare: fc.constantFrom(0.4, 1, 'sqrt' as const),
  minLeafRows: fc.integer({ min: 1, max: 4 }),
  maxDepth: fc.option(fc.nat(5)),
  maxBins: fc.constantFrom(4, 256),
});
const seed = fc.nat(1_000_000);
const random = seededRandom('forests');

/** Thirty rows with four features and labels 0 to 2. */
function labelled(data: number) {
  const matrix = uniformMatrix(data, 30, 4);
  return { matrix, targets: { classes: 3, label: Int32Array.from(stepAndSlope(matrix, data), (value) => Math.max(0, Math.min(2, Math.floor(value / 6)))) } };
}

describe('a regression forest', () => {
  it('predicts between the least and the largest target', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 }), options, seed, (values, settings, data) => {
        const matrix = uniformMatrix(data, values.length, 3);
        const forest = growRegressionForest({ matrix, targets: { value: Float64Array.from(values) } }, settings, random);
        const [least, most] = [Math.min(...values), Math.max(...values)];
        const slack = 1e-12 * Math.max(Math.abs(least), Math.abs(most));
        for (const prediction of [...forest.predictRows(matrix), forest.predict([9, -9, Number.NaN])]) {
          expect(prediction).toBeGreaterThanOrEqual(least - slack);
          expect(prediction).toBeLessThanOrEqual(most + slack);
        }
      }),
    );
  });

  it('does not change when features are transformed monotonically', () => {
    fc.assert(
      fc.property(seed, options, (data, settings) => {
        const matrix = uniformMatrix(data, 30, 4);
        const targets = { value: stepAndSlope(matrix, data) };
        const transformed = mapFeatures(matrix, (value) => Math.exp(3 * value) - 5);
        const predicted = growRegressionForest({ matrix, targets }, settings, random).predictRows(matrix);
        expect(growRegressionForest({ matrix: transformed, targets }, settings, random).predictRows(transformed)).toEqual(predicted);
      }),
    );
  });

  it('maps affinely with its targets', () => {
    fc.assert(
      fc.property(
        seed,
        splitter,
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        fc.double({ min: -100, max: 100, noNaN: true }),
        (data, how, factor, shift) => {
          const matrix = uniformMatrix(data, 30, 4);
          const value = stepAndSlope(matrix, data);
          // All features are candidates: two splits alike but for rounding part the rows alike, and nothing else is drawn differently.
          const settings = { trees: 3, splitter: how, minLeafRows: 3, maxDepth: 3 } as const;
          const predicted = growRegressionForest({ matrix, targets: { value } }, settings, random).predictRows(matrix);
          const mapped = growRegressionForest({ matrix, targets: { value: value.map((one) => factor * one + shift) } }, settings, random).predictRows(matrix);
          mapped.forEach((one, row) => {
            expect(one).toBeCloseTo(factor * (predicted[row] as number) + shift, 8);
          });
        },
      ),
    );
  });

  it('takes a row of weight 2 as the row twice', () => {
    fc.assert(
      fc.property(seed, splitter, fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 30, maxLength: 30 }), (data, how, weights) => {
        const matrix = uniformMatrix(data, 30, 3);
        const value = stepAndSlope(matrix, data);
        const twice = weights.flatMap((weight, row) => (weight === 2 ? [row, row] : [row]));
        const doubled = featureMatrix(twice.map((row) => rowsOf(matrix)[row] as Float64Array));
        const settings = { trees: 3, splitter: how, maxDepth: 3 } as const;
        const weighted = growRegressionForest({ matrix, targets: { value, weight: Float64Array.from(weights) } }, settings, random);
        const repeated = growRegressionForest(
          { matrix: doubled, targets: { value: Float64Array.from(twice, (row) => value[row] as number) } },
          settings,
          random,
        );
        const expected = repeated.predictRows(matrix);
        weighted.predictRows(matrix).forEach((one, row) => {
          expect(one).toBeCloseTo(expected[row] as number, 8);
        });
      }),
    );
  });

  it('is the multi-output forest with one output', () => {
    fc.assert(
      fc.property(seed, options, (data, settings) => {
        const matrix = uniformMatrix(data, 30, 4);
        const value = stepAndSlope(matrix, data);
        const targets = outputTargets(
          30,
          1,
          Array.from(value, (one, row) => ({ row, output: 0, value: one })),
        );
        const { forest } = growMultiOutputForest({ matrix, targets }, settings, random);
        const single = growRegressionForest({ matrix, targets: { value } }, settings, random);
        expect(forest.predictRows(matrix, { mean: [0], weight: 0 })).toEqual(single.predictRows(matrix));
      }),
    );
  });

  it('knows the spread of what its leaves saw', () => {
    const matrix = featureMatrix([[0], [0], [1], [1]]);
    const forest = growRegressionForest({ matrix, targets: { value: Float64Array.of(1, 3, 10, 20) } }, { trees: 3 }, random);
    expect(forest.predictSpread([0])).toEqual({ mean: 2, variance: 1 });
    expect(forest.predictSpread([1])).toEqual({ mean: 15, variance: 25 });
    const stump = growRegressionForest({ matrix, targets: { value: Float64Array.of(1, 3, 10, 20) } }, { trees: 3, maxDepth: 0 }, random);
    expect(stump.predictSpread([0]).mean).toBe(8.5);
    expect(stump.predictSpread([0]).variance).toBeCloseTo((7.5 ** 2 + 5.5 ** 2 + 1.5 ** 2 + 11.5 ** 2) / 4, 10);
  });

  it('gives importance to the features that the target depends on', () => {
    const matrix = uniformMatrix(1, 500, 6);
    for (const how of ['best', 'random'] as const) {
      const { importance } = growRegressionForest(
        { matrix, targets: { value: stepAndSlope(matrix, 1) } },
        { trees: 20, splitter: how, minLeafRows: 5 },
        random,
      );
      expect(importance.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 12);
      expect(importance[0]).toBeGreaterThan(0.6);
      expect(importance[1]).toBeGreaterThan(0.03);
      for (const one of importance.subarray(2)) expect(one).toBeLessThan(0.03);
    }
  });
});

describe('a classification forest', () => {
  it('gives probabilities that sum to 1', () => {
    fc.assert(
      fc.property(seed, options, (data, settings) => {
        const ground = labelled(data);
        const forest = growClassificationForest(ground, settings, random);
        for (const row of rowsOf(uniformMatrix(data + 1, 10, 4))) {
          const shares = forest.predict(row);
          expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
          expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
        }
      }),
    );
  });

  it('takes a row of weight 2 as the row twice, exactly', () => {
    fc.assert(
      fc.property(seed, splitter, fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 30, maxLength: 30 }), (data, how, weights) => {
        const { matrix, targets } = labelled(data);
        const twice = weights.flatMap((weight, row) => (weight === 2 ? [row, row] : [row]));
        const doubled = featureMatrix(twice.map((row) => rowsOf(matrix)[row] as Float64Array));
        const settings = { trees: 3, splitter: how, featureShare: 0.5 } as const;
        const weighted = growClassificationForest({ matrix, targets: { ...targets, weight: Float64Array.from(weights) } }, settings, random);
        const repeated = growClassificationForest(
          { matrix: doubled, targets: { classes: 3, label: Int32Array.from(twice, (row) => targets.label[row] as number) } },
          settings,
          random,
        );
        expect(weighted.predictRows(matrix)).toEqual(repeated.predictRows(matrix));
      }),
    );
  });

  it('repeats the labels of rows that it saw whole, where no two are alike', () => {
    fc.assert(
      fc.property(seed, splitter, (data, how) => {
        const ground = labelled(data);
        const shares = growClassificationForest(ground, { trees: 3, splitter: how, featureShare: 'sqrt' }, random).predictRows(ground.matrix);
        ground.targets.label.forEach((label, row) => {
          expect(shares[3 * row + label]).toBe(1);
        });
      }),
    );
  });

  it('agrees with ml-random-forest where that has no faults', () => {
    const { RandomForestClassifier } = createRequire(import.meta.url)('ml-random-forest') as {
      RandomForestClassifier: new (options: object) => { train(rows: number[][], labels: number[]): void; predict(rows: number[][]): number[] };
    };
    const quadrant = (row: Float64Array) => (row[0] as number) > 0.5 !== (row[1] as number) > 0.4;
    const matrix = uniformMatrix(1, 300, 3);
    const label = Int32Array.from(rowsOf(matrix), (row) => Number(quadrant(row)));
    const theirs = new RandomForestClassifier({ nEstimators: 15, seed: 1, maxFeatures: 1.0, replacement: false, noOOB: true });
    theirs.train(
      rowsOf(matrix).map((row) => [...row]),
      [...label],
    );
    const ours = growClassificationForest({ matrix, targets: { classes: 2, label } }, { trees: 15 }, random);
    const probe = uniformMatrix(2, 400, 3);
    const expected = theirs.predict(rowsOf(probe).map((row) => [...row]));
    const same = rowsOf(probe).filter((row, index) => ((ours.predict(row)[1] as number) > 0.5 ? 1 : 0) === expected[index]);
    expect(same.length).toBeGreaterThan(380);
  });
});

describe('any forest', () => {
  it('is the same for the same seed, and another for another', () => {
    const ground = { kind: 'regression', matrix: uniformMatrix(3, 60, 4), targets: { value: stepAndSlope(uniformMatrix(3, 60, 4), 3) } } as const;
    const settings = { trees: 5, splitter: 'random', sampling: { kind: 'bootstrap' } } as const;
    const grown = (key: number) => JSON.stringify(saveForest(growForest(ground, settings, seededRandom(key)).parts));
    expect(grown(1)).toBe(grown(1));
    expect(grown(1)).not.toBe(grown(2));
  });

  it('begins with the trees of a smaller one', () => {
    const matrix = uniformMatrix(4, 60, 4);
    const ground = { kind: 'regression', matrix, targets: { value: stepAndSlope(matrix, 4) } } as const;
    const settings = { splitter: 'random', sampling: { kind: 'bootstrap' }, featureShare: 0.5 } as const;
    const few = growForest(ground, { ...settings, trees: 3 }, random);
    const many = growForest(ground, { ...settings, trees: 7 }, random);
    const { nodes } = few.parts.ensemble.nodes;
    expect(many.parts.ensemble.nodes.nodes.subarray(0, nodes.length)).toEqual(nodes);
    expect(many.inBag.subarray(0, few.inBag.length)).toEqual(few.inBag);
  });

  it('keeps to its limits of depth and of rows in a leaf', () => {
    fc.assert(
      fc.property(seed, options, (data, settings) => {
        const matrix = uniformMatrix(data, 40, 4);
        const { parts, inBag } = growForest({ kind: 'regression', matrix, targets: { value: stepAndSlope(matrix, data) } }, settings, random);
        const { nodes, roots } = parts.ensemble.nodes;
        const forest = growRegressionForest({ matrix, targets: { value: stepAndSlope(matrix, data) } }, settings, random);
        const leaves = forest.leavesOfRows(matrix);
        const depthOf = (node: number): number => {
          const child = nodes[2 * node] as number;
          return child < 0 ? 0 : 1 + Math.max(depthOf(child), depthOf(child + 1));
        };
        roots.forEach((root, tree) => {
          expect(depthOf(root)).toBeLessThanOrEqual(settings.maxDepth ?? Number.POSITIVE_INFINITY);
          const sizes = new Map<number, number>();
          let drawn = 0;
          for (let row = 0; row < 40; row++) {
            if (inBag[tree * 40 + row] === 0) continue;
            drawn++;
            const leaf = leaves[row * roots.length + tree] as number;
            sizes.set(leaf, (sizes.get(leaf) ?? 0) + 1);
          }
          for (const size of sizes.values()) expect(size).toBeGreaterThanOrEqual(Math.min(drawn, settings.minLeafRows ?? 1));
        });
      }),
    );
  });

  it('draws as many rows as it is told to', () => {
    const matrix = uniformMatrix(5, 50, 2);
    const drawn = (how: NonNullable<ForestOptions['sampling']>) => {
      const { inBag } = growForest({ kind: 'regression', matrix, targets: { value: stepAndSlope(matrix, 5) } }, { trees: 40, sampling: how }, random);
      return Array.from({ length: 40 }, (_, tree) => [...inBag.subarray(tree * 50, tree * 50 + 50)]);
    };
    const sum = (counts: readonly number[]) => counts.reduce((one, other) => one + other, 0);
    for (const counts of drawn({ kind: 'bootstrap' })) expect(sum(counts)).toBe(50);
    for (const counts of drawn({ kind: 'subsample', share: 0.3 })) expect([Math.max(...counts), sum(counts)]).toEqual([1, 15]);
    for (const counts of drawn({ kind: 'none' })) expect(counts.every((count) => count === 1)).toBe(true);
    // In the mean, a bootstrap sample leaves out a row with probability 0.98^50.
    const left =
      drawn({ kind: 'bootstrap' })
        .flat()
        .filter((count) => count === 0).length / 2000;
    expect(left).toBeCloseTo((1 - 1 / 50) ** 50, 1);
    const perRow = drawn({ kind: 'subsample', share: 0.3 }).reduce(
      (totals, counts) => totals.map((total, row) => total + (counts[row] as number)),
      new Array<number>(50).fill(0),
    );
    expect(Math.min(...perRow)).toBeGreaterThan(2);
    expect(Math.max(...perRow)).toBeLessThan(24);
  });
});
