/** Fits the model of edges on the chunks that unseen requests would be cut into. */
import {
  type BoostedTrees,
  type BoundaryModels,
  countEstimator,
  edgeContext,
  edgeFeatureNames,
  edgeFeatures,
  likeliestBoundaries,
  readChunks,
} from '@ratchet/core';
import { alignSteps } from '../align-steps.ts';
import type { DecompositionRow } from '../decomposition-rows.ts';
import type { ReadRow } from './fit-boundaries.ts';
import { columnsOf, type TreeOptions, trainTrees } from './train-trees.ts';

const edgeOptions: TreeOptions = { trees: 60, depth: 3, rate: 0.1, ridge: 3, leastWeight: 12, leastGain: 0.5, rowShare: 1, columnShare: 1, seed: 'edge' };
/** What a pair weighs of which one is no step that is known. */
const unalignedWeight = 0.3;

/** Rows with known edges, of requests that name no code: there, names decide. */
export function fitEdgeTrees(rows: readonly ReadRow[], cutsOf: (row: ReadRow) => readonly number[], weightOf: (row: DecompositionRow) => number): BoostedTrees {
  const table = columnsOf(edgeFeatureNames);
  const target: number[] = [];
  const weight: number[] = [];
  const vector = new Float64Array(edgeFeatureNames.length);
  for (const one of rows) {
    const { row, reading } = one;
    if (row.parts.kind === 'several' || reading.namesCode) continue;
    const chunks = readChunks(reading, cutsOf(one));
    const known = row.parts.kind === 'spans' ? row.parts.spans.map(([start, end]) => row.request.slice(start, end)) : row.parts.steps;
    const stepOf = alignSteps(
      chunks.map(({ start, end }) => row.request.slice(start, end)),
      known,
    );
    const edges = new Set(row.parts.edges.map(([from, to]) => `${from} ${to}`));
    const context = edgeContext(reading, chunks);
    for (let to = 1; to < chunks.length; to++) {
      for (let from = Math.max(0, to - 8); from < to; from++) {
        table.add(edgeFeatures(context, from, to, vector));
        const aligned = stepOf.has(from) && stepOf.has(to);
        target.push(Number(aligned && edges.has(`${stepOf.get(from)} ${stepOf.get(to)}`)));
        weight.push(weightOf(row) * (aligned ? 1 : unalignedWeight));
      }
    }
  }
  return trainTrees({ ...table.columns(), target: Float64Array.from(target), weight: Float64Array.from(weight) }, edgeOptions);
}

/** Cuts by probabilities of models that did not see the row. */
export function unseenCuts(models: BoundaryModels, probabilities: ReadonlyMap<ReadRow, readonly number[]>): (row: ReadRow) => readonly number[] {
  const count = countEstimator(models.count);
  return (row) => {
    const known = probabilities.get(row) as readonly number[];
    return likeliestBoundaries(known, count(row.reading, known));
  };
}
