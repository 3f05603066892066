/** Our forests and scikit-learn's on the same folds of the same data. */
import { seededRandom } from '@ratchet/core';
import { featureMatrix, growClassificationForest, growRegressionForest } from '@ratchet/learning';
import { type Estimate, type Fold, foldEstimate, repeatedFolds } from './cross-validation.ts';
import type { ScikitLearn } from './scikit-learn.ts';
import { type ForestData, friedman } from './synthetic-data.ts';

export interface AccuracyRow {
  readonly data: string;
  readonly rows: number;
  readonly features: number;
  /** `accuracy`: share of right labels; `R2`: 1 - squared error / variance. */
  readonly score: 'accuracy' | 'R2';
  readonly ours: Estimate;
  readonly scikitLearn: Estimate;
  /** Ours less scikit-learn's, fold by fold. */
  readonly difference: Estimate;
}

const trees = 100;
const classificationSets = ['iris', 'wine', 'breast cancer', 'digits'];

/** Folds: 5, repeated `repeats` times. scikit-learn's defaults: bootstrap, leaves of one row; all features for a value, their root for a class. */
export async function compareAccuracy(scikitLearn: ScikitLearn, repeats: number): Promise<readonly AccuracyRow[]> {
  const rows: AccuracyRow[] = [];
  for (const name of classificationSets) rows.push(await compare(name, await scikitLearn.data(name), { scikitLearn, repeats, score: 'accuracy' }));
  rows.push(await compare('diabetes', await scikitLearn.data('diabetes'), { scikitLearn, repeats, score: 'R2' }));
  rows.push(await compare('Friedman 1', friedman(500), { scikitLearn, repeats, score: 'R2' }));
  return rows;
}

interface Comparison {
  readonly scikitLearn: ScikitLearn;
  readonly repeats: number;
  readonly score: AccuracyRow['score'];
}

async function compare(name: string, data: ForestData, { scikitLearn, repeats, score }: Comparison): Promise<AccuracyRow> {
  await scikitLearn.hold(name, data.rows, data.targets);
  const folds = repeatedFolds(data.rows.length, { folds: 5, repeats }, seededRandom('folds', name));
  const ours: number[] = [];
  const theirs: number[] = [];
  for (const [index, fold] of folds.entries()) {
    const model = score === 'accuracy' ? 'classifier' : 'regressor';
    const { predictions } = await scikitLearn.predict(name, model, { settings: { n_estimators: trees, random_state: index }, ...fold });
    theirs.push(scoreOf(predictions, { data, fold, score }));
    ours.push(scoreOf(score === 'accuracy' ? classify(data, fold, index) : regress(data, fold, index), { data, fold, score }));
  }
  const [first] = folds as readonly [Fold, ...Fold[]];
  return {
    data: name,
    rows: data.rows.length,
    features: data.rows[0]?.length ?? 0,
    score,
    ours: foldEstimate(ours, first),
    scikitLearn: foldEstimate(theirs, first),
    difference: foldEstimate(
      ours.map((one, index) => one - (theirs[index] as number)),
      first,
    ),
  };
}

function classify({ rows, targets }: ForestData, { train, test }: Fold, seed: number): readonly number[] {
  const label = Int32Array.from(train, (row) => targets[row] as number);
  const forest = growClassificationForest(
    { matrix: chosen(rows, train), targets: { classes: Math.max(...targets) + 1, label } },
    { trees, sampling: { kind: 'bootstrap' }, featureShare: 'sqrt' },
    seededRandom('accuracy', seed),
  );
  return test.map((row) => {
    const shares = forest.predict(rows[row] as number[]);
    return shares.indexOf(Math.max(...shares));
  });
}

function regress({ rows, targets }: ForestData, { train, test }: Fold, seed: number): readonly number[] {
  const value = Float64Array.from(train, (row) => targets[row] as number);
  const forest = growRegressionForest(
    { matrix: chosen(rows, train), targets: { value } },
    { trees, sampling: { kind: 'bootstrap' } },
    seededRandom('accuracy', seed),
  );
  return test.map((row) => forest.predict(rows[row] as number[]));
}

function chosen(rows: readonly number[][], which: readonly number[]) {
  return featureMatrix(which.map((row) => rows[row] as number[]));
}

function scoreOf(
  predictions: readonly number[],
  { data, fold, score }: { readonly data: ForestData; readonly fold: Fold; readonly score: AccuracyRow['score'] },
): number {
  const truth = fold.test.map((row) => data.targets[row] as number);
  if (score === 'accuracy') return truth.filter((target, index) => target === predictions[index]).length / truth.length;
  const mean = truth.reduce((sum, target) => sum + target, 0) / truth.length;
  const error = truth.reduce((sum, target, index) => sum + (target - (predictions[index] as number)) ** 2, 0);
  return 1 - error / truth.reduce((sum, target) => sum + (target - mean) ** 2, 0);
}
