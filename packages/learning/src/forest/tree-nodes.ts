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

/** Writes the leaf that a row with these codes comes to in each tree, from `offset` of `leaves` on. */
export function findLeaves({ nodes, roots }: TreeNodes, codes: Uint8Array, leaves: Int32Array, offset: number): void {
  for (let tree = 0; tree < roots.length; tree++) {
    let node = roots[tree] as number;
    let child = nodes[2 * node] as number;
    while (child >= 0) {
      const test = nodes[2 * node + 1] as number;
      node = child + (((test & 255) - (codes[test >>> 8] as number)) >>> 31);
      child = nodes[2 * node] as number;
    }
    leaves[offset + tree] = -1 - child;
  }
}
