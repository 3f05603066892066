/** Fits boosted trees to a yes-or-no target (Friedman 2001, with Newton leaves as in Chen and Guestrin 2016), on sparse columns. */
import { type BoostedTrees, seededRandom } from '@ratchet/core';

/** Values that are not zero, by row. */
export interface Column {
  readonly name: string;
  readonly rows: Int32Array;
  readonly values: Float64Array;
}

export interface TrainingSet {
  readonly size: number;
  readonly columns: readonly Column[];
  /** 0 or 1 of each row. */
  readonly target: Float64Array;
  readonly weight: Float64Array;
}

export interface TreeOptions {
  readonly trees: number;
  readonly depth: number;
  /** In (0, 1]: how much of its answer each tree adds. */
  readonly rate: number;
  /** Added to the sum of second derivatives of a leaf. */
  readonly ridge: number;
  /** The least sum of weights on each side of a split. */
  readonly leastWeight: number;
  /** The least gain of a split. */
  readonly leastGain: number;
  /** In (0, 1]: shares of rows and of columns that each tree sees (Friedman 2002). */
  readonly rowShare: number;
  readonly columnShare: number;
  /** Names the draw of these shares. */
  readonly seed: string;
}

interface Binned {
  readonly column: number;
  readonly rows: Int32Array;
  readonly bins: Uint8Array;
  /** Upper limits of all bins but the last. */
  readonly limits: readonly number[];
  readonly zeroBin: number;
}

const mostBins = 32;

/** Deterministic: ties go to the first column and the lowest limit. */
export function trainTrees(set: TrainingSet, options: TreeOptions): BoostedTrees {
  const { size, target, weight } = set;
  const binned = set.columns.flatMap((column, index) => binColumn(column, index, size) ?? []);
  const total = weight.reduce((sum, one) => sum + one, 0);
  const positive = target.reduce((sum, one, row) => sum + one * (weight[row] as number), 0);
  const base = Math.log((positive + 1) / (total - positive + 1));
  const odds = new Float64Array(size).fill(base);
  const slope = new Float64Array(size);
  const curvature = new Float64Array(size);
  const used = new Map<number, number>();
  const trees: { roots: number[]; feature: number[]; value: number[]; right: number[] } = { roots: [], feature: [], value: [], right: [] };
  const random = seededRandom('trees', options.seed);
  const seen = new Float64Array(size);
  for (let round = 0; round < options.trees; round++) {
    const next = random.stream(round);
    for (let row = 0; row < size; row++) {
      const p = 1 / (1 + Math.exp(-(odds[row] as number)));
      seen[row] = next() < options.rowShare ? (weight[row] as number) : 0;
      slope[row] = (seen[row] as number) * ((target[row] as number) - p);
      curvature[row] = (seen[row] as number) * Math.max(p * (1 - p), 1e-6);
    }
    const drawn = binned.map(() => next() < options.columnShare);
    const { root, leafOf } = growTree(binned, { slope, curvature, weight: seen }, { ...options, drawn });
    for (let row = 0; row < size; row++) odds[row] = (odds[row] as number) + (leafOf[row] as Node).value;
    trees.roots.push(trees.feature.length);
    flatten(root, trees, (column) => {
      if (!used.has(column)) used.set(column, used.size);
      return used.get(column) as number;
    });
  }
  const features = [...used.keys()].map((column) => (set.columns[column] as Column).name);
  return { features, base: rounded(base), ...trees };
}

interface Node {
  value: number;
  split: { readonly column: number; readonly limit: number; readonly left: Node; readonly right: Node } | null;
}

const rounded = (value: number): number => Number(value.toPrecision(4));

function flatten(node: Node, out: { feature: number[]; value: number[]; right: number[] }, position: (column: number) => number): void {
  const at = out.feature.length;
  out.feature.push(node.split === null ? -1 : position(node.split.column));
  out.value.push(node.split === null ? rounded(node.value) : node.split.limit);
  out.right.push(0);
  if (node.split === null) return;
  flatten(node.split.left, out, position);
  out.right[at] = out.feature.length;
  flatten(node.split.right, out, position);
}

interface Gradients {
  readonly slope: Float64Array;
  readonly curvature: Float64Array;
  readonly weight: Float64Array;
}

interface Leaf {
  readonly node: Node;
  readonly totals: readonly [slope: number, curvature: number, weight: number];
}

