/** Grows a forest of any kind to plain data: what a worker thread hands back, and a snapshot keeps. */
import type { Random } from '@ratchet/core';
import type { Criterion } from './criterion.ts';
import { denseCriterion } from './dense-criterion.ts';
import type { FeatureMatrix } from './feature-matrix.ts';
import { floatStore } from './float-store.ts';
import { ForestError } from './forest-error.ts';
import { type ForestOptions, forestSettings } from './forest-settings.ts';
import { type ClassTargets, giniCriterion } from './gini-criterion.ts';
import { growEnsemble } from './grow-ensemble.ts';
import { type LeafMoments, momentStore } from './leaf-moments.ts';
import { meanCriterion } from './mean-criterion.ts';
import { denseTargets, type OutputTargets, requireTargets, requireValues, requireWeights } from './output-targets.ts';
import { sparseCriterion } from './sparse-criterion.ts';
import type { TreeEnsemble } from './tree-ensemble.ts';

/** One value a row. */
export interface ValueTargets {
  readonly value: Float64Array;
  /** Of each row: zero, or from 1e-20 to 1e20. Left out: all alike. */
  readonly weight?: Float64Array;
}

export type ForestGround =
  | { readonly kind: 'classification'; readonly matrix: FeatureMatrix; readonly targets: ClassTargets }
  | { readonly kind: 'regression'; readonly matrix: FeatureMatrix; readonly targets: ValueTargets }
  | { readonly kind: 'multi-output'; readonly matrix: FeatureMatrix; readonly targets: OutputTargets };

/** Trees and what their leaves keep: data without functions. */
export type ForestParts =
  | { readonly kind: 'classification'; readonly ensemble: TreeEnsemble; readonly classWeight: Float64Array }
  | { readonly kind: 'regression' | 'multi-output'; readonly ensemble: TreeEnsemble; readonly moments: LeafMoments };

export interface GrownParts {
  readonly parts: ForestParts;
  /** Trees x rows: how often a row was in the tree's sample, at most 255; 0: out of bag, as rows without any weight always are. */
  readonly inBag: Uint8Array;
}

/**
 * Deterministic for a given `random`; each tree has a stream of it of its own. Throws a `ForestError` for wrong settings, sizes that
 * disagree, targets or weights that are not finite, and where a classification or regression has no row with a weight.
 */
export function growForest(ground: ForestGround, options: ForestOptions, random: Random): GrownParts {
  const settings = forestSettings(options);
  const { matrix } = ground;
  switch (ground.kind) {
    case 'classification': {
      const weights = classWeights(ground.targets, matrix.rows);
      const leaves = floatStore(ground.targets.classes);
      const criterion = giniCriterion(ground.targets, weights, leaves);
      const { ensemble, inBag } = growEnsemble({ matrix, usable: weighted(weights), criterion }, settings, random);
      const classWeight = leaves.finish();
      return { parts: { kind: 'classification', ensemble: { ...ensemble, leafCount: classWeight.length / leaves.width }, classWeight }, inBag };
    }
    case 'regression': {
      const { value, weight = ones(value.length) } = ground.targets;
      requireRows(value.length, weight.length, matrix.rows);
      requireValues(value);
      requireWeights(weight);
      const leaves = momentStore(1);
      const criterion = meanCriterion({ values: value, weights: weight }, leaves, settings.shrinkage);
      const { ensemble, inBag } = growEnsemble({ matrix, usable: weighted(weight), criterion }, settings, random);
      const moments = leaves.finish();
      return { parts: { kind: 'regression', ensemble: { ...ensemble, leafCount: moments.sum.length }, moments }, inBag };
    }
    case 'multi-output': {
      const { targets } = ground;
      requireTargets(targets, matrix.rows);
      const leaves = momentStore(targets.outputs);
      const criterion = outputCriterion(targets, leaves, settings.shrinkage);
      const { ensemble, inBag } = growEnsemble({ matrix, usable: observedRows(targets), criterion }, settings, random);
      const moments = leaves.finish();
      return { parts: { kind: 'multi-output', ensemble: { ...ensemble, leafCount: moments.sum.length / targets.outputs }, moments }, inBag };
    }
    default:
      return ground satisfies never;
  }
}

function outputCriterion(targets: OutputTargets, leaves: ReturnType<typeof momentStore>, shrinkage: number): Criterion {
  const dense = denseTargets(targets);
  if (dense === undefined) return sparseCriterion(targets, leaves, shrinkage);
  return targets.outputs === 1 ? meanCriterion(dense, leaves, shrinkage) : denseCriterion(dense, leaves, shrinkage);
}

function classWeights({ classes, label, weight = ones(label.length) }: ClassTargets, rows: number): Float64Array {
  requireRows(label.length, weight.length, rows);
  requireWeights(weight);
  if (!Number.isInteger(classes) || classes < 1 || classes > 65_536) throw new ForestError('invalid-data', `${classes} classes; there must be 1 to 65,536`);
  const wrong = label.findIndex((which) => which < 0 || which >= classes);
  if (wrong >= 0) throw new ForestError('invalid-data', `row ${wrong} is of class ${label[wrong]}, of ${classes}`);
  return weight;
}

function requireRows(targets: number, weights: number, rows: number): void {
  if (targets !== rows || weights !== rows) throw new ForestError('invalid-data', `${targets} targets and ${weights} weights for ${rows} rows`);
}

function ones(count: number): Float64Array {
  return new Float64Array(count).fill(1);
}

/** Throws a `ForestError` where no row has a weight: there is nothing to predict. */
function weighted(weights: Float64Array): Int32Array {
  const rows = Int32Array.from(weights.keys()).filter((row) => (weights[row] as number) > 0);
  if (rows.length === 0) throw new ForestError('invalid-data', 'a forest needs at least one row with a weight above zero');
  return rows;
}

function observedRows({ offsets, weight }: OutputTargets): Int32Array {
  return Int32Array.from({ length: offsets.length - 1 }, (_, row) => row).filter((row) => {
    for (let at = offsets[row] as number; at < (offsets[row + 1] as number); at++) if (weight[at] !== 0) return true;
    return false;
  });
}
