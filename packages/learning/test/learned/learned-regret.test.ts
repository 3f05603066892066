/** Checks in small worlds with known answers that what is learned is worth something. */
import { type Arm, armId, type Random } from '@ratchet/core';
import { describe, expect, it } from 'vitest';
import { greedySettings, type LearnedSettings, learnedLearner, learnedSettings } from '../../src/learned/learned.ts';
import { type Objective, objectiveSchema } from '../../src/objective.ts';
import { randomPolicy } from '../../src/policies/random.ts';
import { analysisWith } from '../analysis-fixture.ts';
import { directLarge, directMini, orchestrateLarge, orchestrateMini } from '../arm-fixture.ts';
import { learnInWorld, playGeneration, type SyntheticWorld } from '../synthetic-world.ts';

const seeds = [1, 2, 3, 4, 5];
const generations = 8;
const decisions = 80;
const lastOnes = 3;
const arms = [directMini, directLarge, orchestrateMini, orchestrateLarge];
const qualities = new Map(
  [directMini, directLarge, orchestrateMini, orchestrateLarge].map((arm, index) => [armId(arm), [0.5, 0.6, 0.9, 0.7][index] as number]),
);

const price = (arm: Arm) => ({
  costUsd: (arm === directMini || arm === orchestrateMini ? 0.0005 : 0.003) * (arm.strategy === 'direct' ? 1 : 2),
  latencyMs: arm.strategy === 'direct' ? 2000 : 4000,
});

/** One arm is the best for every request. */
const oneBestArm: SyntheticWorld = {
  arms,
  prices: { cost: 0.05, latency: 0.02, belowFloor: 1, margin: 0.02 },
  scale: { quality: 0.7, costUsd: 0.002, latencyMs: 3000 },
  request: (random, requestId) => analysisWith({ requestId, chunks: 1 + Math.floor(4 * random.uniform('chunks')) }),
  expected: (arm) => ({ quality: qualities.get(armId(arm)) as number, ...price(arm) }),
};

/** Which strategy is good depends on the number of chunks. */
const byStructure: SyntheticWorld = {
  ...oneBestArm,
  request: (random, requestId) => {
    const chunks = random.uniform('several') < 0.5 ? 1 : 4 + Math.floor(2 * random.uniform('chunks'));
    return analysisWith({ requestId, chunks, words: 30 * chunks, edges: chunks - 1, depth: Math.ceil(chunks / 2), score: chunks > 1 ? 0.7 : 0.3 });
  },
  expected: (arm, { structure }) => ({ quality: structure.chunks > 1 === (arm.strategy === 'orchestrate') ? 0.9 : 0.4, ...price(arm) }),
};

/** Which model is good depends on the kind of text; nothing else tells the requests apart. */
const byText: SyntheticWorld = {
  ...oneBestArm,
  request: (random, requestId) => analysisWith({ requestId, text: random.uniform('kind') < 0.5 ? prose(random) : code(random) }),
  expected: (arm, { text }) => ({ quality: text.includes('`') === (arm.strategy !== 'collaborate' && arm.model === 'large') ? 0.95 : 0.35, ...price(arm) }),
};

describe('the learned policy in a world with known answers', () => {
  for (const settings of [learnedSettings, greedySettings]) {
    it(`finds the best of arms that differ: ${settings.name}`, () => {
      const random = meanRegretOfRandom(oneBestArm);
      const runs = runsOf(oneBestArm, settings);
      for (const { late } of runs) expect(late).toBeLessThan(0.5 * random);
      expect(mean(runs.map(({ late }) => late))).toBeLessThan(0.25 * random);
      expect(mean(runs.map(({ exploited }) => exploited))).toBeLessThan(0.1 * random);
    });

    it(`routes by the structure of the request where the best arm depends on it: ${settings.name}`, () => {
      const random = meanRegretOfRandom(byStructure);
      const runs = runsOf(byStructure, settings);
      for (const { late } of runs) expect(late).toBeLessThan(0.5 * random);
      expect(mean(runs.map(({ late }) => late))).toBeLessThan(0.3 * random);
      expect(mean(runs.map(({ exploited }) => exploited))).toBeLessThan(0.2 * random);
      expect(mean(runs.map(({ exploited }) => exploited))).toBeLessThan(0.5 * regretOfBestArm(byStructure));
    });
  }

  it('routes by the look of the text where nothing else tells requests apart', () => {
    const runs = runsOf(byText, learnedSettings);
    expect(mean(runs.map(({ exploited }) => exploited))).toBeLessThan(0.5 * regretOfBestArm(byText));
  });

  it('spends less than the baseline at no less than its quality, under the default objective', () => {
    const objective = objectiveSchema.parse({ kind: 'constrained' });
    const baseline = seeds.map((seed) => playGeneration(oneBestArm, randomPolicy(arms), { seed: 1000 + seed, generation: 0, decisions }));
    const runs = runsOf(oneBestArm, learnedSettings, objective);
    expect(mean(runs.map(({ quality }) => quality))).toBeGreaterThan(mean(baseline.map(({ meanQuality }) => meanQuality)) - 0.02);
    expect(mean(runs.map(({ costUsd }) => costUsd))).toBeLessThan(0.8 * mean(baseline.map(({ meanCostUsd }) => meanCostUsd)));
  });
});

/** By seed: regret per decision in the last generations of exploring, and of the policy exploited after them. */
function runsOf(world: SyntheticWorld, settings: LearnedSettings, objective: Objective = { kind: 'weighted' }) {
  return seeds.map((seed) => {
    const learner = learnedLearner({ arms, objective, prices: world.prices, initialPolicy: randomPolicy(arms) }, settings);
    const run = learnInWorld(world, learner, { seed, generations, decisions });
    const exploited = playGeneration(world, learner.policy(run.state, 'exploit'), { seed: 1000 + seed, generation: 0, decisions });
    return {
      late: mean(run.generations.slice(-lastOnes).map(({ meanRegret }) => meanRegret)),
      exploited: exploited.meanRegret,
      quality: exploited.meanQuality,
      costUsd: exploited.meanCostUsd,
    };
  });
}

function meanRegretOfRandom(world: SyntheticWorld): number {
  return mean(seeds.map((seed) => playGeneration(world, randomPolicy(arms), { seed, generation: 0, decisions: 500 }).meanRegret));
}

/** What always the same arm loses at least. */
function regretOfBestArm(world: SyntheticWorld): number {
  return Math.min(
    ...arms.map((arm) => mean(seeds.map((seed) => playGeneration(world, randomPolicy([arm]), { seed, generation: 0, decisions: 200 }).meanRegret))),
  );
}

const words = ['tell', 'about', 'the', 'history', 'of', 'rivers', 'and', 'their', 'towns', 'in', 'spring'];

function prose(random: Random): string {
  const draw = random.stream('prose');
  return Array.from({ length: 30 }, () => words[Math.floor(draw() * words.length)]).join(' ');
}

function code(random: Random): string {
  const draw = random.stream('code');
  return Array.from({ length: 10 }, () => ['`f(x)`', '{ k: 1 };', '`Map`', 'x = [1, 2];', '`name`'][Math.floor(draw() * 5)]).join(' write ');
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
