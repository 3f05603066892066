/** The results of the benchmark of forests as tables. */
import { markdownTable } from '../suite/markdown-table.ts';
import type { AccuracyRow } from './accuracy.ts';
import type { Estimate } from './cross-validation.ts';
import type { SpeedRow } from './speed.ts';

export interface ForestReport {
  readonly python?: string;
  readonly scikitLearn?: string;
  readonly speed: readonly SpeedRow[];
  readonly outputs: readonly SpeedRow[];
  readonly accuracy: readonly AccuracyRow[];
}

export function renderForestReport({ python, scikitLearn, speed, outputs, accuracy }: ForestReport): string {
  const peers =
    scikitLearn === undefined
      ? 'no Python with scikit-learn was found: its columns are empty, and accuracy is not compared'
      : `scikit-learn ${scikitLearn} (Python ${python})`;
  return [
    `Peers: ${peers}; ml-random-forest 2.1.0. One thread. Times are CPU time, the least of several runs that alternate.`,
    '',
    '## Training and prediction, Friedman 1 with 20 features (regressor), its two halves (classifier)',
    '',
    markdownTable(
      ['task', 'rows', 'trees', 'ours', 'scikit-learn', 'ours / theirs', 'ml-random-forest', 'theirs / ours', 'us a row', 'in batch', 'scikit-learn, in batch'],
      speed.map((row) => [
        row.task,
        String(row.rows),
        String(row.trees),
        ms(row.oursMs),
        ms(row.scikitLearnMs),
        ratio(row.oursMs, row.scikitLearnMs),
        mlTime(row),
        ratio(row.mlRandomForestMs, row.oursMs),
        us(row.oursUsPerRow),
        us(row.oursBatchUsPerRow),
        us(row.scikitLearnBatchUsPerRow),
      ]),
    ),
    '',
    '## Several outputs: random splits, leaves of 4 rows, 0.4 of the features (scikit-learn: ExtraTreesRegressor)',
    '',
    markdownTable(
      [
        'task',
        'rows',
        'features',
        'trees',
        'ours',
        'scikit-learn',
        'ours / theirs',
        'leaves, us a row',
        'predict all outputs, in batch',
        'scikit-learn, in batch',
      ],
      outputs.map((row) => [
        row.task,
        String(row.rows),
        String(row.features),
        String(row.trees),
        ms(row.oursMs),
        ms(row.scikitLearnMs),
        ratio(row.oursMs, row.scikitLearnMs),
        us(row.oursUsPerRow),
        us(row.oursBatchUsPerRow),
        us(row.scikitLearnBatchUsPerRow),
      ]),
    ),
    '',
    ...(accuracy.length === 0
      ? []
      : ['## Accuracy, 100 trees, repeated five-fold cross-validation on the same folds (mean +- standard error)', '', accuracyTable(accuracy), '']),
  ].join('\n');
}

function accuracyTable(rows: readonly AccuracyRow[]): string {
  return markdownTable(
    ['data', 'rows', 'features', 'score', 'ours', 'scikit-learn', 'difference', 'in standard errors'],
    rows.map(({ data, rows: count, features, score, ours, scikitLearn, difference }) => [
      data,
      String(count),
      String(features),
      score,
      estimate(ours),
      estimate(scikitLearn),
      estimate(difference),
      difference.standardError === 0 ? '0' : (difference.mean / difference.standardError).toFixed(1),
    ]),
  );
}

function ms(value: number | undefined): string {
  return value === undefined ? '' : value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${value.toFixed(0)} ms`;
}

function mlTime({ mlRandomForestMs, mlTrees }: SpeedRow): string {
  return mlRandomForestMs === undefined ? '' : `${ms(mlRandomForestMs)} (scaled from ${mlTrees} trees)`;
}

function us(value: number | undefined): string {
  return value === undefined ? '' : value.toFixed(1);
}

function ratio(one: number | undefined, other: number | undefined): string {
  return one === undefined || other === undefined ? '' : (one / other).toFixed(one / other < 10 ? 2 : 0);
}

function estimate({ mean, standardError }: Estimate): string {
  return `${mean.toFixed(4)} +- ${standardError.toFixed(4)}`;
}