/** Level by level: one pass over all columns finds the best split of every leaf of the level. */
function growTree(
  binned: readonly Binned[],
  gradients: Gradients,
  options: TreeOptions & { readonly drawn: readonly boolean[] },
): { readonly root: Node; readonly leafOf: readonly Node[] } {
  const { slope, curvature, weight } = gradients;
  const size = slope.length;
  const { ridge, rate } = options;
  const leafIndex = new Int32Array(size);
  const root: Node = { value: 0, split: null };
  const leafOf: Node[] = new Array<Node>(size).fill(root);
  let level: Leaf[] = [{ node: root, totals: [sum(slope), sum(curvature), sum(weight)] }];
  const setValue = ({ node, totals }: Leaf): void => {
    node.value = (rate * totals[0]) / (totals[1] + ridge);
  };
  for (const leaf of level) setValue(leaf);
  for (let depth = 0; depth < options.depth && level.length > 0; depth++) {
    const best = level.map(() => ({ gain: options.leastGain, feature: -1, bin: -1, left: [0, 0, 0] as [number, number, number] }));
    const histogram = new Float64Array(level.length * mostBins * 3);
    binned.forEach(({ rows, bins, limits, zeroBin }, feature) => {
      if (!options.drawn[feature]) return;
      const binCount = limits.length + 1;
      histogram.fill(0, 0, level.length * mostBins * 3);
      for (let entry = 0; entry < rows.length; entry++) {
        const row = rows[entry] as number;
        const leaf = leafIndex[row] as number;
        if (leaf < 0) continue;
        const slot = (leaf * mostBins + (bins[entry] as number)) * 3;
        histogram[slot] = (histogram[slot] as number) + (slope[row] as number);
        histogram[slot + 1] = (histogram[slot + 1] as number) + (curvature[row] as number);
        histogram[slot + 2] = (histogram[slot + 2] as number) + (weight[row] as number);
      }
      level.forEach(({ totals }, leaf) => {
        const offset = leaf * mostBins * 3;
        // Rows that are not listed are zero.
        for (let part = 0; part < 3; part++) {
          let rest = totals[part] as number;
          for (let bin = 0; bin < binCount; bin++) rest -= histogram[offset + bin * 3 + part] as number;
          histogram[offset + zeroBin * 3 + part] = (histogram[offset + zeroBin * 3 + part] as number) + rest;
        }
        const parent = (totals[0] * totals[0]) / (totals[1] + ridge);
        let g = 0;
        let h = 0;
        let w = 0;
        for (let bin = 0; bin < binCount - 1; bin++) {
          g += histogram[offset + bin * 3] as number;
          h += histogram[offset + bin * 3 + 1] as number;
          w += histogram[offset + bin * 3 + 2] as number;
          if (w < options.leastWeight || totals[2] - w < options.leastWeight) continue;
          const gain = (g * g) / (h + ridge) + (totals[0] - g) ** 2 / (totals[1] - h + ridge) - parent;
          const found = best[leaf] as (typeof best)[number];
          if (gain > found.gain + 1e-9) best[leaf] = { gain, feature, bin, left: [g, h, w] };
        }
      });
    });
    const next: Leaf[] = [];
    const childOf = level.map(({ node, totals }, leaf) => {
      const { feature, bin, left } = best[leaf] as (typeof best)[number];
      if (feature < 0) return null;
      const children: [Leaf, Leaf] = [
        { node: { value: 0, split: null }, totals: left },
        { node: { value: 0, split: null }, totals: [totals[0] - left[0], totals[1] - left[1], totals[2] - left[2]] },
      ];
      for (const child of children) setValue(child);
      const { column, limits } = binned[feature] as Binned;
      node.split = { column, limit: limits[bin] as number, left: children[0].node, right: children[1].node };
      next.push(...children);
      return { feature, bin, at: next.length - 2 };
    });
    moveRows(binned, { leafIndex, leafOf, childOf, next });
    level = next;
  }
  return { root, leafOf };
}

interface Move {
  readonly leafIndex: Int32Array;
  readonly leafOf: Node[];
  readonly childOf: readonly ({ readonly feature: number; readonly bin: number; readonly at: number } | null)[];
  readonly next: readonly Leaf[];
}

function moveRows(binned: readonly Binned[], { leafIndex, leafOf, childOf, next }: Move): void {
  const before = leafIndex.slice();
  // Where zeros go, then where the listed rows go.
  for (let row = 0; row < leafIndex.length; row++) {
    const leaf = before[row] as number;
    const child = leaf < 0 ? null : childOf[leaf];
    leafIndex[row] = child === null || child === undefined ? -1 : child.at + ((binned[child.feature] as Binned).zeroBin <= child.bin ? 0 : 1);
  }
  childOf.forEach((child, leaf) => {
    if (child === null) return;
    const { rows, bins } = binned[child.feature] as Binned;
    for (let entry = 0; entry < rows.length; entry++) {
      const row = rows[entry] as number;
      if (before[row] === leaf) leafIndex[row] = child.at + ((bins[entry] as number) <= child.bin ? 0 : 1);
    }
  });
  for (let row = 0; row < leafIndex.length; row++) {
    const leaf = leafIndex[row] as number;
    if (leaf >= 0) leafOf[row] = (next[leaf] as Leaf).node;
  }
}

/** null for a column that is zero almost everywhere. */
function binColumn({ rows, values }: Column, column: number, size: number): Binned | null {
  if (rows.length < 10) return null;
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  counts.set(0, (counts.get(0) ?? 0) + size - rows.length);
  const distinct = [...counts].sort((a, b) => a[0] - b[0]);
  if (distinct.length < 2) return null;
  const limits: number[] = [];
  let passed = 0;
  distinct.slice(0, -1).forEach(([value, count], index) => {
    passed += count;
    const many = distinct.length > mostBins;
    const due = !many || passed >= ((limits.length + 1) * size) / mostBins;
    if (due && limits.length < mostBins - 1) limits.push(rounded((value + (distinct[index + 1]?.[0] as number)) / 2));
  });
  const binOf = (value: number): number => {
    let bin = 0;
    while (bin < limits.length && value > (limits[bin] as number)) bin++;
    return bin;
  };
  return { column, rows, bins: Uint8Array.from(values, binOf), limits, zeroBin: binOf(0) };
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

/** Columns of rows that are given one by one. */
export function columnsOf(names: readonly string[]): {
  add(vector: Float64Array): void;
  columns(): { readonly size: number; readonly columns: readonly Column[] };
} {
  const rows: number[][] = names.map(() => []);
  const values: number[][] = names.map(() => []);
  let size = 0;
  return {
    add: (vector) => {
      for (let index = 0; index < vector.length; index++) {
        const value = vector[index] as number;
        if (value === 0) continue;
        rows[index]?.push(size);
        values[index]?.push(value);
      }
      size++;
    },
    columns: () => ({
      size,
      columns: names.map((name, index) => ({ name, rows: Int32Array.from(rows[index] ?? []), values: Float64Array.from(values[index] ?? []) })),
    }),
  };
}
