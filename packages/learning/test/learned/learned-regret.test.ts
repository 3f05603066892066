/** Checks in small worlds with known answers that what is learned is worth something. */
import { type Arm, armId, type Random, seededRandom } from '@ratchet/core';
import { describe, expect, it } from 'vitest';
import { greedySettings, type LearnedSettings, learnedLearner, learnedSettings } from '../../src/learned/learned.ts';
import type { LearnedState } from '../../src/learned/learned-state.ts';
import { type Objective, objectiveSchema } from '../../src/objective.ts';
import { randomPolicy } from '../../src/policies/random.ts';
import { type AnalysisCounts, analysisWith } from '../analysis-fixture.ts';
import { directLarge, directMini, orchestrateLarge, orchestrateMini } from '../arm-fixture.ts';
import { learnInWorld, playGeneration, type SyntheticWorld } from '../synthetic-world.ts';
import { codeText, proseText } from './request-fixture.ts';

const seeds = [1, 2, 3];
const generations = 9;
const decisions = 60;
/** Requests come again and again, so that models are of few. */
const pool = 50;
const arms = [directMini, directLarge, orchestrateMini, orchestrateLarge];
const qualities = new Map(arms.map((arm, index) => [armId(arm), [0.5, 0.6, 0.9, 0.7][index] as number]));
/** The other members take most of the time, and little depends on them here. */
const quick: LearnedSettings = { ...learnedSettings, members: ['neighbours'] };

const price = (arm: Arm) => ({
  costUsd: (arm === directMini || arm === orchestrateMini ? 0.0005 : 0.003) * (arm.strategy === 'direct' ? 1 : 2),
  latencyMs: arm.strategy === 'direct' ? 2000 : 4000,
});

/** One arm is the best for every request. */
const oneBestArm: SyntheticWorld = {
  arms,
  prices: { cost: 0.05, latency: 0.02, belowFloor: 1, margin: 0.02 },
  scale: { quality: 0.7, costUsd: 0.002, latencyMs: 3000 },
  request: fromPool((random, text) => ({ text, chunks: 1 + Math.floor(4 * random.uniform('chunks')) })),
  expected: (arm) => ({ quality: qualities.get(armId(arm)) as number, ...price(arm) }),
};

/** Which strategy is good depends on the number of chunks. */
const byStructure: SyntheticWorld = {
  ...oneBestArm,
  request: fromPool((random, text) => {
    const chunks = random.uniform('several') < 0.5 ? 1 : 4 + Math.floor(2 * random.uniform('chunks'));
    return { text, chunks, words: 30 * chunks, edges: chunks - 1, depth: Math.ceil(chunks / 2), score: chunks > 1 ? 0.7 : 0.3 };
  }),
  expected: (arm, { structure }) => ({ quality: structure.chunks > 1 === (arm.strategy === 'orchestrate') ? 0.9 : 0.4, ...price(arm) }),
};

/** Which model is good depends on the kind of text; nothing else tells the requests apart. */
const byText: SyntheticWorld = {
  ...oneBestArm,
  request: fromPool((_, text) => ({ text })),
  expected: (arm, { text }) => ({ quality: text.endsWith('?') === (arm.strategy !== 'collaborate' && arm.model === 'large') ? 0.95 : 0.35, ...price(arm) }),
};

describe('the learned policy in a world with known answers', () => {
  for (const [name, world] of Object.entries({ 'one arm is the best': oneBestArm, 'the structure tells': byStructure, 'the text tells': byText })) {
    it(`loses less and less where arms differ: ${name}`, () => {
      const runs = runsOf(world, quick);
      const third = generations / 3;
      const first = mean(runs.map(({ regrets }) => mean(regrets.slice(0, third))));
      const last = mean(runs.map(({ regrets }) => mean(regrets.slice(-third))));
      expect(last).toBeLessThan(0.5 * first);
      // Sublinear: twice the decisions cost far less than twice the regret.
      const total = (upTo: number) => mean(runs.map(({ regrets }) => regrets.slice(0, upTo).reduce((sum, regret) => sum + regret, 0)));
      expect(total(8) / total(4)).toBeLessThan(1.7);
      expect(mean(runs.map(({ exploited }) => exploited))).toBeLessThan(0.3 * meanRegretOfRandom(world));
    });
  }

  it('beats every single arm where the best one depends on the request, with all members and as greedy', () => {
    for (const settings of [learnedSettings, greedySettings]) {
      const [run] = runsOf(byStructure, settings, { only: [2], rounds: 6 });
      expect(run?.exploited).toBeLessThan(0.5 * regretOfBestArm(byStructure));
    }
  });

  it('spends less than the baseline at no less than its quality, under the default objective', () => {
    const objective = objectiveSchema.parse({ kind: 'constrained' });
    for (const world of [oneBestArm, byStructure]) {
      const baseline = seeds.map((seed) => playGeneration(world, randomPolicy(arms), { seed: 1000 + seed, generation: 0, decisions }));
      const runs = runsOf(world, quick, { objective, rounds: 5 });
      expect(mean(runs.map(({ quality }) => quality))).toBeGreaterThan(mean(baseline.map(({ meanQuality }) => meanQuality)) - 0.02);
      expect(mean(runs.map(({ costUsd }) => costUsd))).toBeLessThan(0.8 * mean(baseline.map(({ meanCostUsd }) => meanCostUsd)));
    }
  });

  it('keeps a floor that only a dear arm reaches, and buys nothing where the cheapest one does', () => {
    const held = (value: number) => {
      const runs = runsOf(oneBestArm, quick, { objective: objectiveSchema.parse({ kind: 'constrained', floor: { kind: 'number', value } }), rounds: 5 });
      return { quality: mean(runs.map(({ quality }) => quality)), costUsd: mean(runs.map(({ costUsd }) => costUsd)) };
    };
    const [high, low] = [held(0.8), held(0.3)];
    expect(high.quality).toBeGreaterThan(0.78);
    expect(low.costUsd).toBeLessThan(0.6 * high.costUsd);
  });
});

