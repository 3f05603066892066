import { it } from 'vitest';
import { tinyPlan, traceOf, scriptedWorld } from './tiny-experiment.ts';
it('x', async () => {
  for (const c of [1, 16, 4]) { const t0 = performance.now(); const t = await traceOf(tinyPlan(), { concurrency: c, world: scriptedWorld() }); console.log(c, performance.now() - t0, t.run.trials.length, t.profiles.split('\n').length, JSON.stringify(t.run.promotions)); }
  const t0 = performance.now(); const t = await traceOf(tinyPlan({ policies: ['heuristic','random','best-fixed','greedy','oracle','learned','original'], seeds: 2 }), {  world: scriptedWorld() }); console.log(performance.now() - t0, t.run.trials.length, JSON.stringify(t.run.promotions));
});
