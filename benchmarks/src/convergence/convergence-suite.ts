/** `pnpm bench convergence`: what rounds of refinement cost, and what they are worth. */
import { seededRandom } from '@ratchet/core';
import type { Suite } from '../suite/suite.ts';
import { convergenceTable, convergenceVerdicts } from './convergence-verdict.ts';
import { measureConvergence } from './measure-convergence.ts';
import { refinementScenario, refinementTasks } from './refinement-tasks.ts';

export const convergenceSuite: Suite = {
  name: 'convergence',
  title: 'Convergence of cycles',
  about: '"until it passes": tokens and quality of rounds that end when they converge',
  options: {
    scenario: { type: 'string' },
    repeats: { type: 'string' },
    'max-rounds': { type: 'string' },
    limit: { type: 'string' },
    models: { type: 'string' },
  },
  when: 'whole',
  run: async ({ quick, named, words, say }) => {
    const scenario = refinementScenario(words['scenario'] ?? 'code-gen');
    const found = refinementTasks(scenario);
    const order = seededRandom('limit');
    const limit = Number(words['limit'] ?? (quick ? 20 : named ? 1000 : 60));
    const tasks = [...found].sort((a, b) => order.uniform(a.task.id) - order.uniform(b.task.id)).slice(0, limit);
    say(`  ${found.length} of ${scenario.tasks.length} tasks of ${scenario.name} have a loop around a part when they ask for one; ${tasks.length} are run`);
    const plan = {
      tasks,
      models: (words['models'] ?? (quick ? 'mini' : named ? 'mini,haiku,llama-70b' : 'mini')).split(','),
      repeats: Number(words['repeats'] ?? (quick ? 1 : named ? 6 : 2)),
      maxRounds: Number(words['max-rounds'] ?? 6),
    };
    const verdicts = convergenceVerdicts(await measureConvergence(scenario, plan));
    const what = `${tasks.length} tasks of ${scenario.name}, models ${plan.models.join(', ')}, ${plan.repeats} repeats, at most ${plan.maxRounds} rounds. Simulated answers. Differences in points, 95% intervals paired and clustered by task.`;
    return { markdown: `${what}\n\n${convergenceTable(verdicts)}`, figures: { ...plan, tasks: tasks.map(({ task }) => task.id), verdicts } };
  },
};
