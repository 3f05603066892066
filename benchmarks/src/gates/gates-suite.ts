/** `pnpm bench gates`: plants losses of speed and quality in copies of this checkout, and counts how often the gates see them, and see them where there are none. */
import { markdownTable } from '../suite/markdown-table.ts';
import type { Suite } from '../suite/suite.ts';
import { inTemporaryFolder } from '../suite/temporary-folder.ts';
import { type QualityFindings, qualityFindings } from './quality-findings.ts';
import { type SpeedFindings, speedFindings } from './speed-findings.ts';

export const gatesSuite: Suite = {
  name: 'gates',
  title: 'What the gates catch',
  about: 'planted losses of speed and quality, and false alarms; about 40 minutes',
  options: { repeats: { type: 'string' }, alarms: { type: 'string' }, part: { type: 'string' } },
  when: 'asked',
  run: ({ quick, words, say }) =>
    inTemporaryFolder(async (folder) => {
      const repeats = Number(words['repeats'] ?? (quick ? 2 : 10));
      const alarms = Number(words['alarms'] ?? (quick ? 2 : 20));
      const part = words['part'] ?? 'all';
      const speed = part === 'quality' ? null : await speedFindings({ folder, repeats, alarms, pairs: quick ? 3 : 6, say });
      const quality = part === 'speed' ? null : await qualityFindings({ folder, repeats, alarms, say });
      return { markdown: findingsTable(speed, quality), figures: { speed, quality } };
    }),
};

function findingsTable(speed: SpeedFindings | null, quality: QualityFindings | null): string {
  const points = (values: readonly number[]) =>
    values.length === 0
      ? '-'
      : `${(100 * (values.reduce((sum, value) => sum + value, 0) / values.length)).toFixed(2)} points (${values.map((value) => (100 * value).toFixed(1)).join(', ')})`;
  const percent = (values: readonly number[]) => values.map((ratio) => `${(100 * (ratio - 1)).toFixed(0)}%`).join(', ');
  return markdownTable(
    ['gate', 'planted', 'failed', 'of', 'what was measured'],
    [
      ...(speed === null
        ? []
        : [
            [
              '--compare',
              '`decide` 20% slower',
              String(speed.planted.filter(({ verdict }) => verdict === 'slower').length),
              String(speed.planted.length),
              percent(speed.planted.map(({ ratio }) => ratio)),
            ],
            [
              '--compare',
              'nothing',
              String(speed.unchanged.filter(({ verdict }) => verdict === 'slower').length),
              String(speed.unchanged.length),
              percent(speed.unchanged.map(({ ratio }) => ratio)),
            ],
          ]),
      ...(quality === null
        ? []
        : (
            [
              ['answers cut, the same luck', quality.plantedSameLuck],
              ['answers cut, other luck', quality.plantedOtherLuck],
              ['nothing, the same luck', quality.unchangedSameLuck],
              ['nothing, other luck', quality.unchangedOtherLuck],
            ] as const
          ).map(([planted, found]) => [
            'experiment gate',
            planted,
            String(found.filter(({ failed }) => failed).length),
            String(found.length),
            points(found.map(({ delta }) => delta)),
          ])),
    ],
  );
}
