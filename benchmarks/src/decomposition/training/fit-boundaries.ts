/** Fits the models of chunk boundaries and of the number of parts; the second sees probabilities of models that did not see the request. */
import {
  type BoostedTrees,
  boundaryEstimator,
  boundaryFeatureNames,
  boundaryFeatures,
  countFeatureNames,
  countFeatures,
  type RequestReading,
  requestCountFeatures,
} from '@ratchet/core';
import type { DecompositionRow } from '../decomposition-rows.ts';
import { boundaryLabels } from './boundary-labels.ts';
import { foldOf } from './folds.ts';
import { columnsOf, type TreeOptions, trainTrees } from './train-trees.ts';

export interface ReadRow {
  readonly row: DecompositionRow;
  readonly reading: RequestReading;
  readonly cuts: ReadonlySet<number> | null;
}

export function readRow(row: DecompositionRow, reading: RequestReading): ReadRow {
  return { row, reading, cuts: boundaryLabels(row, reading) };
}

const boundaryOptions: TreeOptions = {
  trees: 120,
  depth: 5,
  rate: 0.1,
  ridge: 3,
  leastWeight: 10,
  leastGain: 0.5,
  rowShare: 0.7,
  columnShare: 0.4,
  seed: 'boundary',
};
const countOptions: TreeOptions = {
  trees: 150,
  depth: 4,
  rate: 0.08,
  ridge: 3,
  leastWeight: 10,
  leastGain: 0.5,
  rowShare: 0.7,
  columnShare: 0.3,
  seed: 'count',
};

export function fitBoundaryTrees(rows: readonly ReadRow[], weightOf: (row: DecompositionRow) => number): BoostedTrees {
  const table = columnsOf(boundaryFeatureNames);
  const target: number[] = [];
  const weight: number[] = [];
  const vector = new Float64Array(boundaryFeatureNames.length);
  for (const { row, reading, cuts } of rows) {
    if (cuts === null) continue;
    for (let index = 1; index < reading.clauses.length; index++) {
      table.add(boundaryFeatures(reading, index, vector));
      target.push(Number(cuts.has(index)));
      weight.push(weightOf(row));
    }
  }
  return trainTrees({ ...table.columns(), target: Float64Array.from(target), weight: Float64Array.from(weight) }, boundaryOptions);
}

/** Probabilities for each row from a model of the other inner folds. */
export function unseenProbabilities(
  rows: readonly ReadRow[],
  folds: number,
  weightOf: (row: DecompositionRow) => number,
): ReadonlyMap<ReadRow, readonly number[]> {
  const found = new Map<ReadRow, readonly number[]>();
  for (let fold = 0; fold < folds; fold++) {
    const estimate = boundaryEstimator(
      fitBoundaryTrees(
        rows.filter(({ row }) => foldOf(row, folds, 'inner') !== fold),
        weightOf,
      ),
    );
    for (const one of rows) if (foldOf(one.row, folds, 'inner') === fold) found.set(one, estimate(one.reading));
  }
  return found;
}

/** How many parts a request has; null where it is only known that there are several. */
export function partsOf({ parts }: DecompositionRow): number | null {
  switch (parts.kind) {
    case 'steps':
      return parts.steps.length;
    case 'spans':
      return parts.spans.length;
    case 'several':
      return parts.several ? null : 1;
  }
}

const mostParts = 12;

export function fitCountTrees(
  rows: readonly ReadRow[],
  probabilities: ReadonlyMap<ReadRow, readonly number[]>,
  weightOf: (row: DecompositionRow) => number,
): BoostedTrees {
  const table = columnsOf(countFeatureNames);
  const target: number[] = [];
  const weight: number[] = [];
  for (const one of rows) {
    const known = probabilities.get(one) as readonly number[];
    const descending = [...known.slice(1)].sort((a, b) => b - a);
    const vector = requestCountFeatures(one.reading, descending);
    const parts = partsOf(one.row);
    const last = Math.min(parts ?? 1, mostParts, Math.max(1, known.length - 1));
    for (let soFar = 1; soFar <= last; soFar++) {
      table.add(countFeatures(vector, descending, soFar));
      target.push(Number(parts === null || parts > soFar));
      weight.push(weightOf(one.row));
    }
  }
  return trainTrees({ ...table.columns(), target: Float64Array.from(target), weight: Float64Array.from(weight) }, countOptions);
}