describe('the learned policy in a world that changes', () => {
  const learner = learnedLearner(
    { arms, objective: { kind: 'weighted' }, prices: oneBestArm.prices, initialPolicy: randomPolicy(arms) },
    { ...learnedSettings, members: ['neighbours'] },
  );
  const fallen: SyntheticWorld = {
    ...oneBestArm,
    expected: (arm) => ({ quality: arm === orchestrateMini ? 0.2 : (qualities.get(armId(arm)) as number), ...price(arm) }),
  };

  it('notices an arm whose quality falls, and leaves it within a few generations', () => {
    const left: number[] = [];
    for (const seed of seeds) {
      let { state } = learnInWorld(oneBestArm, learner, { seed, generations: 6, decisions });
      const best = (of: LearnedState) => {
        const policy = learner.policy(of, 'exploit');
        const chosen = Array.from(
          { length: 40 },
          (_, index) => policy.decide(oneBestArm.request(seededRandom('check', index), `check ${index}`), seededRandom('x')).armId,
        );
        return chosen.filter((id) => id === armId(orchestrateMini)).length / 40;
      };
      expect(best(state)).toBeGreaterThan(0.8);
      for (let generation = 6; generation < 10; generation++) {
        state = learner.learn(state, playGeneration(fallen, learner.policy(state, 'explore'), { seed, generation, decisions }).events);
      }
      expect(state.drift.get(armId(orchestrateMini))?.alarms.some(({ direction }) => direction === 'down')).toBe(true);
      left.push(best(state));
    }
    // A single seed may hold on to it for one kind of request: 0.28 at most was seen after these generations.
    expect(mean(left)).toBeLessThan(0.15);
  });

  it('seldom raises an alarm where nothing changes', () => {
    let alarms = 0;
    for (let seed = 100; seed < 120; seed++) {
      const { state } = learnInWorld(oneBestArm, learner, { seed, generations: 5, decisions: 60 });
      for (const { alarms: raised } of state.drift.values()) alarms += raised.length;
    }
    // 20 runs, 240 decisions watched in each.
    expect(alarms).toBeLessThanOrEqual(2);
  });
});

/** By seed: regret per decision in each generation of exploring, and what the policy exploited after them comes to. */
function runsOf(
  world: SyntheticWorld,
  settings: LearnedSettings,
  {
    objective = { kind: 'weighted' },
    only = seeds,
    rounds = generations,
  }: { readonly objective?: Objective; readonly only?: readonly number[]; readonly rounds?: number } = {},
) {
  return only.map((seed) => {
    const learner = learnedLearner({ arms, objective, prices: world.prices, initialPolicy: randomPolicy(arms) }, settings);
    const run = learnInWorld(world, learner, { seed, generations: rounds, decisions });
    const exploited = playGeneration(world, learner.policy(run.state, 'exploit'), { seed: 1000 + seed, generation: 0, decisions });
    return {
      regrets: run.generations.map(({ meanRegret }) => meanRegret),
      exploited: exploited.meanRegret,
      quality: exploited.meanQuality,
      costUsd: exploited.meanCostUsd,
    };
  });
}

function meanRegretOfRandom(world: SyntheticWorld): number {
  return mean(seeds.map((seed) => playGeneration(world, randomPolicy(arms), { seed, generation: 0, decisions: 300 }).meanRegret));
}

/** What always the same arm loses at least. */
function regretOfBestArm(world: SyntheticWorld): number {
  return Math.min(
    ...arms.map((arm) => mean(seeds.map((seed) => playGeneration(world, randomPolicy([arm]), { seed, generation: 0, decisions: 200 }).meanRegret))),
  );
}

/** The request of a place in the pool, drawn by `random`; half are prose and half code. */
function fromPool(build: (random: Random, text: string) => AnalysisCounts): SyntheticWorld['request'] {
  return (random, requestId) => {
    const index = Math.floor(pool * random.uniform('pool'));
    return analysisWith({ requestId, ...build(seededRandom('pool', index), index % 2 === 0 ? proseText(index) : codeText(index)) });
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
