/** What a kind of target contributes to growing a tree: how good a split is, and what a leaf keeps. */

/** The codes of one feature in the open node. */
export interface NodeCodes {
  /** By position; those from `size` on are of other nodes. */
  readonly codes: Uint8Array;
  readonly size: number;
  readonly low: number;
  readonly high: number;
}

/**
 * A node is opened once, and then asked about splits of it. Rows of the open node go by their position in it, from 0.
 * Implementations own scratch arrays, so one criterion grows one tree at a time.
 */
export interface Criterion {
  /** For the sample of the next tree: how often each row is in it. */
  begin(counts: Int32Array): void;
  /** Opens the node of `rows` from `start` to before `end`; false where all its rows have the same target, so that there is nothing to split. */
  open(rows: Int32Array, start: number, end: number): boolean;
  /** The gain of parting the rows at the first `count` of `positions` from the others: never below zero. */
  gainOfRows(positions: Int32Array, count: number): number;
  /**
   * Finds the best cut (codes up to and with it go left) of a feature that varies in the node, with at least `minLeafRows` on
   * each side. It leaves it in `cut` and `cutGain`; a `cutGain` below zero means that there is none.
   */
  findCut(node: NodeCodes, minLeafRows: number): void;
  readonly cut: number;
  readonly cutGain: number;
  /** What no split of the open node can gain more than: all that there is to gain, or infinity where that is not worth adding up. */
  readonly most: number;
  /** Adds a leaf of these rows; returns its index. */
  addLeaf(rows: Int32Array, start: number, end: number): number;
}
