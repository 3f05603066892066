/** Predicts with a forest of extremely randomised trees, whose leaves are places where all arms' outcomes are alike. */
import type { Random } from '@ratchet/core';
import { growMultiOutputForest } from '../forest/grow-multi-output-forest.ts';
import { addLocalEffects, type EffectPrior } from './local-effects.ts';
import type { PointSet } from './nearest-neighbours.ts';
import type { MemberFit, OutcomeDataset } from './outcome-dataset.ts';

export interface ForestMemberSettings {
  readonly trees: number;
  /** Dimensions of the points that are split by. */
  readonly features: readonly number[];
  readonly minLeafRequests: number;
  readonly featureShare: number;
  /** The prior in a leaf, in outcomes. */
  readonly prior: EffectPrior;
}

export interface ForestMember extends MemberFit {
  /** Of each dimension of the points: its share of what splits explain (mean decrease in impurity), 0 where nothing is split by it. */
  readonly importance: Float64Array;
}

/**
 * One forest for all arms (Geurts et al. 2006; outputs may be missing). Splits are chosen for the arms in contention: an arm's
 * outcomes weigh by its `relevance`, in (0, 1]. `leftOut` is out of bag (Breiman 2001).
 */
export function forestMember(
  dataset: OutcomeDataset,
  { points, relevance }: { readonly points: PointSet; readonly relevance: Float64Array },
  { settings, random }: { readonly settings: ForestMemberSettings; readonly random: Random },
): ForestMember {
  const { requests, arms, offsets, arm, value, weight } = dataset;
  const roots = relevance.map(Math.sqrt);
  // Scaling an output by the root of its relevance weighs its squared error by it.
  const scaled = value.map((own, cell) => own * (roots[arm[cell] as number] as number));
  const columns = settings.features.length;
  const select = (point: Float32Array | Float64Array, base: number, into: Float64Array, at: number): void => {
    for (let column = 0; column < columns; column++) into[at + column] = point[base + (settings.features[column] as number)] as number;
  };
  const matrix = { rows: requests, columns, values: new Float64Array(requests * columns) };
  for (let request = 0; request < requests; request++) select(points.values, request * points.dimensions, matrix.values, request * columns);
  const { forest, inBag } = growMultiOutputForest(
    { matrix, targets: { outputs: arms, offsets, output: arm, value: scaled, weight } },
    {
      trees: settings.trees,
      splitter: 'random',
      featureShare: settings.featureShare,
      minLeafRows: settings.minLeafRequests,
      sampling: { kind: 'subsample', share: 0.7 },
      maxBins: 128,
      shrinkage: settings.prior.own,
    },
    random,
  );
  const { trees } = forest;
  const effects = new Float64Array(forest.leafCount * arms);
  const sums = new Float64Array(arms);
  const weights = new Float64Array(arms);
  for (let leaf = 0; leaf < forest.leafCount; leaf++) {
    for (let which = 0; which < arms; which++) {
      sums[which] = (forest.sum[leaf * arms + which] as number) / (roots[which] as number);
      weights[which] = forest.weight[leaf * arms + which] as number;
    }
    addLocalEffects(effects, { sums, weights }, { prior: settings.prior, scale: 1, at: leaf * arms });
  }
  /** Four leaves of two arms at once: the sums are those of one after another, with fewer loads and stores and less waiting. */
  const add = (into: Float64Array, chosen: Int32Array, scale: number): void => {
    const grouped = chosen.length - (chosen.length % 4);
    for (let at = 0; at < grouped; at += 4) {
      const a = (chosen[at] as number) * arms;
      const b = (chosen[at + 1] as number) * arms;
      const c = (chosen[at + 2] as number) * arms;
      const d = (chosen[at + 3] as number) * arms;
      let which = 0;
      for (; which + 1 < arms; which += 2) {
        const next = which + 1;
        let one = into[which] as number;
        let two = into[next] as number;
        one += scale * (effects[a + which] as number);
        two += scale * (effects[a + next] as number);
        one += scale * (effects[b + which] as number);
        two += scale * (effects[b + next] as number);
        one += scale * (effects[c + which] as number);
        two += scale * (effects[c + next] as number);
        one += scale * (effects[d + which] as number);
        two += scale * (effects[d + next] as number);
        into[which] = one;
        into[next] = two;
      }
      for (; which < arms; which++) {
        let sum = into[which] as number;
        for (let leaf = at; leaf < at + 4; leaf++) sum += scale * (effects[(chosen[leaf] as number) * arms + which] as number);
        into[which] = sum;
      }
    }
    for (let at = grouped; at < chosen.length; at++) {
      const base = (chosen[at] as number) * arms;
      for (let which = 0; which < arms; which++) into[which] = (into[which] as number) + scale * (effects[base + which] as number);
    }
  };
  const leftOut = new Float64Array(requests * arms);
  const leaves = forest.leavesOfRows(matrix);
  const unseen = new Int32Array(trees);
  for (let request = 0; request < requests; request++) {
    let count = 0;
    for (let tree = 0; tree < trees; tree++) if (inBag[tree * requests + request] === 0) unseen[count++] = leaves[request * trees + tree] as number;
    add(leftOut.subarray(request * arms, (request + 1) * arms), unseen.subarray(0, count), 1 / count);
  }
  const importance = new Float64Array(points.dimensions);
  for (let column = 0; column < columns; column++) importance[settings.features[column] as number] = forest.importance[column] as number;
  const row = new Float64Array(columns);
  const chosen = new Int32Array(trees);
  return {
    name: 'forest',
    leftOut,
    importance,
    addTo: (into, request, scale) => {
      select(request.point, 0, row, 0);
      add(into, forest.leaves(row, chosen), scale / trees);
    },
  };
}
