/** Grows trees on binned features: one loop over a stack of nodes. */
import type { Criterion } from './criterion.ts';
import { candidateFeatures, type ForestSettings } from './forest-settings.ts';
import { type BinnedRows, nodeRows } from './node-rows.ts';
import { bestSplitter, randomSplitter } from './splitters.ts';
import { type NodeStore, nodeStore } from './tree-nodes.ts';

export interface TreeGrower {
  /** Grows a tree on the rows whose count is above zero; all chance comes from `draw`. */
  grow(counts: Int32Array, draw: () => number): void;
  /** All nodes that were grown so far. */
  readonly nodes: NodeStore;
  /** Of each feature: the share of a tree's gain that its splits had, summed over trees. */
  readonly importance: Float64Array;
}

export function treeGrower(binned: BinnedRows, criterion: Criterion, settings: ForestSettings): TreeGrower {
  const { features } = binned;
  const { minLeafRows } = settings;
  const rows = nodeRows(binned);
  const parts = { rows, criterion, topCodes: topCodesOf(binned), minLeafRows };
  const splitter = settings.splitter === 'random' ? randomSplitter(parts) : bestSplitter(parts);
  const maxDepth = settings.maxDepth ?? Number.POSITIVE_INFINITY;
  const candidates = candidateFeatures(settings, features);
  const nodes = nodeStore();
  const importance = new Float64Array(features);
  const treeGains = new Float64Array(features);
  const order = new Int32Array(features);
  const span = { start: 0, end: 0 };
  const split = { gain: -1, feature: 0, cut: 0 };

  /** Leaves the best split of the open node among candidate features in `split`; a gain below zero means that there is none. */
  const findSplit = (draw: () => number): void => {
    split.gain = -1;
    let visited = 0;
    let varied = 0;
    // Features that are the same for all rows count as looked at, but one that varies is looked for until none is left.
    while (visited < features && (visited < candidates || varied === 0)) {
      const chosen = visited + Math.floor(draw() * (features - visited));
      const feature = order[chosen] as number;
      order[chosen] = order[visited] as number;
      order[visited++] = feature;
      if (!splitter.propose(feature, span, draw)) continue;
      varied++;
      if (splitter.gain > split.gain) {
        split.gain = splitter.gain;
        split.feature = feature;
        split.cut = splitter.cut;
        // A split that leaves nothing to gain is as good as any, but for rounding.
        if (split.gain >= criterion.most * (1 - 1e-9)) return;
      }
    }
  };

  // Four numbers a node that waits: its index, its rows from and to, its depth.
  let waiting = new Int32Array(256);
  let height = 0;
  const push = (node: number, start: number, end: number): void => {
    if (height + 4 > waiting.length) {
      const larger = new Int32Array(waiting.length * 2);
      larger.set(waiting);
      waiting = larger;
    }
    waiting[height] = node;
    waiting[height + 1] = start;
    waiting[height + 2] = end;
    height += 4;
  };

  const grow = (counts: Int32Array, draw: () => number): void => {
    const size = rows.begin(counts);
    for (let feature = 0; feature < features; feature++) order[feature] = feature;
    treeGains.fill(0);
    criterion.begin(counts);
    push(nodes.addRoot(), 0, size);
    waiting[3] = 0;
    while (height > 0) {
      height -= 4;
      const node = waiting[height] as number;
      const start = waiting[height + 1] as number;
      const end = waiting[height + 2] as number;
      const depth = waiting[height + 3] as number;
      span.start = start;
      span.end = end;
      const maySplit = end - start >= 2 * minLeafRows && depth < maxDepth && criterion.open(rows.members, start, end);
      if (maySplit) findSplit(draw);
      if (!maySplit || split.gain < 0) {
        nodes.setLeaf(node, criterion.addLeaf(rows.members, start, end));
        continue;
      }
      const middle = rows.partition(split.feature, split.cut, span);
      treeGains[split.feature] = (treeGains[split.feature] as number) + split.gain;
      const child = nodes.split(node, split.feature, split.cut);
      push(child + 1, middle, end);
      waiting[height - 1] = depth + 1;
      push(child, start, middle);
      waiting[height - 1] = depth + 1;
    }
    const total = treeGains.reduce((sum, gain) => sum + gain, 0);
    if (!(total > 0)) return;
    for (let feature = 0; feature < features; feature++) importance[feature] = (importance[feature] as number) + (treeGains[feature] as number) / total;
  };

  return { grow, nodes, importance };
}

function topCodesOf({ codes, features }: BinnedRows): Uint8Array {
  const top = new Uint8Array(features);
  for (let at = 0, feature = 0; at < codes.length; at++) {
    if ((codes[at] as number) > (top[feature] as number)) top[feature] = codes[at] as number;
    if (++feature === features) feature = 0;
  }
  return top;
}
