/** Splits that reduce the squared error of several outputs most, where every row has all of them. */
import { sumColumns, tableWidth } from './column-sums.ts';
import type { Criterion, NodeCodes } from './criterion.ts';
import type { MomentStore } from './leaf-moments.ts';
import { cutBetween, occupiedBins } from './occupied-bins.ts';
import type { DenseTargets } from './output-targets.ts';

/** The gain is that of `meanCriterion`, summed over outputs; the weights, and with them the divisions, are the same for all. */
export function denseCriterion({ values, weights }: DenseTargets, leaves: MomentStore, shrinkage: number): Criterion {
  const rowCount = weights.length;
  const outputs = leaves.sum.width;
  const sampled = new Float64Array(rowCount);
  const mean = new Float64Array(outputs);
  const side = new Float64Array(outputs);
  // Of each row of the open node: its weight, then its weighted deviations from the node's means, then zeros.
  const width = tableWidth(1 + outputs);
  const nodeColumns = new Float64Array(rowCount * width);
  const sums = new Float64Array(width);
  const node = { table: nodeColumns, width, sums };
  const occupied = occupiedBins();
  const binWeight = new Float64Array(256);
  const binDeviation = new Float64Array(256 * outputs);
  let total = 0;
  let cut = 0;
  let cutGain = -1;

  const takeMeans = (rows: Int32Array, start: number, end: number): void => {
    let sum = 0;
    mean.fill(0);
    for (let index = start; index < end; index++) {
      const row = rows[index] as number;
      const weight = sampled[row] as number;
      const base = row * outputs;
      sum += weight;
      for (let output = 0; output < outputs; output++) mean[output] = (mean[output] as number) + weight * (values[base + output] as number);
    }
    for (let output = 0; output < outputs; output++) mean[output] = (mean[output] as number) / sum;
    total = sum;
  };

  const allAlike = (rows: Int32Array, start: number, end: number): boolean => {
    const first = (rows[start] as number) * outputs;
    for (let index = start + 1; index < end; index++) {
      const base = (rows[index] as number) * outputs;
      for (let output = 0; output < outputs; output++) if (values[base + output] !== values[first + output]) return false;
    }
    return true;
  };

  const open = (rows: Int32Array, start: number, end: number): boolean => {
    if (allAlike(rows, start, end)) return false;
    takeMeans(rows, start, end);
    for (let index = start, to = 0; index < end; index++, to += width) {
      const row = rows[index] as number;
      const weight = sampled[row] as number;
      const base = row * outputs;
      nodeColumns[to] = weight;
      for (let output = 0; output < outputs; output++) {
        const deviation = (values[base + output] as number) - (mean[output] as number);
        nodeColumns[to + 1 + output] = weight * deviation;
      }
    }
    return true;
  };

  const gain = (squares: number, weight: number): number => {
    const other = total - weight;
    return other > 0 ? squares * (1 / (weight + shrinkage) + 1 / (other + shrinkage)) : 0;
  };

  const gainOfRows = (positions: Int32Array, count: number): number => {
    sumColumns(node, positions, count);
    let squares = 0;
    for (let column = 1; column <= outputs; column++) squares += (sums[column] as number) * (sums[column] as number);
    return gain(squares, sums[0] as number);
  };

  const findCut = (seen: NodeCodes, minLeafRows: number): void => {
    const { codes, size } = seen;
    const count = occupied.list(seen);
    const { bins, rows } = occupied;
    for (let position = 0; position < size; position++) {
      const bin = codes[position] as number;
      const from = position * width;
      binWeight[bin] = (binWeight[bin] as number) + (nodeColumns[from] as number);
      const base = bin * outputs;
      for (let output = 0; output < outputs; output++) {
        binDeviation[base + output] = (binDeviation[base + output] as number) + (nodeColumns[from + 1 + output] as number);
      }
    }
    let best = -1;
    let bestCut = 0;
    side.fill(0);
    let weight = 0;
    let lefts = 0;
    for (let index = 0; index < count; index++) {
      const bin = bins[index] as number;
      const base = bin * outputs;
      let squares = 0;
      for (let output = 0; output < outputs; output++) {
        const sum = (side[output] as number) + (binDeviation[base + output] as number);
        side[output] = sum;
        squares += sum * sum;
        binDeviation[base + output] = 0;
      }
      weight += binWeight[bin] as number;
      binWeight[bin] = 0;
      lefts += rows[bin] as number;
      rows[bin] = 0;
      if (index + 1 === count || lefts < minLeafRows || size - lefts < minLeafRows) continue;
      const gained = gain(squares, weight);
      if (gained > best) {
        best = gained;
        bestCut = cutBetween(bin, bins[index + 1] as number);
      }
    }
    cut = bestCut;
    cutGain = best;
  };

  const addLeaf = (rows: Int32Array, start: number, end: number): number => {
    const offset = leaves.append();
    if (start === end) return offset / outputs;
    takeMeans(rows, start, end);
    const deviation = leaves.deviation.values;
    for (let index = start; index < end; index++) {
      const row = rows[index] as number;
      const weight = sampled[row] as number;
      const base = row * outputs;
      for (let output = 0; output < outputs; output++) {
        const difference = (values[base + output] as number) - (mean[output] as number);
        deviation[offset + output] = (deviation[offset + output] as number) + weight * difference * difference;
      }
    }
    for (let output = 0; output < outputs; output++) {
      leaves.weight.values[offset + output] = total;
      leaves.sum.values[offset + output] = (mean[output] as number) * total;
    }
    return offset / outputs;
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
    most: Number.POSITIVE_INFINITY,
    addLeaf,
  };
}
