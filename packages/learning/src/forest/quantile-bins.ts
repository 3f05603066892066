/**
 * Bins of about equally many values for each feature, fitted once before any tree is grown, so that a split is a choice
 * among at most 256 codes of one byte (histograms as in LightGBM, Ke et al. 2017).
 *
 * A code depends on the order of a feature's values alone, so trees do not change when a feature is transformed
 * monotonically. NaN has a bin of its own, above every number's, where the fitted values have any; where they have none,
 * a NaN counts as the largest value.
 */
import type { FeatureMatrix } from './feature-matrix.ts';

export interface QuantileBins {
  readonly features: number;
  /** Ascending within a feature; the code of x is the number of the feature's edges below x. Edge +infinity has NaN alone above it. */
  readonly edges: Float64Array;
  /** Where each feature's edges begin in `edges`, and at the end their number: features + 1. */
  readonly offsets: Int32Array;
}

/** `maxBins` from 2 to 256. A feature with at most so many different values gets a bin for each, with edges halfway between them. */
export function fitBins({ rows, columns, values }: FeatureMatrix, maxBins: number): QuantileBins {
  const offsets = new Int32Array(columns + 1);
  const all: number[] = [];
  const column = new Float64Array(rows);
  for (let feature = 0; feature < columns; feature++) {
    for (let row = 0; row < rows; row++) column[row] = values[row * columns + feature] as number;
    // NaN comes last.
    appendEdges(column.sort(), maxBins, all);
    offsets[feature + 1] = all.length;
  }
  return { features: columns, edges: Float64Array.from(all), offsets };
}

function appendEdges(sorted: Float64Array, maxBins: number, edges: number[]): void {
  let numbers = sorted.length;
  while (numbers > 0 && Number.isNaN(sorted[numbers - 1])) numbers--;
  const missing = numbers < sorted.length;
  let distinct = numbers > 0 ? 1 : 0;
  for (let index = 1; index < numbers; index++) if (sorted[index] !== sorted[index - 1]) distinct++;
  const bins = missing ? maxBins - 1 : maxBins;
  if (distinct <= bins) {
    for (let index = 1; index < numbers; index++) if (sorted[index] !== sorted[index - 1]) edges.push(halfway(sorted, index));
  } else {
    // Each edge leaves to the bins above it an equal share of what is left, so that one frequent value does not empty its neighbours.
    let from = 0;
    for (let bin = 0; bin < bins - 1 && from < numbers; bin++) {
      let index = Math.max(from + 1, from + Math.round((numbers - from) / (bins - bin)));
      while (index < numbers && sorted[index] === sorted[index - 1]) index++;
      if (index >= numbers) break;
      edges.push(halfway(sorted, index));
      from = index;
    }
  }
  if (missing && numbers > 0) edges.push(Number.POSITIVE_INFINITY);
}

/** Between a value and the next larger one; the smaller one where there is no number between, or no finite middle. */
function halfway(sorted: Float64Array, index: number): number {
  const below = sorted[index - 1] as number;
  const above = sorted[index] as number;
  const middle = below / 2 + above / 2;
  return middle >= below && middle < above ? middle : below;
}

/** The codes of all rows, row by row: rows x features. */
export function binRows({ features, edges, offsets }: QuantileBins, { rows, values }: FeatureMatrix): Uint8Array {
  const codes = new Uint8Array(rows * features);
  for (let feature = 0; feature < features; feature++) {
    const from = offsets[feature] as number;
    const to = offsets[feature + 1] as number;
    for (let at = feature; at < codes.length; at += features) codes[at] = codeOf(values[at] as number, edges, from, to);
  }
  return codes;
}

/** Writes the codes of one row. */
export function binRow({ features, edges, offsets }: QuantileBins, row: ArrayLike<number>, codes: Uint8Array): void {
  let from = 0;
  for (let feature = 0; feature < features; feature++) {
    const to = offsets[feature + 1] as number;
    codes[feature] = codeOf(row[feature] as number, edges, from, to);
    from = to;
  }
}

/** How many of the edges lie below the value, by halving; all of them for NaN. */
function codeOf(value: number, edges: Float64Array, from: number, to: number): number {
  let low = from;
  let length = to - from;
  if (length === 0) return 0;
  // Without a branch, since none would be foreseen (Khuong and Morin 2017), and written so that NaN goes up.
  while (length > 1) {
    const half = length >>> 1;
    low += Number(!(value <= (edges[low + half - 1] as number))) * half;
    length -= half;
  }
  return low + Number(!(value <= (edges[low] as number))) - from;
}
