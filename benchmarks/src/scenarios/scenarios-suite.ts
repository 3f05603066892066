/** `pnpm bench scenarios`: the shipped simulated scenarios with a shorter protocol, beside their reference runs. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Summary, summarySchema } from '@ratchet/harness';
import { markdownTable } from '../suite/markdown-table.ts';
import { projectRoot } from '../suite/project-root.ts';
import { runExperiment } from '../suite/run-ratchet.ts';
import type { Suite } from '../suite/suite.ts';
import { inTemporaryFolder } from '../suite/temporary-folder.ts';

const policies = 'heuristic,best-fixed,greedy,oracle,learned,original';

export const scenariosSuite: Suite = {
  name: 'scenarios',
  title: 'Simulated scenarios',
  about: 'quality, cost, latency and utility of every policy, held out',
  options: { seeds: { type: 'string' } },
  when: 'quick',
  run: ({ quick, words, say }) =>
    inTemporaryFolder(async (folder) => {
      const runs: Summary[] = [];
      for (const name of quick ? ['document-processing'] : ['code-gen', 'document-processing']) {
        say(`  ${name}`);
        runs.push(await runExperiment({ results: folder, words: [name, '--seeds', words['seeds'] ?? (quick ? '1' : '2'), '--policies', policies] }));
      }
      const rows = runs.flatMap((summary) => [...rowsOf(summary, 'now'), ...referenceRows(summary.experiment)]);
      const table = markdownTable(['scenario', 'run', 'policy', 'quality', 'cost a task', 'latency', 'utility'], rows);
      return {
        markdown: `Means over held-out tasks with 95% intervals; simulated answers. \`now\` has fewer seeds than \`reference\`, so the two differ by other splits too: \`pnpm experiment gate\` compares like with like.\n\n${table}`,
        figures: { runs: runs.map(({ experiment, seeds, policies: found }) => ({ experiment, seeds: seeds.length, policies: found })) },
      };
    }),
};

function rowsOf({ experiment, seeds, policies: found }: Summary, run: string): readonly (readonly string[])[] {
  return Object.entries(found).map(([policy, { heldout }]) => {
    const { quality, costUsd, latencyMs, utility } = heldout;
    const interval = (one: typeof quality) => (one === null ? '-' : `${one.mean.toFixed(3)} [${one.low.toFixed(3)}, ${one.high.toFixed(3)}]`);
    return [
      experiment,
      `${run}, ${seeds.length} seeds`,
      policy,
      interval(quality),
      costUsd === null ? '-' : `$${costUsd.mean.toPrecision(3)}`,
      latencyMs === null ? '-' : `${(latencyMs.mean / 1000).toPrecision(3)} s`,
      interval(utility),
    ];
  });
}

function referenceRows(experiment: string): readonly (readonly string[])[] {
  const file = join(projectRoot, 'results', experiment, 'reference', 'summary.json');
  return existsSync(file) ? rowsOf(summarySchema.parse(JSON.parse(readFileSync(file, 'utf8'))), 'reference') : [];
}
