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

/** From a vector in the order of the given names to a probability in (0, 1). */
export type TreeModel = (vector: Float64Array) => number;

/**
 * Throws a RangeError when the trees ask for a feature that is not among the names (they belong to another version), or
 * have more than 65,535 nodes.
 */
export function treeModel(trees: BoostedTrees, names: readonly string[]): TreeModel {
  if (trees.feature.length > 0xffff) throw new RangeError(`${trees.feature.length} nodes are more than a model may have`);
  const positionOf = new Map(names.map((name, position) => [name, position]));
  const position = trees.features.map((name) => {
    const found = positionOf.get(name);
    if (found === undefined) throw new RangeError(`the trees ask for the feature "${name}", which is not computed; train them again`);
    return found;
  });
  // Small numbers, so that all trees stay in the fastest cache.
  const feature = Int16Array.from(trees.feature, (index) => (index < 0 ? -1 : (position[index] as number)));
  const value = Float32Array.from(trees.value);
  const right = Uint16Array.from(trees.right);
  const roots = Uint16Array.from(trees.roots);
  return (vector) => {
    let sum = trees.base;
    for (let tree = 0; tree < roots.length; tree++) {
      let node = roots[tree] as number;
      for (let asked = feature[node] as number; asked >= 0; asked = feature[node] as number) {
        node = (vector[asked] as number) <= (value[node] as number) ? node + 1 : (right[node] as number);
      }
      sum += value[node] as number;
    }
    return 1 / (1 + Math.exp(-sum));
  };
}
