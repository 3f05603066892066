/** Splits that reduce the squared error of one output most. */
import type { Criterion, NodeCodes } from './criterion.ts';
import type { MomentStore } from './leaf-moments.ts';
import { cutBetween, occupiedBins } from './occupied-bins.ts';
import type { DenseTargets } from './output-targets.ts';
import { fewRows, sortedPositions } from './sorted-positions.ts';

/**
 * With D the weighted sum of deviations from the node's mean on one side (on the other it is -D), the gain is
 * D^2 / (W_left + c) + D^2 / (W_right + c): the reduction of squared error (Breiman et al. 1984) when c is 0, of its
 * ridge form (Chen and Guestrin 2016) otherwise.
 */
export function meanCriterion({ values, weights }: DenseTargets, leaves: MomentStore, shrinkage: number): Criterion {
  const rowCount = weights.length;
  const sampled = new Float64Array(rowCount);
  const nodeWeight = new Float64Array(rowCount);
  const nodeDeviation = new Float64Array(rowCount);
  const occupied = occupiedBins();
  const sorted = sortedPositions();
  // Of each bin, the weight and the weighted sum of deviations.
  const sums = new Float64Array(512);
  let total = 0;
  let most = 0;
  let cut = 0;
  let cutGain = -1;

  const meanOf = (rows: Int32Array, start: number, end: number): number => {
    let sum = 0;
    let whole = 0;
    for (let index = start; index < end; index++) {
      const row = rows[index] as number;
      const weight = sampled[row] as number;
      whole += weight;
      sum += weight * (values[row] as number);
    }
    total = whole;
    return sum / whole;
  };

  const open = (rows: Int32Array, start: number, end: number): boolean => {
    const first = values[rows[start] as number] as number;
    let index = start + 1;
    while (index < end && values[rows[index] as number] === first) index++;
    if (index === end) return false;
    const mean = meanOf(rows, start, end);
    let squares = 0;
    for (let at = start, position = 0; at < end; at++, position++) {
      const row = rows[at] as number;
      const weight = sampled[row] as number;
      nodeWeight[position] = weight;
      const deviation = (values[row] as number) - mean;
      nodeDeviation[position] = weight * deviation;
      squares += weight * deviation * deviation;
    }
    most = squares;
    return true;
  };

  /** From the weight and the weighted sum of deviations of a side. */
  const gain = (weight: number, deviation: number): number => {
    const other = total - weight;
    return other > 0 ? deviation * deviation * (1 / (weight + shrinkage) + 1 / (other + shrinkage)) : 0;
  };

  const gainOfRows = (positions: Int32Array, count: number): number => {
    let weight = 0;
    let deviation = 0;
    for (let index = 0; index < count; index++) {
      const position = positions[index] as number;
      weight += nodeWeight[position] as number;
      deviation += nodeDeviation[position] as number;
    }
    return gain(weight, deviation);
  };

  /** As `findCut`, row by row. */
  const findCutOfFew = (node: NodeCodes, minLeafRows: number): void => {
    sorted.sort(node);
    const { keys } = sorted;
    const whole = total;
    const extra = shrinkage;
    const last = node.size - minLeafRows;
    let best = -1;
    let bestProduct = 1;
    let bestCut = 0;
    let weight = 0;
    let deviation = 0;
    let key = keys[0] as number;
    for (let lefts = 1; lefts <= last; lefts++) {
      weight += nodeWeight[key & 255] as number;
      deviation += nodeDeviation[key & 255] as number;
      const next = keys[lefts] as number;
      if (key >>> 8 !== next >>> 8 && lefts >= minLeafRows) {
        const product = (weight + extra) * (whole - weight + extra);
        const square = deviation * deviation;
        if (square * bestProduct > best * product && product > 0) {
          best = square;
          bestProduct = product;
          bestCut = cutBetween(key >>> 8, next >>> 8);
        }
      }
      key = next;
    }
    cut = bestCut;
    cutGain = (best * (whole + 2 * extra)) / bestProduct;
  };

  /**
   * 1 / (W_left + c) + 1 / (W_right + c) is (W + 2 c) / ((W_left + c) (W_right + c)), so gains are compared without a division: as
   * D^2 over the product below, each side times the other's product.
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
      const at = 2 * (codes[position] as number);
      sums[at] = (sums[at] as number) + (nodeWeight[position] as number);
      sums[at + 1] = (sums[at + 1] as number) + (nodeDeviation[position] as number);
    }
    const whole = total;
    const extra = shrinkage;
    let best = -1;
    let bestProduct = 1;
    let bestCut = 0;
    let weight = 0;
    let deviation = 0;
    let lefts = 0;
    for (let index = 0; index < count; index++) {
      const bin = bins[index] as number;
      weight += sums[2 * bin] as number;
      deviation += sums[2 * bin + 1] as number;
      lefts += rows[bin] as number;
      sums[2 * bin] = 0;
      sums[2 * bin + 1] = 0;
      rows[bin] = 0;
      const product = (weight + extra) * (whole - weight + extra);
      const square = deviation * deviation;
      if (square * bestProduct > best * product && product > 0 && lefts >= minLeafRows && size - lefts >= minLeafRows) {
        best = square;
        bestProduct = product;
        bestCut = index;
      }
    }
    cut = best < 0 ? 0 : cutBetween(bins[bestCut] as number, bins[bestCut + 1] as number);
    cutGain = (best * (whole + 2 * extra)) / bestProduct;
  };

  const addLeaf = (rows: Int32Array, start: number, end: number): number => {
    const offset = leaves.append();
    if (start === end) return offset;
    const mean = meanOf(rows, start, end);
    let deviation = 0;
    for (let index = start; index < end; index++) {
      const row = rows[index] as number;
      deviation += (sampled[row] as number) * ((values[row] as number) - mean) ** 2;
    }
    leaves.weight.values[offset] = total;
    leaves.sum.values[offset] = mean * total;
    leaves.deviation.values[offset] = deviation;
    return offset;
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
      return most;
    },
    addLeaf,
  };
}
