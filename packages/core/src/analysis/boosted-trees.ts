/** Evaluates boosted regression trees (Friedman 2001) over named features: the form of the small models that come with the analyzer. */

/** Trees in preorder, one after another; a left child follows its parent. */
export interface BoostedTrees {
  /** Names of the features that are asked for. */
  readonly features: readonly string[];
  /** Log-odds before any tree. */
  readonly base: number;
  /** Where each tree begins. */
  readonly roots: readonly number[];
  /** Of each node: position in `features`, or -1 for a leaf. */
  readonly feature: readonly number[];
  /** Of a split: at most this goes left. Of a leaf: what it adds to the log-odds. */
  readonly value: readonly number[];
  /** Of a split: where its right child is. */
  readonly right: readonly number[];
}

/** From a vector in the order of the given names, without NaN, to a probability in (0, 1). */
export type TreeModel = (vector: Float64Array) => number;

/** One bit of a word each. */
const mostLeaves = 32;

/**
 * Throws a RangeError when the trees ask for a feature that is not among the names (they belong to another version), when
 * one has more than 32 leaves, or all have more than 65,535 nodes.
 */
export function treeModel(trees: BoostedTrees, names: readonly string[]): TreeModel {
  return treeModelGiven(trees, names, names)(new Float64Array(names.length));
}

/**
 * For vectors that differ in the `changing` features only: what the others say is read once, from any one of them. Throws
 * as treeModel does.
 *
 * Goes through the features instead of the trees, as QuickScorer does (Lucchese et al. 2015, "QuickScorer: a Fast Algorithm
 * to Rank Documents with Additive Ensembles of Regression Trees"): each split that a vector passes to the right strikes out
 * the leaves on its left, and the vector falls into the first leaf that is left.
 */
export function treeModelGiven(trees: BoostedTrees, names: readonly string[], changing: readonly string[]): (vector: Float64Array) => TreeModel {
  const { base, roots } = trees;
  const { leaves, firstLeaf, splits } = layOut(trees, names);
  const isChanging = new Set(changing);
  const fixedSplits = splitTable(splits.filter(({ position }) => !isChanging.has(names[position] as string)));
  const changingSplits = splitTable(splits.filter(({ position }) => isChanging.has(names[position] as string)));
  return (given) => {
    const before = new Int32Array(roots.length).fill(-1);
    strikeOut(before, fixedSplits, given);
    const left = new Int32Array(roots.length);
    return (vector) => {
      left.set(before);
      strikeOut(left, changingSplits, vector);
      let sum = base;
      for (let tree = 0; tree < left.length; tree++) {
        const bits = left[tree] as number;
        sum += leaves[(firstLeaf[tree] as number) + 31 - Math.clz32(bits & -bits)] as number;
      }
      return 1 / (1 + Math.exp(-sum));
    };
  };
}

interface Split {
  /** Of its feature in a vector. */
  readonly position: number;
  readonly cut: number;
  readonly tree: number;
  /** Without the bits of the leaves on its left, the first leaf's being the lowest. */
  readonly mask: number;
}

function layOut(trees: BoostedTrees, names: readonly string[]) {
  if (trees.feature.length > 0xffff) throw new RangeError(`${trees.feature.length} nodes are more than a model may have`);
  const positionOf = new Map(names.map((name, position) => [name, position]));
  const position = trees.features.map((name) => {
    const found = positionOf.get(name);
    if (found === undefined) throw new RangeError(`the trees ask for the feature "${name}", which is not computed; train them again`);
    return found;
  });
  const leaves: number[] = [];
  const splits: Split[] = [];
  const firstLeaf = trees.roots.map((root, tree) => {
    const first = leaves.length;
    const visit = (node: number): void => {
      const feature = trees.feature[node] as number;
      const value = trees.value[node] as number;
      if (feature < 0) return void leaves.push(value);
      const from = leaves.length - first;
      visit(node + 1);
      const leftLeaves = 2 ** (leaves.length - first) - 2 ** from;
      splits.push({ position: position[feature] as number, cut: Math.fround(value), tree, mask: ~leftLeaves });
      visit(trees.right[node] as number);
    };
    visit(root);
    if (leaves.length - first > mostLeaves) throw new RangeError(`${leaves.length - first} leaves are more than a tree may have`);
    return first;
  });
  return { leaves: Float32Array.from(leaves), firstLeaf: Uint16Array.from(firstLeaf), splits };
}

/** Splits in the order of features and cuts, in small numbers, so that all of them stay in the fastest cache. */
interface SplitTable {
  /** Of each feature: its position in a vector, its smallest cut, and where its cuts begin; one more at the end. */
  readonly position: Uint16Array;
  readonly least: Float32Array;
  readonly firstCut: Uint16Array;
  /** Of each different cut of a feature: the cut, and the end of its splits. */
  readonly cut: Float32Array;
  readonly endSplit: Uint16Array;
  /** Of each feature: where its splits begin. */
  readonly firstSplit: Uint16Array;
  readonly tree: Uint16Array;
  readonly mask: Int32Array;
}

function splitTable(unordered: readonly Split[]): SplitTable {
  const splits = unordered.toSorted((a, b) => a.position - b.position || a.cut - b.cut);
  const features = splits.flatMap((split, index) => (split.position === splits[index - 1]?.position ? [] : [index]));
  const cuts = splits.flatMap((split, index) => (split.position === splits[index - 1]?.position && split.cut === splits[index - 1]?.cut ? [] : [index]));
  const at = (index: number): Split => splits[index] as Split;
  return {
    position: Uint16Array.from(features, (index) => at(index).position),
    least: Float32Array.from(features, (index) => at(index).cut),
    firstCut: Uint16Array.from([...features, splits.length], (index) => cuts.filter((cut) => cut < index).length),
    cut: Float32Array.from(cuts, (index) => at(index).cut),
    endSplit: Uint16Array.from(cuts, (_, index) => cuts[index + 1] ?? splits.length),
    firstSplit: Uint16Array.from(features),
    tree: Uint16Array.from(splits, ({ tree }) => tree),
    mask: Int32Array.from(splits, ({ mask }) => mask),
  };
}

/** Strikes out, in the word of each tree, the leaves on the left of every split that the vector passes to the right. */
function strikeOut(left: Int32Array, { position, least, firstCut, cut, endSplit, firstSplit, tree, mask }: SplitTable, vector: Float64Array): void {
  for (let feature = 0; feature < position.length; feature++) {
    const value = vector[position[feature] as number] as number;
    if (!(value > (least[feature] as number))) continue;
    const end = firstCut[feature + 1] as number;
    let above = (firstCut[feature] as number) + 1;
    while (above < end && value > (cut[above] as number)) above++;
    const stop = endSplit[above - 1] as number;
    for (let split = firstSplit[feature] as number; split < stop; split++) {
      const at = tree[split] as number;
      left[at] = (left[at] as number) & (mask[split] as number);
    }
  }
}
