/** The nodes of all trees of a forest in one flat array, and the walk of a row from the roots to the leaves. */

/**
 * Two numbers a node. A split: the index of its left child (the right one follows it), and feature * 256 + cut, where codes up to
 * and with the cut go left. A leaf: -1 - its index among the leaves of all trees, and 0.
 */
export interface TreeNodes {
  readonly nodes: Int32Array;
  /** The root of each tree. */
  readonly roots: Int32Array;
}

export interface NodeStore {
  /** The next tree's root; it has to become a split or a leaf. */
  addRoot(): number;
  setLeaf(node: number, leaf: number): void;
  /** Returns the left child. */
  split(node: number, feature: number, cut: number): number;
  finish(): TreeNodes;
}

export function nodeStore(): NodeStore {
  let nodes = new Int32Array(256);
  let count = 0;
  const roots: number[] = [];
  const allocate = (more: number): number => {
    const first = count;
    count += more;
    if (2 * count > nodes.length) {
      const larger = new Int32Array(nodes.length * 2);
      larger.set(nodes);
      nodes = larger;
    }
    return first;
  };
  return {
    addRoot: () => {
      const root = allocate(1);
      roots.push(root);
      return root;
    },
    setLeaf: (node, leaf) => {
      nodes[2 * node] = -1 - leaf;
      nodes[2 * node + 1] = 0;
    },
    split: (node, feature, cut) => {
      const child = allocate(2);
      nodes[2 * node] = child;
      nodes[2 * node + 1] = feature * 256 + cut;
      return child;
    },
    finish: () => ({ nodes: nodes.slice(0, 2 * count), roots: Int32Array.from(roots) }),
  };
}

/** Where a walk begins, and the codes that it goes by: those from `codesAt` on. */
interface Walk {
  node: number;
  codesAt: number;
}

/** Writes the leaves of one row in each tree. */
export function findLeavesOfRow(trees: TreeNodes, codes: Uint8Array, leaves: Int32Array): void {
  const { roots } = trees;
  const walks = fourWalks();
  for (let tree = 0; tree < roots.length; tree += 4) {
    const count = Math.min(4, roots.length - tree);
    for (let lane = 0; lane < 4; lane++) (walks[lane] as Walk).node = roots[tree + Math.min(lane, count - 1)] as number;
    walk(trees.nodes, codes, walks);
    for (let lane = 0; lane < count; lane++) leaves[tree + lane] = (walks[lane] as Walk).node;
  }
}

/** The leaves of rows of codes (rows x features) in each tree: rows x trees. */
export function findLeavesOfRows(trees: TreeNodes, codes: Uint8Array, { rows, features }: { readonly rows: number; readonly features: number }): Int32Array {
  const { roots } = trees;
  const leaves = new Int32Array(rows * roots.length);
  const walks = fourWalks();
  // One tree at a time stays in the nearest cache.
  for (let tree = 0; tree < roots.length; tree++) {
    for (let row = 0; row < rows; row += 4) {
      const count = Math.min(4, rows - row);
      for (let lane = 0; lane < 4; lane++) {
        const one = walks[lane] as Walk;
        one.node = roots[tree] as number;
        one.codesAt = (row + Math.min(lane, count - 1)) * features;
      }
      walk(trees.nodes, codes, walks);
      for (let lane = 0; lane < count; lane++) leaves[(row + lane) * roots.length + tree] = (walks[lane] as Walk).node;
    }
  }
  return leaves;
}

type FourWalks = readonly [Walk, Walk, Walk, Walk];

function fourWalks(): FourWalks {
  return [
    { node: 0, codesAt: 0 },
    { node: 0, codesAt: 0 },
    { node: 0, codesAt: 0 },
    { node: 0, codesAt: 0 },
  ];
}

/** Walks four ways at once, since each waits for memory most of its time; leaves the index of the leaf in `node`. */
function walk(nodes: Int32Array, codes: Uint8Array, [one, two, three, four]: FourWalks): void {
  let a = one.node;
  let b = two.node;
  let c = three.node;
  let d = four.node;
  const atA = one.codesAt;
  const atB = two.codesAt;
  const atC = three.codesAt;
  const atD = four.codesAt;
  let childA = nodes[2 * a] as number;
  let childB = nodes[2 * b] as number;
  let childC = nodes[2 * c] as number;
  let childD = nodes[2 * d] as number;
  while (childA >= 0 || childB >= 0 || childC >= 0 || childD >= 0) {
    if (childA >= 0) {
      const test = nodes[2 * a + 1] as number;
      a = childA + (((test & 255) - (codes[atA + (test >>> 8)] as number)) >>> 31);
      childA = nodes[2 * a] as number;
    }
    if (childB >= 0) {
      const test = nodes[2 * b + 1] as number;
      b = childB + (((test & 255) - (codes[atB + (test >>> 8)] as number)) >>> 31);
      childB = nodes[2 * b] as number;
    }
    if (childC >= 0) {
      const test = nodes[2 * c + 1] as number;
      c = childC + (((test & 255) - (codes[atC + (test >>> 8)] as number)) >>> 31);
      childC = nodes[2 * c] as number;
    }
    if (childD >= 0) {
      const test = nodes[2 * d + 1] as number;
      d = childD + (((test & 255) - (codes[atD + (test >>> 8)] as number)) >>> 31);
      childD = nodes[2 * d] as number;
    }
  }
  one.node = -1 - childA;
  two.node = -1 - childB;
  three.node = -1 - childC;
  four.node = -1 - childD;
}
