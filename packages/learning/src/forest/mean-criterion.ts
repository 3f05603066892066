/** Splits that reduce the squared error of one output most. */
import type { Criterion, NodeCodes } from './criterion.ts';
import type { MomentStore } from './leaf-moments.ts';
import { cutBetween, occupiedBins } from './occupied-bins.ts';
import type { DenseTargets } from './output-targets.ts';

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
  const binWeight = new Float64Array(256);
  const binDeviation = new Float64Array(256);
  let total = 0;
  let cut = 0;
  let cutGain = -1;

  const meanOf = (rows: Int32Array, start: number, end: number): number => {
    let sum = 0;
    total = 0;
    for (let index = start; index < end; index++) {
      const row = rows[index] as number;
      const weight = sampled[row] as number;
      total += weight;
      sum += weight * (values[row] as number);
    }
    return sum / total;
  };

  const open = (rows: Int32Array, start: number, end: number): boolean => {
    const first = values[rows[start] as number] as number;
    let index = start + 1;
    while (index < end && values[rows[index] as number] === first) index++;
    if (index === end) return false;
    const mean = meanOf(rows, start, end);
    for (let at = start, position = 0; at < end; at++, position++) {
      const row = rows[at] as number;
      const weight = sampled[row] as number;
      nodeWeight[position] = weight;
      nodeDeviation[position] = weight * ((values[row] as number) - mean);
    }
    return true;
  };

  const gainOfRows = (positions: Int32Array, count: number): number => {
    let weight = 0;
    let deviation = 0;
    for (let index = 0; index < count; index++) {
      const position = positions[index] as number;
      weight += nodeWeight[position] as number;
      deviation += nodeDeviation[position] as number;
    }
    const other = total - weight;
    return other > 0 ? deviation * deviation * (1 / (weight + shrinkage) + 1 / (other + shrinkage)) : 0;
  };

  const findCut = (node: NodeCodes, minLeafRows: number): void => {
    const { codes, size } = node;
    const count = occupied.list(node);
    const { bins, rows } = occupied;
    for (let position = 0; position < size; position++) {
      const bin = codes[position] as number;
      binWeight[bin] = (binWeight[bin] as number) + (nodeWeight[position] as number);
      binDeviation[bin] = (binDeviation[bin] as number) + (nodeDeviation[position] as number);
    }
    cutGain = -1;
    let weight = 0;
    let deviation = 0;
    let lefts = 0;
    let bin = bins[0] as number;
    for (let index = 1; index < count; index++) {
      weight += binWeight[bin] as number;
      deviation += binDeviation[bin] as number;
      lefts += rows[bin] as number;
      const next = bins[index] as number;
      const other = total - weight;
      if (lefts >= minLeafRows && size - lefts >= minLeafRows) {
        const gain = other > 0 ? deviation * deviation * (1 / (weight + shrinkage) + 1 / (other + shrinkage)) : 0;
        if (gain > cutGain) {
          cutGain = gain;
          cut = cutBetween(bin, next);
        }
      }
      bin = next;
    }
    for (let index = 0; index < count; index++) {
      binWeight[bins[index] as number] = 0;
      binDeviation[bins[index] as number] = 0;
    }
    occupied.clear();
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
    addLeaf,
  };
}
