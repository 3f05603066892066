/** `pnpm bench:decomposition`: scores the analyzer on requests whose parts are known, with one configuration for all sets. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { analyze, seededRandom, systemClock } from '@ratchet/core';
import { type DecompositionRow, ownRows, recordedRows, scenarioRows, scenarioSets } from './decomposition-rows.ts';
import { measureSpeed, speedTable } from './measure-speed.ts';
import { scoreSets, scoreTable } from './score-rows.ts';

/** pnpm changes to the project's root and says in INIT_CWD where the person was. */
const fromHere = (path: string): string => resolve(process.env['INIT_CWD'] ?? process.cwd(), path);
const resultsRoot =
  process.env['RATCHET_RESULTS'] === undefined ? fileURLToPath(new URL('../../../results', import.meta.url)) : fromHere(process.env['RATCHET_RESULTS']);

const { values } = parseArgs({ options: { data: { type: 'string' }, json: { type: 'boolean', default: false } } });
const rows: readonly DecompositionRow[] = [
  ...(values.data === undefined ? [] : recordedRows(fromHere(values.data))),
  ...ownRows(),
  ...scenarioSets.flatMap(scenarioRows),
];
const scores = scoreSets(
  rows.map((row) => {
    const { chunks, edges } = analyze({ id: row.id, text: row.request });
    return { row, found: { chunks: chunks.map(({ text }) => text), edges } };
  }),
);
const speed = measureSpeed(
  rows.filter(({ parts }) => parts.kind !== 'spans').map(({ request }) => request),
  { clock: systemClock(), random: seededRandom('speed of decomposition') },
);

const folder = join(resultsRoot, 'bench');
mkdirSync(folder, { recursive: true });
writeFileSync(
  join(folder, 'decomposition.md'),
  `# Decomposition\n\nPercentages. The models that come with the analyzer were trained on sets of these names: docs/analysis.md has the figures on requests that they did not see.\n\n${scoreTable(scores)}\n\n${speedTable(speed)}\n`,
);
writeFileSync(join(folder, 'decomposition.json'), `${JSON.stringify({ scores, speed }, null, 2)}\n`);
process.stdout.write(values.json ? `[\n${scores.map((score) => JSON.stringify(score)).join(',\n')}\n]\n` : `${scoreTable(scores)}\n\n${speedTable(speed)}\n`);
