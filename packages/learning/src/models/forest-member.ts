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

/**
 * One forest for all arms (Geurts et al. 2006; outputs may be missing). Splits are chosen for the arms in contention: an arm's
 * outcomes weigh by its `relevance`, in (0, 1]. `leftOut` is out of bag (Breiman 2001).
 */
export function forestMember(
  dataset: OutcomeDataset,
  { points, relevance }: { readonly points: PointSet; readonly relevance: Float64Array },
  { settings, random }: { readonly settings: ForestMemberSettings; readonly random: Random },
): MemberFit {
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
  /** Eight leaves at once: their sums are those of one after another, with an eighth of the loads and stores. */
  const add = (into: Float64Array, chosen: Int32Array, scale: number): void => {
    const paired = chosen.length - (chosen.length % 8);
    for (let at = 0; at < paired; at += 8) {
      const a = (chosen[at] as number) * arms;
      const b = (chosen[at + 1] as number) * arms;
      const c = (chosen[at + 2] as number) * arms;
      const d = (chosen[at + 3] as number) * arms;
      const e = (chosen[at + 4] as number) * arms;
      const f = (chosen[at + 5] as number) * arms;
      const g = (chosen[at + 6] as number) * arms;
      const h = (chosen[at + 7] as number) * arms;
      for (let which = 0; which < arms; which++)
        into[which] =
          (into[which] as number) +
          scale * (effects[a + which] as number) +
          scale * (effects[b + which] as number) +
          scale * (effects[c + which] as number) +
          scale * (effects[d + which] as number) +
          scale * (effects[e + which] as number) +
          scale * (effects[f + which] as number) +
          scale * (effects[g + which] as number) +
          scale * (effects[h + which] as number);
    }
    for (let at = paired; at < chosen.length; at++) {
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
  const row = new Float64Array(columns);
  return {
    name: 'forest',
    leftOut,
    addTo: (into, request, scale) => {
      select(request.point, 0, row, 0);
      add(into, forest.leaves(row), scale / trees);
    },
  };
}
