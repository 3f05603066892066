/** Splits that reduce the squared error of several outputs most, over the observations that are there. */
import { sumColumns, tableWidth } from './column-sums.ts';
import type { Criterion, NodeCodes } from './criterion.ts';
import type { MomentStore } from './leaf-moments.ts';
import { cutBetween, occupiedBins } from './occupied-bins.ts';
import type { OutputTargets } from './output-targets.ts';

/** A side that has less than this part of an output's weight in the node has none: the rest is what rounding left of a difference. */
const negligible = 1e-12;

/** The gain is that of `meanCriterion`, summed over the outputs that the node has observations of. */
export function sparseCriterion(targets: OutputTargets, leaves: MomentStore, shrinkage: number): Criterion {
  const { outputs, offsets, output: outputOf, value, weight: weightOf } = targets;
  const rowCount = offsets.length - 1;
  const counts = new Int32Array(rowCount);
  const total = new Float64Array(outputs);
  const mean = new Float64Array(outputs);
  // The outputs that the open node has observations of; observations go by their place in this list.
  const active = new Int32Array(outputs);
  const slotOf = new Int32Array(outputs);
  const slotWeight = new Float64Array(outputs);
  let activeCount = 0;
  const nodeOffset = new Int32Array(rowCount + 1);
  const nodeSlot = new Int32Array(value.length);
  const nodeWeight = new Float64Array(value.length);
  const nodeDeviation = new Float64Array(value.length);
  const sideWeight = new Float64Array(outputs);
  const sideDeviation = new Float64Array(outputs);
  const occupied = occupiedBins();
  const binWeight = new Float64Array(256 * outputs);
  const binDeviation = new Float64Array(256 * outputs);
  // Summing all columns of a table, zeros too, beats following short lists of varying length while there are few outputs.
  const widest = Math.min(2 * outputs, 60);
  const sums = new Float64Array(tableWidth(widest));
  const node = { table: new Float64Array(rowCount * tableWidth(widest)), width: 0, sums };
  let asTable = false;
  let cut = 0;
  let cutGain = -1;

  const takeMeans = (rows: Int32Array, start: number, end: number): void => {
    for (let index = 0; index < activeCount; index++) {
      total[active[index] as number] = 0;
      mean[active[index] as number] = 0;
    }
    activeCount = 0;
    for (let index = start; index < end; index++) {
      const row = rows[index] as number;
      const count = counts[row] as number;
      const last = offsets[row + 1] as number;
      for (let at = offsets[row] as number; at < last; at++) {
        const output = outputOf[at] as number;
        const weight = (weightOf[at] as number) * count;
        if (weight === 0) continue;
        if (total[output] === 0) active[activeCount++] = output;
        total[output] = (total[output] as number) + weight;
        mean[output] = (mean[output] as number) + weight * (value[at] as number);
      }
    }
    for (let index = 0; index < activeCount; index++) {
      const output = active[index] as number;
      mean[output] = (mean[output] as number) / (total[output] as number);
      slotOf[output] = index;
      slotWeight[index] = total[output] as number;
    }
  };

  /** A row for each row of the node: its weights by slot, then its weighted deviations by slot, zero where it has no observation. */
  const fillTable = (size: number): void => {
    const width = tableWidth(2 * activeCount);
    const { table } = node;
    node.width = width;
    table.fill(0, 0, size * width);
    for (let position = 0; position < size; position++) {
      const last = nodeOffset[position + 1] as number;
      for (let at = nodeOffset[position] as number; at < last; at++) {
        const to = position * width + (nodeSlot[at] as number);
        table[to] = (table[to] as number) + (nodeWeight[at] as number);
        table[to + activeCount] = (table[to + activeCount] as number) + (nodeDeviation[at] as number);
      }
    }
  };

  const open = (rows: Int32Array, start: number, end: number): boolean => {
    takeMeans(rows, start, end);
    let varied = false;
    let to = 0;
    for (let index = start, position = 0; index < end; index++, position++) {
      const row = rows[index] as number;
      const count = counts[row] as number;
      const last = offsets[row + 1] as number;
      nodeOffset[position] = to;
      for (let at = offsets[row] as number; at < last; at++) {
        const output = outputOf[at] as number;
        const weight = (weightOf[at] as number) * count;
        if (weight === 0) continue;
        const observed = value[at] as number;
        const slot = slotOf[output] as number;
        // Where all values of an output are alike, so is the first, which is kept until the end.
        if (sideWeight[slot] === 0) {
          sideWeight[slot] = 1;
          sideDeviation[slot] = observed;
        } else if (observed !== sideDeviation[slot]) varied = true;
        nodeSlot[to] = slot;
        nodeWeight[to] = weight;
        const deviation = observed - (mean[output] as number);
        nodeDeviation[to++] = weight * deviation;
      }
    }
    nodeOffset[end - start] = to;
    for (let slot = 0; slot < activeCount; slot++) {
      sideWeight[slot] = 0;
      sideDeviation[slot] = 0;
    }
    asTable = 2 * activeCount <= Math.min(widest, 18 + 7 * (to / (end - start)));
    if (asTable && varied) fillTable(end - start);
    return varied;
  };

  const gainOfSlot = (slot: number, weight: number, deviation: number): number => {
    const whole = slotWeight[slot] as number;
    const other = whole - weight;
    if (weight <= negligible * whole || other <= negligible * whole) return 0;
    return (deviation * deviation * (whole + 2 * shrinkage)) / ((weight + shrinkage) * (other + shrinkage));
  };

  const gainOfRows = (positions: Int32Array, count: number): number => {
    let gain = 0;
    if (asTable) {
      sumColumns(node, positions, count);
      for (let slot = 0; slot < activeCount; slot++) gain += gainOfSlot(slot, sums[slot] as number, sums[activeCount + slot] as number);
      return gain;
    }
    for (let index = 0; index < count; index++) {
      const position = positions[index] as number;
      const last = nodeOffset[position + 1] as number;
      for (let at = nodeOffset[position] as number; at < last; at++) {
        const slot = nodeSlot[at] as number;
        sideWeight[slot] = (sideWeight[slot] as number) + (nodeWeight[at] as number);
        sideDeviation[slot] = (sideDeviation[slot] as number) + (nodeDeviation[at] as number);
      }
    }
    for (let slot = 0; slot < activeCount; slot++) {
      gain += gainOfSlot(slot, sideWeight[slot] as number, sideDeviation[slot] as number);
      sideWeight[slot] = 0;
      sideDeviation[slot] = 0;
    }
    return gain;
  };

  const fillBins = (codes: Uint8Array, size: number): void => {
    for (let position = 0; position < size; position++) {
      const base = (codes[position] as number) * activeCount;
      const last = nodeOffset[position + 1] as number;
      for (let at = nodeOffset[position] as number; at < last; at++) {
        const to = base + (nodeSlot[at] as number);
        binWeight[to] = (binWeight[to] as number) + (nodeWeight[at] as number);
        binDeviation[to] = (binDeviation[to] as number) + (nodeDeviation[at] as number);
      }
    }
  };

  const findCut = (seen: NodeCodes, minLeafRows: number): void => {
    const { codes, size } = seen;
    const count = occupied.list(seen);
    const { bins, rows } = occupied;
    fillBins(codes, size);
    let best = -1;
    let bestCut = 0;
    let lefts = 0;
    for (let index = 0; index < count; index++) {
      const bin = bins[index] as number;
      const base = bin * activeCount;
      let gain = 0;
      for (let slot = 0; slot < activeCount; slot++) {
        const weight = (sideWeight[slot] as number) + (binWeight[base + slot] as number);
        const deviation = (sideDeviation[slot] as number) + (binDeviation[base + slot] as number);
        sideWeight[slot] = weight;
        sideDeviation[slot] = deviation;
        gain += gainOfSlot(slot, weight, deviation);
        binWeight[base + slot] = 0;
        binDeviation[base + slot] = 0;
      }
      lefts += rows[bin] as number;
      rows[bin] = 0;
      if (index + 1 === count || lefts < minLeafRows || size - lefts < minLeafRows) continue;
      if (gain > best) {
        best = gain;
        bestCut = cutBetween(bin, bins[index + 1] as number);
      }
    }
    cut = bestCut;
    cutGain = best;
    for (let slot = 0; slot < activeCount; slot++) {
      sideWeight[slot] = 0;
      sideDeviation[slot] = 0;
    }
  };

  const addLeaf = (rows: Int32Array, start: number, end: number): number => {
    const base = leaves.append();
    takeMeans(rows, start, end);
    const deviation = leaves.deviation.values;
    for (let index = start; index < end; index++) {
      const row = rows[index] as number;
      const last = offsets[row + 1] as number;
      for (let at = offsets[row] as number; at < last; at++) {
        const to = base + (outputOf[at] as number);
        const difference = (value[at] as number) - (mean[outputOf[at] as number] as number);
        deviation[to] = (deviation[to] as number) + (weightOf[at] as number) * (counts[row] as number) * difference * difference;
      }
    }
    for (let index = 0; index < activeCount; index++) {
      const output = active[index] as number;
      leaves.weight.values[base + output] = total[output] as number;
      leaves.sum.values[base + output] = (mean[output] as number) * (total[output] as number);
    }
    return base / outputs;
  };

  return {
    begin: (drawn) => counts.set(drawn),
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
