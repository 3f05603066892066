/** Arms, and seeded events that they were chosen, with outcomes that depend on arm and request. */
import { type Analysis, type Arm, seededRandom } from '@ratchet/core';
import type { LearningTask } from '../../src/learner.ts';
import type { Objective } from '../../src/objective.ts';
import type { LearningEvent } from '../../src/outcome.ts';
import { randomPolicy } from '../../src/policies/random.ts';
import { collaborateBoth, directLarge, directMini, orchestrateMini } from '../arm-fixture.ts';
import { isCode, requestsOf } from './request-fixture.ts';

export const fourArms: readonly Arm[] = [directMini, directLarge, orchestrateMini, collaborateBoth];
export const weighted: Objective = { kind: 'weighted' };
export const prices = { cost: 0.05, latency: 0.02, belowFloor: 1, margin: 0.02 };
export const free = { ...prices, cost: 0, latency: 0 };

export function taskOf(given: Partial<LearningTask> = {}): LearningTask {
  return { arms: fourArms, objective: weighted, prices, initialPolicy: randomPolicy(given.arms ?? fourArms), ...given };
}

export interface EventPlan {
  readonly count: number;
  readonly requests: readonly Analysis[];
  readonly arms: readonly Arm[];
  readonly tenants?: readonly string[];
}

export const smallPlan: EventPlan = { count: 60, requests: requestsOf(30), arms: fourArms };

/** Random arms on random requests: large ones are good at code, orchestrating at prose; some outcomes are not known in part. */
export function eventsOf(seed: number, plan: Partial<EventPlan> = {}): readonly LearningEvent[] {
  const { count, requests, arms, tenants } = { ...smallPlan, ...plan };
  return Array.from({ length: count }, (_, index) => {
    const random = seededRandom('events', seed, index);
    const pick = <Item>(items: readonly Item[], what: string): Item => items[Math.floor(items.length * random.uniform(what))] as Item;
    const analysis = pick(requests, 'request');
    const arm = pick(arms, 'arm');
    const tenant = tenants === undefined ? undefined : pick(tenants, 'tenant');
    const good = isCode(analysis) === (arm.strategy === 'direct' && arm.model === 'large');
    return {
      id: `${seed}/${index}`,
      analysis,
      arm,
      propensity: 1 / arms.length,
      ...(tenant === undefined ? {} : { tenant }),
      outcome: {
        quality: random.uniform('judged') < 0.1 ? null : Math.min(1, Math.max(0, (good ? 0.85 : 0.5) + 0.2 * random.normal('quality'))),
        costUsd: random.uniform('costed') < 0.1 ? null : 0.002 * Math.exp(0.3 * random.normal('cost')) * (arm.strategy === 'direct' ? 1 : 3),
        latencyMs: random.uniform('timed') < 0.1 ? null : 2000 * Math.exp(0.3 * random.normal('latency')),
      },
    };
  });
}

/** Every arm on every request, in full information. */
export function fullTable(requests: readonly Analysis[], arms: readonly Arm[], qualityOf: (arm: Arm, analysis: Analysis) => number): readonly LearningEvent[] {
  return requests.flatMap((analysis) =>
    arms.map(
      (arm, index): LearningEvent => ({
        id: `${analysis.requestId} by ${index} of ${arm.strategy}`,
        analysis,
        arm,
        propensity: 1,
        feedback: 'full',
        outcome: { quality: qualityOf(arm, analysis), costUsd: 0.001 * (1 + index), latencyMs: 1000 },
      }),
    ),
  );
}

/** The same events in an order drawn by the seed. */
export function shuffled<Item>(items: readonly Item[], seed: number): readonly Item[] {
  const random = seededRandom('order', seed);
  return items
    .map((item, index) => ({ item, key: random.uniform(index) }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
