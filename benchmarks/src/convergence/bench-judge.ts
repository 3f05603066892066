/** `pnpm bench:judge [--repeats N]`: collaborations whose first model decides, and ones whose judge must hold to a preference in both orders. */
import { parseArgs } from 'node:util';
import { type Analysis, analyze, armId, type CollaborateArm, createOrchestrator, seededRandom, silentTracer } from '@ratchet/core';
import { createScorer, requestOf } from '@ratchet/harness';
import { fixedPolicy, pairedClusteredDifference } from '@ratchet/learning';
import { refinementScenario } from './refinement-tasks.ts';
import { simulatedTrials } from './simulated-world.ts';

const { values } = parseArgs({ options: { scenario: { type: 'string', default: 'code-gen' }, repeats: { type: 'string', default: '3' } } });
const scenario = refinementScenario(values.scenario);
const open = simulatedTrials(scenario);
const scorer = await createScorer(scenario);
const analyses = new Map<string, Analysis>(scenario.tasks.map((task) => [task.id, analyze(requestOf(task))]));
const arms = scenario.arms.filter((arm): arm is CollaborateArm => arm.strategy === 'collaborate');

process.stdout.write(
  '| arm | trials that are decided | quality: decided / judged in both orders | difference in points | cost: decided / judged |\n| --- | --- | --- | --- | --- |\n',
);
for (const arm of arms) {
  const pairs: { cluster: string; baseline: number; candidate: number; costUsd: number; judgedUsd: number }[] = [];
  for (const task of scenario.tasks) {
    for (let repeat = 0; repeat < Number(values.repeats); repeat++) {
      const run = async (judgeOrders: number) => {
        const chosen: CollaborateArm = { ...arm, judgeOrders };
        const { models, clock } = open(seededRandom('judge', repeat, task.id));
        let decided = false;
        const { end, usage } = await createOrchestrator({
          policy: fixedPolicy(chosen),
          models,
          clock,
          tracer: silentTracer,
          analyze: () => analyses.get(task.id) as Analysis,
        }).handle(requestOf(task), seededRandom('judge'), {
          onProgress: ({ kind }) => {
            decided ||= kind === 'decision';
          },
        });
        const quality = end.kind === 'answered' ? ((await scorer.score(task, end.text, chosen))?.score ?? 0) : null;
        return { quality, decided, costUsd: usage.costUsd ?? 0 };
      };
      const [one, both] = [await run(1), await run(2)];
      // Where the experts agree, nobody is asked and nothing differs.
      if (!one.decided || one.quality === null || both.quality === null) continue;
      pairs.push({ cluster: task.id, baseline: one.quality, candidate: both.quality, costUsd: one.costUsd, judgedUsd: both.costUsd });
    }
  }
  const mean = (of: (pair: (typeof pairs)[number]) => number) => pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
  const { delta, low, high } = pairedClusteredDifference(pairs, { random: seededRandom('judge', armId(arm)).stream() });
  const points = [delta, low, high].map((value) => (100 * value).toFixed(1));
  process.stdout.write(
    `| ${armId(arm)} | ${pairs.length} | ${mean((pair) => pair.baseline).toFixed(3)} / ${mean((pair) => pair.candidate).toFixed(3)} | ${points[0]} [${points[1]}, ${points[2]}] | $${mean((pair) => pair.costUsd).toFixed(4)} / $${mean((pair) => pair.judgedUsd).toFixed(4)} |\n`,
  );
}
scorer.close();
