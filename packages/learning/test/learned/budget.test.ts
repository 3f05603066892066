import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { learnedLearner } from '../../src/learned/learned.ts';
import { findTradeOff } from '../../src/learned/trade-off.ts';
import type { OutcomeDataset } from '../../src/models/outcome-dataset.ts';
import { stackGround, stackSums } from '../../src/models/stack.ts';
import { type Objective, objectiveSchema } from '../../src/objective.ts';
import { randomPolicy } from '../../src/policies/random.ts';
import { analysisWith } from '../analysis-fixture.ts';
import { directLarge, directMini, orchestrateLarge, orchestrateMini } from '../arm-fixture.ts';
import { learnInWorld, playGeneration, type SyntheticWorld } from '../synthetic-world.ts';

describe('the objective of a budget', () => {
  it('takes an amount above 0, and nothing else', () => {
    expect(objectiveSchema.parse({ kind: 'budget', usdPerRequest: 0.01 })).toEqual({ kind: 'budget', usdPerRequest: 0.01 });
    for (const wrong of [{}, { usdPerRequest: 0 }, { usdPerRequest: -1 }, { usdPerRequest: 0.01, floor: { kind: 'baseline' } }]) {
      expect(objectiveSchema.safeParse({ kind: 'budget', ...wrong }).success).toBe(false);
    }
  });
});

describe('findTradeOff under a budget', () => {
  it('takes a policy within it, at a price of quality that falls as the budget rises; and says so where none is', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 2, max: 5 }),
        fc.double({ min: 0.05, max: 3, noNaN: true }),
        fc.double({ min: 1, max: 4, noNaN: true }),
        (seed, arms, most, factor) => {
          const table = tableOf(seed, arms);
          const tight = findTradeOff({ ...table, mostPrice: most });
          const wide = findTradeOff({ ...table, mostPrice: factor * most });
          expect(wide.priceOfQuality).toBeLessThanOrEqual(tight.priceOfQuality);
          for (const [{ reached, estimate, priceOfQuality }, limit] of [
            [tight, most],
            [wide, factor * most],
          ] as const) {
            expect(reached).toBe(estimate.price <= limit);
            // Where no policy is cheap enough, the cheapest one serves.
            if (!reached) expect(priceOfQuality).toBe(30);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('looks at quality alone where the budget is no limit, at arms dearer than the best one too', () => {
    const table = tableOf(3, 4);
    expect(findTradeOff({ ...table, mostPrice: 1000 })).toMatchObject({ priceOfQuality: 0, reached: true });
    expect(findTradeOff({ ...table, mostPrice: 1e-9 })).toMatchObject({ priceOfQuality: 30, reached: false });
  });
});

const arms = [directMini, directLarge, orchestrateMini, orchestrateLarge];

/** Half of the requests have several parts: there the large model is worth its price, elsewhere it is not. */
const world: SyntheticWorld = {
  arms,
  prices: { cost: 0.05, latency: 0.02, belowFloor: 1, margin: 0.02 },
  scale: { quality: 0.7, costUsd: 0.002, latencyMs: 3000 },
  request: (random, requestId) => {
    const chunks = random.uniform('several') < 0.5 ? 1 : 5;
    return analysisWith({
      requestId,
      text: `Request ${requestId}`,
      chunks,
      words: 30 * chunks,
      edges: chunks - 1,
      depth: chunks,
      score: chunks > 1 ? 0.7 : 0.3,
    });
  },
  expected: (arm, { structure }) => {
    const large = arm === directLarge || arm === orchestrateLarge;
    return {
      quality: structure.chunks === 1 ? 0.9 : large ? 0.9 : 0.4,
      costUsd: (large ? 0.01 : 0.001) * (arm.strategy === 'direct' ? 1 : 1.5),
      latencyMs: 2000,
    };
  },
};

describe('the learned policy under a budget', () => {
  const exploited = (objective: Objective) => {
    const learner = learnedLearner({ arms, objective, prices: world.prices, initialPolicy: randomPolicy(arms) });
    const { state } = learnInWorld(world, learner, { seed: 1, generations: 2, decisions: 150 });
    const { meanQuality, meanCostUsd } = playGeneration(world, learner.policy(state, 'exploit'), { seed: 1001, generation: 0, decisions: 300 });
    return { quality: meanQuality, costUsd: meanCostUsd };
  };

  it('spends it where it buys the most', () => {
    // The large model on every request with several parts, and the small one on the others, cost $0.0055.
    const { quality, costUsd } = exploited({ kind: 'budget', usdPerRequest: 0.006 });
    expect(costUsd).toBeLessThan(1.05 * 0.006);
    // The small model alone has 0.65, and spending on requests at random could buy 0.79.
    expect(quality).toBeGreaterThan(0.85);
  });

  it('takes the cheapest arm where nothing else is within it', () => {
    const { costUsd } = exploited({ kind: 'budget', usdPerRequest: 0.0008 });
    expect(costUsd).toBeLessThan(0.0012);
  });
});

/** A full table of requests x arms without members: base predictions that are a little off, prices that rise with quality on the whole. */
function tableOf(seed: number, armCount: number) {
  const requests = 40;
  const random = seededRandom('budget table', seed);
  const cells = requests * armCount;
  const value = Float64Array.from({ length: cells }, (_, cell) => random.uniform('value', cell) ** (1 / (1 + (cell % armCount))));
  const dataset: OutcomeDataset = {
    requests,
    arms: armCount,
    offsets: Int32Array.from({ length: requests + 1 }, (_, request) => request * armCount),
    arm: Uint16Array.from({ length: cells }, (_, cell) => cell % armCount),
    value,
    weight: new Float64Array(cells).fill(1),
  };
  const base = value.map((quality, cell) => 0.7 * quality + 0.2 + 0.05 * random.normal('base', cell));
  const prices = Float64Array.from({ length: cells }, (_, cell) => (0.2 + random.uniform('price', cell)) * (1 + (cell % armCount)));
  const residuals = { ...dataset, value: value.map((quality, cell) => quality - (base[cell] as number)) };
  const folds = { count: 5, of: Int32Array.from({ length: requests }, (_, request) => request % 5) };
  const ground = stackGround(residuals, []);
  return {
    data: {
      entries: [],
      quality: dataset,
      known: new Float64Array(cells).fill(1),
      inverse: new Float64Array(cells).fill(1),
      decisions: new Float64Array(requests).fill(1),
      baseline: new Int32Array(requests).fill(-1),
      cells: [],
      variance: 0.1,
      repeatability: 0.5,
    },
    base,
    ground,
    sums: stackSums(ground, new Float64Array(armCount).fill(1), folds),
    folds,
    prices,
    qualityValue: 0,
    floor: { kind: 'none' },
    caution: 0,
    belowFloor: 1,
    armsRelated: true,
  } as const;
}
