/** Trains the models of chunk boundaries, counts and edges, says how they do on requests they did not see, and writes them into core. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type BoostedTrees, type BoundaryModels, boundaryFinder, edgeFinder, readChunks, readRequest } from '@ratchet/core';
import { type DecompositionRow, ownRows, recordedRows, scenarioRows, scenarioSets } from '../decomposition-rows.ts';
import { type Decomposition, scoreSets, scoreTable } from '../score-rows.ts';
import { fitBoundaryTrees, fitCountTrees, type ReadRow, readRow, unseenProbabilities } from './fit-boundaries.ts';
import { fitEdgeTrees, unseenCuts } from './fit-edges.ts';
import { foldOf } from './folds.ts';

const modelFile = fileURLToPath(new URL('../../../../packages/core/src/analysis/decomposition-model.generated.json', import.meta.url));
const outerFolds = 5;
const innerFolds = 4;

/** So that small sets count beside large ones. */
const weights: Readonly<Record<string, number>> = {
  seal_tools: 3,
  toolbench: 3,
  toolalpaca: 3,
  ultratool: 1,
  'ratchet-requests': 4,
  'code-gen': 0.7,
  'document-processing': 1,
};
const weightOf = ({ set }: DecompositionRow): number => weights[set] ?? 0.7;

export interface DecompositionModel extends BoundaryModels {
  readonly edge: BoostedTrees;
}

function fitModel(rows: readonly ReadRow[]): DecompositionModel {
  const probabilities = unseenProbabilities(rows, innerFolds, weightOf);
  const models = { boundary: fitBoundaryTrees(rows, weightOf), count: fitCountTrees(rows, probabilities, weightOf) };
  return { ...models, edge: fitEdgeTrees(rows, unseenCuts(models, probabilities), weightOf) };
}

function decompose(model: DecompositionModel): (row: ReadRow) => Decomposition {
  const boundaries = boundaryFinder(model);
  const edges = edgeFinder(model.edge);
  return ({ reading, row }) => {
    const spans = readChunks(reading, boundaries(reading));
    return {
      chunks: spans.map(({ start, end }) => row.request.slice(start, end)),
      edges: edges(reading, spans),
    };
  };
}

const { values } = parseArgs({
  options: { data: { type: 'string' }, 'only-score': { type: 'boolean', default: false }, 'only-write': { type: 'boolean', default: false } },
});
if (values.data === undefined) throw new Error('say where the recorded sets are: --data DIR');
const rows = [...recordedRows(values.data), ...ownRows(), ...scenarioSets.flatMap(scenarioRows)].map((row) => readRow(row, readRequest(row.request)));

if (!values['only-write']) {
  const scored = Array.from({ length: outerFolds }, (_, fold) => {
    const found = decompose(fitModel(rows.filter(({ row }) => foldOf(row, outerFolds, 'outer') !== fold)));
    return rows.filter(({ row }) => foldOf(row, outerFolds, 'outer') === fold).map((row) => ({ row: row.row, found: found(row) }));
  }).flat();
  process.stdout.write(`Out of fold:\n\n${scoreTable(scoreSets(scored))}\n\n`);
}
if (!values['only-score']) {
  const model = fitModel(rows);
  writeFileSync(modelFile, `${JSON.stringify(model)}\n`);
  const found = decompose(model);
  process.stdout.write(`On what it was trained on:\n\n${scoreTable(scoreSets(rows.map((row) => ({ row: row.row, found: found(row) }))))}\n`);
}
