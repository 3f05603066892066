/** A small world whose expected outcomes are known, to measure what a learner loses against the best arm. */
import { type Analysis, type Arm, armId, type Policy, type Random, seededRandom } from '@ratchet/core';
import type { Learner } from '../src/learner.ts';
import { outcomeUtility, type UtilityPrices, type UtilityScale } from '../src/objective.ts';
import type { LearningEvent, Outcome } from '../src/outcome.ts';

export interface Expected {
  readonly quality: number;
  readonly costUsd: number;
  readonly latencyMs: number;
}

export interface SyntheticWorld {
  readonly arms: readonly Arm[];
  readonly prices: UtilityPrices;
  /** What utilities are measured by; the learner finds its own. */
  readonly scale: UtilityScale;
  request(random: Random, id: string): Analysis;
  expected(arm: Arm, analysis: Analysis): Expected;
}

/** One request answered by an arm: quality 0 or 1, cost and latency off by about a fifth. */
function outcomeOf({ quality, costUsd, latencyMs }: Expected, random: Random): Outcome {
  return {
    quality: random.uniform('quality') < quality ? 1 : 0,
    costUsd: costUsd * Math.exp(0.2 * random.normal('cost')),
    latencyMs: latencyMs * Math.exp(0.2 * random.normal('latency')),
  };
}

/** Expected utility that a decision loses against the best arm for the request. */
function regretOf(world: SyntheticWorld, analysis: Analysis, chosen: Arm): number {
  const utility = (arm: Arm) => outcomeUtility(world.expected(arm, analysis), world.prices, world.scale) as number;
  return Math.max(...world.arms.map(utility)) - utility(chosen);
}

export interface Generation {
  readonly events: readonly LearningEvent[];
  readonly meanRegret: number;
  readonly meanQuality: number;
  readonly meanCostUsd: number;
}

/** One generation of decisions by a policy; means are of expected outcomes. */
export function playGeneration(
  world: SyntheticWorld,
  policy: Policy,
  { seed, generation, decisions }: { readonly seed: number; readonly generation: number; readonly decisions: number },
): Generation {
  const played = Array.from({ length: decisions }, (_, index) => {
    const id = `${seed}/${generation}/${index}`;
    const random = seededRandom('world', id);
    const analysis = world.request(random.child('request'), id);
    const { arm, propensity } = policy.decide(analysis, random.child('decision'));
    const expected = world.expected(arm, analysis);
    return {
      event: { id, analysis, arm, propensity, outcome: outcomeOf(expected, random.child('outcome', armId(arm))) },
      expected,
      regret: regretOf(world, analysis, arm),
    };
  });
  const mean = (of: (one: (typeof played)[number]) => number) => played.reduce((sum, one) => sum + of(one), 0) / decisions;
  return {
    events: played.map(({ event }) => event),
    meanRegret: mean(({ regret }) => regret),
    meanQuality: mean(({ expected }) => expected.quality),
    meanCostUsd: mean(({ expected }) => expected.costUsd),
  };
}

export interface Run<State> {
  readonly state: State;
  readonly generations: readonly Generation[];
}

/** Generations of exploring and learning from it. */
export function learnInWorld<State>(
  world: SyntheticWorld,
  learner: Learner<State>,
  { seed, generations, decisions }: { readonly seed: number; readonly generations: number; readonly decisions: number },
): Run<State> {
  let state = learner.initial();
  const played: Generation[] = [];
  for (let generation = 0; generation < generations; generation++) {
    const one = playGeneration(world, learner.policy(state, 'explore'), { seed, generation, decisions });
    played.push(one);
    state = learner.learn(state, one.events);
  }
  return { state, generations: played };
}
