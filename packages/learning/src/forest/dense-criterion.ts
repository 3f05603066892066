/** Splits that reduce the squared error of several outputs most, where every row has all of them. */
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
  const nodeWeight = new Float64Array(rowCount);
  // Rows x outputs of the open node: weighted deviations from its means.
  const nodeDeviation = new Float64Array(rowCount * outputs);
  const occupied = occupiedBins();
  const binWeight = new Float64Array(256);
  const binDeviation = new Float64Array(256 * outputs);
  let total = 0;
  let cut = 0;
  let cutGain = -1;

  const takeMeans = (rows: Int32Array, start: number, end: number): void => {
    total = 0;
    mean.fill(0);
    for (let index = start; index < end; index++) {
      const row = rows[index] as number;
      const weight = sampled[row] as number;
      const base = row * outputs;
      total += weight;
      for (let output = 0; output < outputs; output++) mean[output] = (mean[output] as number) + weight * (values[base + output] as number);
    }
    for (let output = 0; output < outputs; output++) mean[output] = (mean[output] as number) / total;
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
    for (let index = start, position = 0, to = 0; index < end; index++, position++) {
      const row = rows[index] as number;
      const weight = sampled[row] as number;
      const base = row * outputs;
      nodeWeight[position] = weight;
      for (let output = 0; output < outputs; output++, to++) {
        nodeDeviation[to] = weight * ((values[base + output] as number) - (mean[output] as number));
      }
    }
    return true;
  };

  const gainOfRows = (positions: Int32Array, count: number): number => {
    let weight = 0;
    for (let index = 0; index < count; index++) weight += nodeWeight[positions[index] as number] as number;
    let squares = 0;
    let output = 0;
    // Four outputs at a time stay in registers over all rows.
    for (; output + 4 <= outputs; output += 4) {
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (let index = 0; index < count; index++) {
        const base = (positions[index] as number) * outputs + output;
        a += nodeDeviation[base] as number;
        b += nodeDeviation[base + 1] as number;
        c += nodeDeviation[base + 2] as number;
        d += nodeDeviation[base + 3] as number;
      }
      squares += a * a + b * b + (c * c + d * d);
    }
    for (; output < outputs; output++) {
      let a = 0;
      for (let index = 0; index < count; index++) a += nodeDeviation[(positions[index] as number) * outputs + output] as number;
      squares += a * a;
    }
    const other = total - weight;
    return other > 0 ? squares * (1 / (weight + shrinkage) + 1 / (other + shrinkage)) : 0;
  };

  const findCut = (node: NodeCodes, minLeafRows: number): void => {
    const { codes, size } = node;
    const count = occupied.list(node);
    const { bins, rows } = occupied;
    for (let position = 0, from = 0; position < size; position++) {
      const bin = codes[position] as number;
      binWeight[bin] = (binWeight[bin] as number) + (nodeWeight[position] as number);
      const base = bin * outputs;
      for (let output = 0; output < outputs; output++, from++) {
        binDeviation[base + output] = (binDeviation[base + output] as number) + (nodeDeviation[from] as number);
      }
    }
    cutGain = -1;
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
      if (index + 1 === count || lefts < minLeafRows || size - lefts < minLeafRows) continue;
      const other = total - weight;
      const gain = other > 0 ? squares * (1 / (weight + shrinkage) + 1 / (other + shrinkage)) : 0;
      if (gain > cutGain) {
        cutGain = gain;
        cut = cutBetween(bin, bins[index + 1] as number);
      }
    }
    occupied.clear();
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
    addLeaf,
  };
}
