/** Times what a decision takes: the features of a request, its place among those known, and the choice of an arm. */
import { type Analysis, armId, type Policy } from '@ratchet/core';
import { eliminationPropensities, type LearningTask, learnedLearner, learnedSettings, modelsOfState, randomPolicy, requestEntry } from '@ratchet/learning';
import { Bench } from 'tinybench';
import { armsOf, eventsOf, requestsOf } from './served-world.ts';
import type { SpeedGoal } from './speed-goal.ts';

const known = 400;
const timeMs = 1500;

export async function featureSpeed(): Promise<readonly SpeedGoal[]> {
  const requests = requestsOf(200, 'features');
  // Entries are kept for each analysis: a copy has none yet.
  const { p50, p99 } = await timed((index) => requestEntry({ ...(requests[index % requests.length] as Analysis) }));
  return [
    { what: 'features of a 100-word request, p50', unit: 'us', measured: p50, most: 1000 },
    { what: 'features of a 100-word request, p99', unit: 'us', measured: p99, most: null },
  ];
}

/** What a machine makes of a plain loop: its p99 tells how busy it is with other work. */
export async function plainLoopSpeed(): Promise<readonly SpeedGoal[]> {
  const values = Float64Array.from({ length: 25_600 }, (_, index) => Math.sin(index));
  let most = 0;
  const { p50, p99 } = await timed((index) => {
    for (let at = 0; at < values.length; at++) {
      const own = index + 0.1 * (values[at] as number);
      if (own > most) most = own;
    }
    return most;
  });
  return [
    { what: 'for comparison: a plain loop of 25,600 multiply-adds, p50', unit: 'us', measured: p50, most: null },
    { what: 'for comparison: a plain loop of 25,600 multiply-adds, p99', unit: 'us', measured: p99, most: null },
  ];
}

/** After learning from 2,000 outcomes on 400 requests, all members. */
export async function decisionSpeed(armCount: number): Promise<readonly SpeedGoal[]> {
  const arms = armsOf(armCount);
  const initialPolicy: Policy = randomPolicy(arms);
  const task: LearningTask = { arms, objective: { kind: 'weighted' }, prices: { cost: 0.05, latency: 0.02, belowFloor: 1, margin: 0.02 }, initialPolicy };
  const learner = learnedLearner(task);
  const state = learner.learn(learner.initial(), eventsOf(2000, 'served', { requests: requestsOf(known, 'known'), arms }));
  const models = modelsOfState(state, { task, settings: learnedSettings, ids: arms.map(armId) });
  const entries = requestsOf(64, 'asked').map(requestEntry);
  const views = entries.map((entry) => models.view(entry));
  const elimination = { pricesOfQuality: [models.tradeOff.priceOfQuality], known: new Float64Array(armCount), references: null, epsilon: 0.05 };
  // Views are kept for each entry: a copy has none yet.
  const view = await timed((index) => models.view({ ...(entries[index % entries.length] as (typeof entries)[number]) }));
  const decision = await timed((index) => {
    const forecast = models.forecast(views[index % views.length] as (typeof views)[number]);
    return eliminationPropensities({ ...forecast, allowed: arms.map(() => true) }, elimination);
  });
  const name = `decision among ${armCount} arms`;
  return [
    { what: `a request's view (${known} known), p50`, unit: 'us', measured: view.p50, most: null },
    { what: `${name}, p50`, unit: 'us', measured: decision.p50, most: armCount <= 100 ? 50 : null },
    { what: `${name}, p99`, unit: 'us', measured: decision.p99, most: armCount <= 100 ? 250 : null },
  ];
}

/** In microseconds. */
async function timed(run: (index: number) => unknown): Promise<{ readonly p50: number; readonly p99: number }> {
  const bench = new Bench({ time: timeMs, warmupTime: 500 });
  let index = 0;
  bench.add('task', () => {
    run(index++);
  });
  const [task] = await bench.run();
  if (task?.result.state !== 'completed') throw new Error(`the measurement ended as ${task?.result.state}`);
  return { p50: 1000 * task.result.latency.p50, p99: 1000 * task.result.latency.p99 };
}
