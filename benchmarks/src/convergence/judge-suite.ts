/** `pnpm bench judge`: collaborations whose first model decides, and ones whose judge must hold to a preference in both orders. */
import { type Analysis, analyze, armId, type CollaborateArm, createOrchestrator, seededRandom, silentTracer } from '@ratchet/core';
import { createScorer, requestOf, type Scenario, type Scorer } from '@ratchet/harness';
import { fixedPolicy, pairedClusteredDifference } from '@ratchet/learning';
import { markdownTable } from '../suite/markdown-table.ts';
import type { Suite } from '../suite/suite.ts';
import { refinementScenario } from './refinement-tasks.ts';
import { simulatedTrials } from './simulated-world.ts';

interface JudgeRow {
  readonly arm: string;
  /** Trials in which the experts did not agree, so that somebody had to decide. */
  readonly trials: number;
  readonly decided: number;
  readonly judged: number;
  /** Judged in both orders less decided, in points, with a 95% interval clustered by task. */
  readonly points: number;
  readonly low: number;
  readonly high: number;
  readonly decidedUsd: number;
  readonly judgedUsd: number;
}

export const judgeSuite: Suite = {
  name: 'judge',
  title: 'Judges in both orders',
  about: 'debates decided by one model, or by a judge who holds to it in both orders',
  options: { scenario: { type: 'string' }, repeats: { type: 'string' } },
  when: 'whole',
  run: async ({ quick, named, words, say }) => {
    const scenario = refinementScenario(words['scenario'] ?? 'code-gen');
    const repeats = Number(words['repeats'] ?? (named && !quick ? 3 : 1));
    const scorer = await createScorer(scenario);
    const arms = scenario.arms.filter((arm): arm is CollaborateArm => arm.strategy === 'collaborate');
    const rows: JudgeRow[] = [];
    try {
      for (const arm of quick ? arms.slice(0, 1) : arms) {
        say(`  ${armId(arm)}`);
        rows.push(await judgeArm(arm, { scenario, scorer, repeats }));
      }
    } finally {
      scorer.close();
    }
    return { markdown: judgeTable(rows), figures: { scenario: scenario.name, repeats, rows } };
  },
};

function judgeTable(rows: readonly JudgeRow[]): string {
  return markdownTable(
    ['arm', 'trials that are decided', 'quality: decided / judged in both orders', 'difference in points', 'cost: decided / judged'],
    rows.map(({ arm, trials, decided, judged, points, low, high, decidedUsd, judgedUsd }) => [
      arm,
      String(trials),
      `${decided.toFixed(3)} / ${judged.toFixed(3)}`,
      `${points.toFixed(1)} [${low.toFixed(1)}, ${high.toFixed(1)}]`,
      `$${decidedUsd.toFixed(4)} / $${judgedUsd.toFixed(4)}`,
    ]),
  );
}

async function judgeArm(
  arm: CollaborateArm,
  { scenario, scorer, repeats }: { readonly scenario: Scenario; readonly scorer: Scorer; readonly repeats: number },
): Promise<JudgeRow> {
  const open = simulatedTrials(scenario);
  const analyses = new Map<string, Analysis>(scenario.tasks.map((task) => [task.id, analyze(requestOf(task))]));
  const pairs: { cluster: string; baseline: number; candidate: number; costUsd: number; judgedUsd: number }[] = [];
  for (const task of scenario.tasks) {
    for (let repeat = 0; repeat < repeats; repeat++) {
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
  return {
    arm: armId(arm),
    trials: pairs.length,
    decided: mean((pair) => pair.baseline),
    judged: mean((pair) => pair.candidate),
    points: 100 * delta,
    low: 100 * low,
    high: 100 * high,
    decidedUsd: mean((pair) => pair.costUsd),
    judgedUsd: mean((pair) => pair.judgedUsd),
  };
}
