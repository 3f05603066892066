/** Grows trees on binned features: one loop over a stack of nodes, with the rows of a node side by side in one array. */
import type { Criterion } from './criterion.ts';
import { candidateFeatures, type ForestSettings } from './forest-settings.ts';
import { type NodeStore, nodeStore } from './tree-nodes.ts';

export interface TreeGrower {
  /** Grows a tree on the rows whose count is above zero; all chance comes from `draw`. */
  grow(counts: Int32Array, draw: () => number): void;
  /** All nodes that were grown so far. */
  readonly nodes: NodeStore;
  /** Of each feature: the share of a tree's gain that its splits had, summed over trees. */
  readonly importance: Float64Array;
}

/** `codes`: features x rows, see `binColumns`. */
export function treeGrower(
  { codes, rows, features }: { readonly codes: Uint8Array; readonly rows: number; readonly features: number },
  criterion: Criterion,
  settings: ForestSettings,
): TreeGrower {
  const nodes = nodeStore();
  const importance = new Float64Array(features);
  const treeGains = new Float64Array(features);
  const { splitter, minLeafRows } = settings;
  const maxDepth = settings.maxDepth ?? Number.POSITIVE_INFINITY;
  const candidates = candidateFeatures(settings, features);

  const members = new Int32Array(rows);
  const scratch = new Int32Array(rows);
  const node = { codes: new Uint8Array(rows), size: 0, low: 0, high: 0 };
  const left = new Int32Array(rows + 1);
  const right = new Int32Array(rows + 1);
  const order = new Int32Array(features);
  // Nodes that wait: at most one for each row, since their rows are disjoint.
  const waiting = new Int32Array(4 * (rows + 2));

  /** Copies the node's codes of a feature together, and notes their range. */
  const gatherCodes = (feature: number, start: number, end: number): void => {
    const nodeCodes = node.codes;
    const base = feature * rows;
    let low = 255;
    let high = 0;
    for (let index = start, position = 0; index < end; index++, position++) {
      const code = codes[base + (members[index] as number)] as number;
      nodeCodes[position] = code;
      if (code < low) low = code;
      if (code > high) high = code;
    }
    node.size = end - start;
    node.low = low;
    node.high = high;
  };

  /** The gain of a given cut, or a number below zero where it leaves too few rows on a side. */
  const gainAt = (cut: number): number => {
    const { codes: nodeCodes, size } = node;
    let lefts = 0;
    let rights = 0;
    // Both lists are written to at each step and one of them moves on: a branch would be guessed wrong half of the time.
    for (let position = 0; position < size; position++) {
      const goesRight = (cut - (nodeCodes[position] as number)) >>> 31;
      left[lefts] = position;
      right[rights] = position;
      lefts += 1 - goesRight;
      rights += goesRight;
    }
    if (lefts < minLeafRows || rights < minLeafRows) return -1;
    return lefts <= rights ? criterion.gainOfRows(left, lefts) : criterion.gainOfRows(right, rights);
  };

  /** Moves the rows that go left to the front, each side in its order, and returns where the right side begins. */
  const partition = (feature: number, cut: number, span: { readonly start: number; readonly end: number }): number => {
    const base = feature * rows;
    let front = span.start;
    let kept = 0;
    for (let index = span.start; index < span.end; index++) {
      const row = members[index] as number;
      const goesRight = (cut - (codes[base + row] as number)) >>> 31;
      members[front] = row;
      scratch[kept] = row;
      front += 1 - goesRight;
      kept += goesRight;
    }
    for (let index = 0; index < kept; index++) members[front + index] = scratch[index] as number;
    return front;
  };

  const grow = (counts: Int32Array, draw: () => number): void => {
    let size = 0;
    for (let row = 0; row < rows; row++) if ((counts[row] as number) > 0) members[size++] = row;
    for (let feature = 0; feature < features; feature++) order[feature] = feature;
    treeGains.fill(0);
    criterion.begin(counts);

    let depthOfStack = 0;
    const push = (node: number, start: number, end: number, depth: number): void => {
      waiting[depthOfStack++] = node;
      waiting[depthOfStack++] = start;
      waiting[depthOfStack++] = end;
      waiting[depthOfStack++] = depth;
    };
    push(nodes.addRoot(), 0, size, 0);
    while (depthOfStack > 0) {
      const depth = waiting[--depthOfStack] as number;
      const end = waiting[--depthOfStack] as number;
      const start = waiting[--depthOfStack] as number;
      const parent = waiting[--depthOfStack] as number;

      let bestGain = -1;
      let bestFeature = 0;
      let bestCut = 0;
      if (end - start >= 2 * minLeafRows && depth < maxDepth && criterion.open(members, start, end)) {
        let visited = 0;
        let varied = 0;
        // Features that are the same for all rows count as looked at, but one that varies is looked for until none is left.
        while (visited < features && (visited < candidates || varied === 0)) {
          const chosen = visited + Math.floor(draw() * (features - visited));
          const feature = order[chosen] as number;
          order[chosen] = order[visited] as number;
          order[visited++] = feature;
          gatherCodes(feature, start, end);
          const { low, high } = node;
          if (low === high) continue;
          varied++;
          let cut: number;
          let gain: number;
          if (splitter === 'random') {
            cut = low + Math.floor(draw() * (high - low));
            gain = gainAt(cut);
          } else {
            criterion.findCut(node, minLeafRows);
            cut = criterion.cut;
            gain = criterion.cutGain;
          }
          if (gain > bestGain) {
            bestGain = gain;
            bestFeature = feature;
            bestCut = cut;
          }
        }
      }
      if (bestGain < 0) {
        nodes.setLeaf(parent, criterion.addLeaf(members, start, end));
        continue;
      }
      const middle = partition(bestFeature, bestCut, { start, end });
      treeGains[bestFeature] = (treeGains[bestFeature] as number) + bestGain;
      const child = nodes.split(parent, bestFeature, bestCut);
      push(child + 1, middle, end, depth + 1);
      push(child, start, middle, depth + 1);
    }
    const total = treeGains.reduce((sum, gain) => sum + gain, 0);
    if (total > 0)
      for (let feature = 0; feature < features; feature++) importance[feature] = (importance[feature] as number) + (treeGains[feature] as number) / total;
  };

  return { grow, nodes, importance };
}
