/** Splits that make the classes of a node purer. */
import type { Criterion, NodeCodes } from './criterion.ts';
import type { FloatStore } from './float-store.ts';
import { cutBetween, occupiedBins } from './occupied-bins.ts';
import { fewRows, sortedPositions } from './sorted-positions.ts';

export interface ClassTargets {
  /** How many classes there are, 1 to 65,536. */
  readonly classes: number;
  /** Of each row, below `classes`. */
  readonly label: Int32Array;
  /** Of each row: zero, or from 1e-20 to 1e20. Left out: all alike. */
  readonly weight?: Float64Array;
}

/** The gain is the decrease of Gini impurity times the node's weight (Breiman et al. 1984). Leaves keep the weight of each class. */
export function giniCriterion({ classes, label }: ClassTargets, weights: Float64Array, leaves: FloatStore): Criterion {
  const rowCount = weights.length;
  const sampled = new Float64Array(rowCount);
  const nodeLabel = new Int32Array(rowCount);
  const nodeWeight = new Float64Array(rowCount);
  const whole = new Float64Array(classes);
  const side = new Float64Array(classes);
  const occupied = occupiedBins();
  const sorted = sortedPositions();
  const binClass = new Float64Array(256 * classes);
  let total = 0;
  let squares = 0;
  let cut = 0;
  let cutGain = -1;

  const open = (rows: Int32Array, start: number, end: number): boolean => {
    const first = label[rows[start] as number] as number;
    let index = start + 1;
    while (index < end && label[rows[index] as number] === first) index++;
    if (index === end) return false;
    whole.fill(0);
    let sum = 0;
    for (let at = start, position = 0; at < end; at++, position++) {
      const row = rows[at] as number;
      const weight = sampled[row] as number;
      const which = label[row] as number;
      nodeLabel[position] = which;
      nodeWeight[position] = weight;
      whole[which] = (whole[which] as number) + weight;
      sum += weight;
    }
    total = sum;
    let purity = 0;
    for (let which = 0; which < classes; which++) purity += (whole[which] as number) * (whole[which] as number);
    squares = purity;
    return true;
  };

  /** From the weight of a side, and the sums of squared class weights of both sides. */
  const gainOf = (weight: number, here: number, there: number): number => {
    const other = total - weight;
    return other > 0 ? Math.max(0, here / weight + there / other - squares / total) : 0;
  };

  const gainOfRows = (positions: Int32Array, count: number): number => {
    side.fill(0);
    let weight = 0;
    for (let index = 0; index < count; index++) {
      const position = positions[index] as number;
      const which = nodeLabel[position] as number;
      side[which] = (side[which] as number) + (nodeWeight[position] as number);
      weight += nodeWeight[position] as number;
    }
    let here = 0;
    let there = 0;
    for (let which = 0; which < classes; which++) {
      const part = side[which] as number;
      const rest = (whole[which] as number) - part;
      here += part * part;
      there += rest * rest;
    }
    return gainOf(weight, here, there);
  };

  /** As `findCut`, row by row. */
  const findCutOfFew = (node: NodeCodes, minLeafRows: number): void => {
    sorted.sort(node);
    const { keys } = sorted;
    const last = node.size - minLeafRows;
    const sum = total;
    let best = -1;
    let bestProduct = 1;
    let bestCut = 0;
    side.fill(0);
    let weight = 0;
    let here = 0;
    let there = squares;
    let key = keys[0] as number;
    for (let lefts = 1; lefts <= last; lefts++) {
      const moved = nodeWeight[key & 255] as number;
      const which = nodeLabel[key & 255] as number;
      const before = side[which] as number;
      here += moved * (2 * before + moved);
      there += moved * (moved - 2 * ((whole[which] as number) - before));
      side[which] = before + moved;
      weight += moved;
      const next = keys[lefts] as number;
      if (key >>> 8 !== next >>> 8 && lefts >= minLeafRows) {
        const other = sum - weight;
        const purity = here * other + there * weight;
        const product = weight * other;
        if (purity * bestProduct > best * product && product > 0) {
          best = purity;
          bestProduct = product;
          bestCut = cutBetween(key >>> 8, next >>> 8);
        }
      }
      key = next;
    }
    cut = bestCut;
    cutGain = best < 0 ? -1 : Math.max(0, best / bestProduct - squares / sum);
  };

  /**
   * The sum of here / W_left + there / W_right is (here W_right + there W_left) / (W_left W_right): compared without a division,
   * each side times the other's product.
   */
  const findCut = (node: NodeCodes, minLeafRows: number): void => {
    const { codes, size } = node;
    if (size <= fewRows) {
      findCutOfFew(node, minLeafRows);
      return;
    }
    const count = occupied.list(node);
    const { bins, rows } = occupied;
    for (let position = 0; position < size; position++) {
      const at = (codes[position] as number) * classes + (nodeLabel[position] as number);
      binClass[at] = (binClass[at] as number) + (nodeWeight[position] as number);
    }
    const sum = total;
    let best = -1;
    let bestProduct = 1;
    let bestCut = 0;
    side.fill(0);
    let weight = 0;
    let lefts = 0;
    let here = 0;
    let there = squares;
    for (let index = 0; index < count; index++) {
      const bin = bins[index] as number;
      const base = bin * classes;
      for (let which = 0; which < classes; which++) {
        // A class that moves from one side to the other changes both sums of squares by little.
        const moved = binClass[base + which] as number;
        if (moved === 0) continue;
        const before = side[which] as number;
        here += moved * (2 * before + moved);
        there += moved * (moved - 2 * ((whole[which] as number) - before));
        side[which] = before + moved;
        weight += moved;
        binClass[base + which] = 0;
      }
      lefts += rows[bin] as number;
      rows[bin] = 0;
      const other = sum - weight;
      const purity = here * other + there * weight;
      const product = weight * other;
      if (purity * bestProduct > best * product && product > 0 && lefts >= minLeafRows && size - lefts >= minLeafRows) {
        best = purity;
        bestProduct = product;
        bestCut = index;
      }
    }
    cut = best < 0 ? 0 : cutBetween(bins[bestCut] as number, bins[bestCut + 1] as number);
    cutGain = best < 0 ? -1 : Math.max(0, best / bestProduct - squares / sum);
  };

  return {
    begin: (counts) => {
      for (let row = 0; row < rowCount; row++) sampled[row] = (weights[row] as number) * (counts[row] as number);
    },
    open,
    gainOfRows,
    findCut,
    get cut() {
      return cut;
    },
    get cutGain() {
      return cutGain;
    },
    get most() {
      return total - squares / total;
    },
    addLeaf: (rows, start, end) => {
      const offset = leaves.append();
      const { values } = leaves;
      for (let index = start; index < end; index++) {
        const row = rows[index] as number;
        const at = offset + (label[row] as number);
        values[at] = (values[at] as number) + (sampled[row] as number);
      }
      return offset / classes;
    },
  };
}
