/** `pnpm bench:convergence [--scenario NAME] [--repeats N] [--max-rounds N] [--limit N] [--models a,b] [--json]`: what rounds cost, and what they are worth. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { seededRandom } from '@ratchet/core';
import { convergenceTable, convergenceVerdicts } from './convergence-verdict.ts';
import { measureConvergence } from './measure-convergence.ts';
import { refinementScenario, refinementTasks } from './refinement-tasks.ts';

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'code-gen' },
    repeats: { type: 'string', default: '6' },
    'max-rounds': { type: 'string', default: '6' },
    limit: { type: 'string', default: '1000' },
    models: { type: 'string', default: 'mini,haiku,llama-70b' },
    json: { type: 'boolean', default: false },
  },
});
const scenario = refinementScenario(values.scenario);
const found = refinementTasks(scenario);
const order = seededRandom('limit');
const tasks = [...found].sort((a, b) => order.uniform(a.task.id) - order.uniform(b.task.id)).slice(0, Number(values.limit));
process.stderr.write(
  `${found.length} of ${scenario.tasks.length} tasks of ${scenario.name} have a loop around a part when they ask for one; ${tasks.length} are run\n`,
);
const plan = { tasks, models: values.models.split(','), repeats: Number(values.repeats), maxRounds: Number(values['max-rounds']) };
const verdicts = convergenceVerdicts(await measureConvergence(scenario, plan));
const table = convergenceTable(verdicts);

/** pnpm changes to the project's root and says in INIT_CWD where the person was. */
const fromHere = (path: string): string => resolve(process.env['INIT_CWD'] ?? process.cwd(), path);
const folder = join(
  process.env['RATCHET_RESULTS'] === undefined ? fileURLToPath(new URL('../../../results', import.meta.url)) : fromHere(process.env['RATCHET_RESULTS']),
  'bench',
);
mkdirSync(folder, { recursive: true });
const what = `${tasks.length} tasks of ${scenario.name}, models ${plan.models.join(', ')}, ${plan.repeats} repeats, at most ${plan.maxRounds} rounds. Simulated answers. Differences in points, 95% intervals paired and clustered by task.`;
writeFileSync(join(folder, 'convergence.md'), `# Convergence of cycles\n\n${what}\n\n${table}\n`);
writeFileSync(join(folder, 'convergence.json'), `${JSON.stringify({ ...plan, tasks: tasks.map(({ task }) => task.id), verdicts }, null, 2)}\n`);
process.stdout.write(values.json ? `${JSON.stringify(verdicts, null, 2)}\n` : `${what}\n\n${table}\n`);
