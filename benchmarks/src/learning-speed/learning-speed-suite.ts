/** `pnpm bench learning-speed`: the original plan's measure of learning, twenty generations, and how many tasks learning takes. */
import { join } from 'node:path';
import type { Summary } from '@ratchet/harness';
import { markdownTable } from '../suite/markdown-table.ts';
import { projectRoot } from '../suite/project-root.ts';
import { runExperiment } from '../suite/run-ratchet.ts';
import type { Suite } from '../suite/suite.ts';
import { inTemporaryFolder } from '../suite/temporary-folder.ts';
import { type LearningSpeed, learningSpeeds, shareOnHeldOut, sharesOfGain } from './sample-efficiency.ts';

const protocol = join(projectRoot, 'benchmarks/data/learning-speed.yaml');

export const learningSpeedSuite: Suite = {
  name: 'learning-speed',
  title: 'Learning speed',
  about: "cost reduction over 20 generations, and tasks until 50, 80 and 95% of the oracle's gain",
  options: { seeds: { type: 'string' } },
  when: 'quick',
  run: ({ quick, words }) =>
    inTemporaryFolder(async (folder) => {
      const seeds = words['seeds'] ?? (quick ? '1' : '3');
      const run = (name: string, ...more: readonly string[]) =>
        runExperiment({ results: join(folder, name), words: [protocol, ...(quick ? ['--limit', '90'] : []), ...more] });
      const summary = await run('all', '--seeds', seeds, ...(quick ? ['--policies', 'heuristic,best-fixed,oracle,learned,greedy,original'] : []));
      const speeds = learningSpeeds(summary);
      // The same run without generations: what is left is what generations took.
      const [twenty, none] = [
        await run('twenty', '--policies', 'learned', '--seeds', '1', '--threads', '1'),
        await run('none', '--policies', 'learned', '--generations', '0', '--seeds', '1', '--threads', '1'),
      ];
      const generationMs = Math.max(0, twenty.durationMs - none.durationMs) / (twenty.generations * twenty.seeds.length);
      const bestFixed = shareOnHeldOut(summary, 'best-fixed');
      return { markdown: reportOf({ summary, speeds, generationMs, bestFixed }), figures: { seeds: summary.seeds.length, generationMs, bestFixed, speeds } };
    }),
};

function reportOf({
  summary,
  speeds,
  generationMs,
  bestFixed,
}: {
  readonly summary: Summary;
  readonly speeds: readonly LearningSpeed[];
  readonly generationMs: number;
  readonly bestFixed: number | null;
}): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
  const table = markdownTable(
    [
      'policy',
      'cost a task, first five',
      'last five',
      'learning rate (cost reduction)',
      "share of the oracle's gain, last five",
      'held out, serving',
      ...sharesOfGain.map((share) => `tasks until ${100 * share}%`),
    ],
    speeds.map(({ policy, earlyUsd, lateUsd, costReduction, shareAtEnd, shareHeldOut, tasksUntil }) => [
      policy,
      `$${earlyUsd.toPrecision(3)}`,
      `$${lateUsd.toPrecision(3)}`,
      percent(costReduction),
      percent(shareAtEnd),
      shareHeldOut === null ? '-' : percent(shareHeldOut),
      ...tasksUntil.map((tasks) => (tasks === null ? 'never' : String(tasks))),
    ]),
  );
  return [
    `${summary.scenario}, simulated answers, ${summary.generations} generations, ${summary.seeds.length} seeds. Training tasks, with what exploring costs: expected utility against generation 0 and the best arm of each task. "Tasks until" counts outcomes learned from before three generations in a row have the share on the mean.`,
    table,
    `For comparison, held out: \`best-fixed\`, which knows every arm's mean on the training tasks, has ${bestFixed === null ? 'an unknown share' : percent(bestFixed)} of the oracle's gain. A generation of \`learned\` (deciding, executing, scoring, learning) takes ${generationMs.toFixed(0)} ms.`,
  ].join('\n\n');
}
