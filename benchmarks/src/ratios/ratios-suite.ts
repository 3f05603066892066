/** `pnpm bench ratios`: what CI holds to on every change, within seconds. */
import { markdownTable } from '../suite/markdown-table.ts';
import type { Suite } from '../suite/suite.ts';
import { type MeasuredRatio, measureRatio } from './measure-ratio.ts';
import { ratios } from './ratios.ts';

export const ratiosSuite: Suite = {
  name: 'ratios',
  title: 'Ratios within one run',
  about: 'growth with size, and against a plain loop and a peer; exit code 1 where one is surely too large',
  options: {},
  when: 'quick',
  run: async ({ quick, say }) => {
    const measured: MeasuredRatio[] = [];
    for (const ratio of ratios) {
      say(`  ${ratio.name}`);
      measured.push(await measureRatio(ratio, { roundMs: quick ? 15 : 60 }));
    }
    const table = markdownTable(
      ['ratio', 'measured', '95% interval', 'at most', 'holds'],
      measured.map(({ name, ratio: { median, low, high }, most, exceeded }) => [
        name,
        median.toPrecision(3),
        `${low.toPrecision(3)} to ${high.toPrecision(3)}`,
        String(most),
        exceeded ? 'NO' : 'yes',
      ]),
    );
    const failures = measured
      .filter(({ exceeded }) => exceeded)
      .map(({ name, ratio: { low }, most }) => `${name} is at least ${low.toPrecision(3)}, and may be ${most}`);
    return { markdown: `CPU time, both sides in turn. Sizes are ten times apart: in proportion is 10.\n\n${table}`, figures: { ratios: measured }, failures };
  },
};
