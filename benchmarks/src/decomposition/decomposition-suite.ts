/** `pnpm bench decomposition [--data DIR]`: scores the analyzer on requests whose parts are known, with one configuration for all sets. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { analyze, seededRandom, systemClock } from '@ratchet/core';
import type { Suite } from '../suite/suite.ts';
import { type DecompositionRow, ownRows, recordedRows, scenarioRows, scenarioSets } from './decomposition-rows.ts';
import { measureSpeed, speedTable } from './measure-speed.ts';
import { scoreSets, scoreTable } from './score-rows.ts';

const note =
  'Percentages. The models that come with the analyzer were trained on sets of these names: docs/analysis.md has the figures on requests that they did not see.';

export const decompositionSuite: Suite = {
  name: 'decomposition',
  title: 'Decomposition',
  about: 'requests and their steps; without --data a small set of our own',
  options: {},
  when: 'quick',
  run: async ({ data, quick, say }) => {
    if (data === undefined) say('  no --data DIR: sets of others are skipped');
    const recorded = data === undefined ? [] : recordedRows(existsSync(join(data, 'decomposition')) ? join(data, 'decomposition') : data);
    const rows: readonly DecompositionRow[] = [...recorded, ...ownRows(), ...scenarioSets.flatMap(scenarioRows)];
    const scores = scoreSets(
      rows.map((row) => {
        const { chunks, edges } = analyze({ id: row.id, text: row.request });
        return { row, found: { chunks: chunks.map(({ text }) => text), edges } };
      }),
    );
    if (quick) return { markdown: `${note}\n\n${scoreTable(scores)}`, figures: { scores } };
    const speed = measureSpeed(
      rows.filter(({ parts }) => parts.kind !== 'spans').map(({ request }) => request),
      { clock: systemClock(), random: seededRandom('speed of decomposition') },
    );
    return { markdown: `${note}\n\n${scoreTable(scores)}\n\n${speedTable(speed)}`, figures: { scores, speed } };
  },
};
