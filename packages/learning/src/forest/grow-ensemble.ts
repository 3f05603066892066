/** Grows the trees of a forest of any kind, one after another, each from a stream of chance of its own. */
import type { Random } from '@ratchet/core';
import type { Criterion } from './criterion.ts';
import { type FeatureMatrix, requireMatrix } from './feature-matrix.ts';
import { ForestError } from './forest-error.ts';
import type { ForestSettings } from './forest-settings.ts';
import { binRows, fitBins } from './quantile-bins.ts';
import { sampleRows } from './row-sampling.ts';
import type { TreeEnsemble } from './tree-ensemble.ts';
import { treeGrower } from './tree-grower.ts';

export interface GrownEnsemble {
  readonly ensemble: Omit<TreeEnsemble, 'leafCount'>;
  /** Trees x rows: how often a row was in the tree's sample, at most 255; 0: out of bag. */
  readonly inBag: Uint8Array;
}

/** What a forest is grown on: rows that are not `usable` (no target, no weight) are in no sample. */
export interface Ground {
  readonly matrix: FeatureMatrix;
  readonly usable: Int32Array;
  readonly criterion: Criterion;
}

/** Throws a `ForestError` for features that are no matrix. */
export function growEnsemble({ matrix, usable, criterion }: Ground, settings: ForestSettings, random: Random): GrownEnsemble {
  requireMatrix(matrix);
  if (matrix.columns >= 2 ** 23) throw new ForestError('invalid-data', `${matrix.columns} features are more than a forest can number`);
  const { rows, columns } = matrix;
  const bins = fitBins(matrix, settings.maxBins);
  const grower = treeGrower({ codes: binRows(bins, matrix), rows, features: columns }, criterion, settings);
  const inBag = new Uint8Array(settings.trees * rows);
  const counts = new Int32Array(rows);
  for (let tree = 0; tree < settings.trees; tree++) {
    const draw = random.stream('tree', tree);
    sampleRows(counts, usable, { sampling: settings.sampling, draw });
    grower.grow(counts, draw);
    for (let row = 0; row < rows; row++) inBag[tree * rows + row] = Math.min(255, counts[row] as number);
  }
  const total = grower.importance.reduce((sum, share) => sum + share, 0);
  const importance = total > 0 ? grower.importance.map((share) => share / total) : grower.importance;
  return { ensemble: { bins, nodes: grower.nodes.finish(), importance }, inBag };
}
