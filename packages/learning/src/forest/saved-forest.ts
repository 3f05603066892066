/** Forests as JSON of flat arrays: saved bit for bit, and loaded only where everything in them holds together. */
import { z } from 'zod';
import { SnapshotError } from '../snapshot.ts';
import { decodeFloats, decodeIntegers, encodeArray } from './array-coding.ts';
import { decodeCells, decodeWeights, encodeCells, encodeWeights, weightsSchema } from './cell-coding.ts';
import type { ForestParts } from './grow-forest.ts';
import type { TreeEnsemble } from './tree-ensemble.ts';

const common = {
  format: z.literal('ratchet-forest'),
  version: z.literal(1),
  features: z.int().min(0),
  /** Outputs or classes: how many numbers a leaf has of each kind. */
  width: z.int().min(1).max(65_536),
  edges: z.string(),
  edgeOffsets: z.string(),
  nodes: z.string(),
  roots: z.string(),
  leafCount: z.int().min(1),
  importance: z.string(),
  weights: weightsSchema,
};
export const savedForestSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('classification'), ...common }),
  z.strictObject({ kind: z.literal('regression'), ...common, sum: z.string(), deviation: z.string() }),
  z.strictObject({ kind: z.literal('multi-output'), ...common, sum: z.string(), deviation: z.string() }),
]);
export type SavedForest = z.infer<typeof savedForestSchema>;

/** Plain JSON; the arrays are coded as they lie in memory (little-endian), without an object for each node. */
export function saveForest(parts: ForestParts): SavedForest {
  const { ensemble } = parts;
  const { bins, nodes, leafCount, importance } = ensemble;
  const weight = parts.kind === 'classification' ? parts.classWeight : parts.moments.weight;
  const saved = {
    format: 'ratchet-forest',
    version: 1,
    features: bins.features,
    width: weight.length / leafCount,
    edges: encodeArray(bins.edges),
    edgeOffsets: encodeArray(bins.offsets),
    nodes: encodeArray(nodes.nodes),
    roots: encodeArray(nodes.roots),
    leafCount,
    importance: encodeArray(importance),
    weights: encodeWeights(weight),
  } as const;
  if (parts.kind === 'classification') return { kind: 'classification', ...saved };
  return { kind: parts.kind, ...saved, sum: encodeCells(parts.moments.sum, weight), deviation: encodeCells(parts.moments.deviation, weight) };
}

/** Throws a `SnapshotError` for another format, arrays that are cut off, numbers that are not finite, and trees that lead nowhere. */
export function loadForest(data: unknown): ForestParts {
  const parsed = savedForestSchema.safeParse(data);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new SnapshotError(`this is no saved forest of this version: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const saved = parsed.data;
  const ensemble: TreeEnsemble = {
    bins: { features: saved.features, edges: decodeFloats(saved.edges, 'edges'), offsets: decodeIntegers(saved.edgeOffsets, 'edge offsets') },
    nodes: { nodes: decodeIntegers(saved.nodes, 'nodes'), roots: decodeIntegers(saved.roots, 'roots') },
    leafCount: saved.leafCount,
    importance: decodeFloats(saved.importance, 'importances'),
  };
  requireBins(ensemble);
  requireTrees(ensemble);
  const weight = decodeWeights(saved.weights, saved.leafCount * saved.width);
  if (saved.kind !== 'multi-output') requireKnowingLeaves(weight, saved.width);
  if (saved.kind === 'classification') return { kind: 'classification', ensemble, classWeight: weight };
  if (saved.kind === 'regression' && saved.width !== 1) throw new SnapshotError('a saved regression forest has one output');
  const deviation = decodeCells(saved.deviation, weight, 'deviations');
  if (deviation.some((one) => one < 0)) throw new SnapshotError("the saved forest's deviations hold a negative one");
  return { kind: saved.kind, ensemble, moments: { weight, sum: decodeCells(saved.sum, weight, 'sums'), deviation } };
}

function requireBins({ bins, importance }: TreeEnsemble): void {
  const { features, edges, offsets } = bins;
  const refuse = (): never => {
    throw new SnapshotError("the saved forest's bins are damaged");
  };
  if (offsets.length !== features + 1 || offsets[0] !== 0 || offsets[features] !== edges.length) refuse();
  for (let feature = 0; feature < features; feature++) {
    const from = offsets[feature] as number;
    const to = offsets[feature + 1] as number;
    if (to < from || to - from > 255 || to > edges.length) refuse();
    for (let at = from + 1; at < to; at++) if (!((edges[at - 1] as number) < (edges[at] as number))) refuse();
  }
  if (importance.length !== features || !importance.every((share) => share >= 0 && share <= 1.000001)) {
    throw new SnapshotError("the saved forest's importances are damaged");
  }
}

/** Children come after their parents, within the tree, and each node and each leaf is led to once: so every walk ends at a leaf. */
function requireTrees({ bins, nodes: { nodes, roots }, leafCount }: TreeEnsemble): void {
  const count = nodes.length / 2;
  const refuse = (what: string): never => {
    throw new SnapshotError(`the saved forest's trees are damaged: ${what}`);
  };
  if (!Number.isInteger(count) || roots.length === 0 || roots[0] !== 0) refuse('no first tree');
  const ledTo = new Uint8Array(count);
  const leafSeen = new Uint8Array(leafCount);
  let leaves = 0;
  for (let tree = 0; tree < roots.length; tree++) {
    const root = roots[tree] as number;
    const end = roots[tree + 1] ?? count;
    if (end <= root || end > count) refuse('trees overlap');
    ledTo[root] = 1;
    for (let node = root; node < end; node++) {
      const child = nodes[2 * node] as number;
      const test = nodes[2 * node + 1] as number;
      if (ledTo[node] !== 1) refuse(`nothing leads to node ${node}`);
      if (child < 0) {
        const leaf = -1 - child;
        if (leaf >= leafCount || leafSeen[leaf] === 1 || test !== 0) refuse(`node ${node} is no leaf of its own`);
        leafSeen[leaf] = 1;
        leaves++;
        continue;
      }
      if (child <= node || child + 1 >= end || ledTo[child] === 1 || ledTo[child + 1] === 1) refuse(`node ${node} has child ${child}`);
      const feature = test >> 8;
      if (feature < 0 || feature >= bins.features) refuse(`node ${node} asks for feature ${feature}`);
      if ((test & 255) >= (bins.offsets[feature + 1] as number) - (bins.offsets[feature] as number)) refuse(`node ${node} cuts past the bins`);
      ledTo[child] = 1;
      ledTo[child + 1] = 1;
    }
  }
  if (leaves !== leafCount) refuse('leaves are missing');
}

function requireKnowingLeaves(weight: Float64Array, width: number): void {
  for (let leaf = 0; leaf < weight.length; leaf += width) {
    if (!weight.subarray(leaf, leaf + width).some((one) => one > 0)) throw new SnapshotError('the saved forest has a leaf without any weight');
  }
}
