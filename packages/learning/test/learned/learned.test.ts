import { type Analysis, type Arm, armId, type Decision, modelsOf, type Policy, seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { greedySettings, type LearnedSettings, learnedLearner, learnedSettings } from '../../src/learned/learned.ts';
import type { LearningTask, PolicyMode } from '../../src/learner.ts';
import { type Objective, objectiveSchema } from '../../src/objective.ts';
import type { LearningEvent, Outcome } from '../../src/outcome.ts';
import { fixedPolicy } from '../../src/policies/fixed.ts';
import { randomPolicy } from '../../src/policies/random.ts';
import { SnapshotError } from '../../src/snapshot.ts';
import { analysisWith } from '../analysis-fixture.ts';
import { batchMini, collaborateBoth, directLarge, directMini, eventOf, orchestrateMini } from '../arm-fixture.ts';

const arms = [directMini, directLarge, orchestrateMini, collaborateBoth];
const weighted: Objective = { kind: 'weighted' };
const prices = { cost: 0.05, latency: 0.02, belowFloor: 1, margin: 0.02 };
const free = { ...prices, cost: 0, latency: 0 };
const modes: readonly PolicyMode[] = ['explore', 'exploit'];

/** Requests of different structure and length. */
const requests = Array.from({ length: 6 }, (_, index) =>
  analysisWith({ requestId: `request ${index}`, chunks: 1 + index, words: 20 * (1 + index), edges: index, depth: 1 + Math.floor(index / 2), score: index / 6 }),
);

describe('learnedLearner', () => {
  it('acts as the initial policy in generation 0, whatever the mode', () => {
    const initialPolicy = randomPolicy(arms);
    const learner = learnedLearner(taskOf({ initialPolicy }));
    for (const mode of modes) {
      const policy = learner.policy(learner.initial(), mode);
      expect(policy.name).toBe('learned');
      for (const [index, analysis] of requests.entries()) {
        expect(policy.decide(analysis, seededRandom('zero', index))).toEqual(initialPolicy.decide(analysis, seededRandom('zero', index)));
      }
    }
  });

  it('serves like the initial policy until a quality is known, and explores meanwhile', () => {
    const learner = learnedLearner(taskOf({ initialPolicy: fixedPolicy(orchestrateMini) }));
    const unjudged = everyArm((arm) => ({ quality: null, costUsd: arm === directMini ? 0.0001 : 0.01 }));
    for (const events of [[], unjudged]) {
      const state = learner.learn(learner.initial(), events);
      for (const { armId: chosen } of decisions(learner.policy(state, 'exploit'))) expect(chosen).toBe(armId(orchestrateMini));
      for (const { candidates } of decisions(learner.policy(state, 'explore'))) expect(candidates.map((one) => one.armId)).toEqual(arms.map(armId));
    }
  });

  it('learns the same bytes from the same events, generation by generation', () => {
    const learn = () => {
      const learner = learnedLearner(taskOf({}));
      const state = [1, 2, 3].reduce((before, generation) => learner.learn(before, eventsOf(generation)), learner.initial());
      return JSON.stringify(learner.save(state));
    };
    expect(learn()).toBe(learn());
    const learner = learnedLearner(taskOf({}));
    const shorter = learner.learn(learner.learn(learner.initial(), eventsOf(1)), eventsOf(2));
    expect(JSON.stringify(learner.save(shorter))).not.toBe(learn());
  });

  it('keeps the scale and the kinds of requests that it took from the first generation', () => {
    const generation = (number: number) =>
      Array.from({ length: 40 }, (_, index) =>
        eventOf(
          directMini,
          { quality: 0.5, costUsd: number, latencyMs: 1000 * number },
          analysisWith({ text: `${'x'.repeat(number * index)} and ${'y '.repeat(index)}` }),
        ),
      );
    const learner = learnedLearner(taskOf({}));
    const first = learner.learn(learner.initial(), generation(1));
    const { scale, kinds } = learner.save(first) as Record<string, unknown>;
    expect(scale).toEqual({ quality: 0.5, costUsd: 1, latencyMs: 1000 });
    expect(kinds).not.toBeNull();
    expect(learner.save(learner.learn(first, generation(9)))).toMatchObject({ generation: 2, scale, kinds });
  });

  it('leaves the state that it learns from as it was', () => {
    const learner = learnedLearner(taskOf({}));
    const initial = learner.initial();
    const first = learner.learn(initial, eventsOf(1));
    const before = JSON.stringify(learner.save(first));
    learner.learn(first, eventsOf(2));
    expect(JSON.stringify(learner.save(first))).toBe(before);
    expect(learner.save(initial)).toEqual(learner.save(learner.initial()));
  });

  it('decides as before after it was saved as JSON and restored, and learns on alike', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 3 }), (seed, generations) => {
        const learner = learnedLearner(taskOf({}));
        const state = Array.from({ length: generations }, (_, index) => index).reduce(
          (before, index) => learner.learn(before, eventsOf(seed + index)),
          learner.initial(),
        );
        const json = JSON.stringify(learner.save(state));
        const restored = learnedLearner(taskOf({})).restore(JSON.parse(json));
        expect(JSON.stringify(learner.save(restored))).toBe(json);
        for (const mode of modes) expect(decisions(learner.policy(restored, mode))).toEqual(decisions(learner.policy(state, mode)));
        const more = eventsOf(seed + 99);
        expect(learner.save(learner.learn(restored, more))).toEqual(learner.save(learner.learn(state, more)));
      }),
      { numRuns: 20 },
    );
  });

  it('refuses to restore what it did not save', () => {
    const learner = learnedLearner(taskOf({}));
    const saved = learner.save(learner.learn(learner.initial(), eventsOf(1))) as Record<string, unknown>;
    const refused: readonly unknown[] = [
      null,
      42,
      'text',
      [],
      {},
      { ...saved, generation: -1 },
      { ...saved, extra: 1 },
      { ...saved, pulls: [] },
      { ...saved, quality: undefined },
    ];
    for (const data of refused) expect(() => learner.restore(data)).toThrow(SnapshotError);
    const cutOff = JSON.parse(JSON.stringify(saved), (key, value) => (key === 'cross' ? (value as string).slice(0, -4) : value));
    expect(() => learner.restore(cutOff)).toThrow(SnapshotError);
    const notNumbers = Buffer.from(Float64Array.of(Number.NaN, Number.NaN, Number.NaN).buffer).toString('base64');
    const infected = JSON.parse(JSON.stringify(saved), (key, value) => (key === 'cross' ? notNumbers + (value as string).slice(notNumbers.length) : value));
    expect(() => learner.restore(infected)).toThrow(SnapshotError);
    expect(() => learnedLearner(taskOf({ arms: [...arms, batchMini] })).restore(saved)).toThrow(/arms.*train again/);
    const otherModel = [directMini, directLarge, orchestrateMini, batchMini];
    expect(() => learnedLearner(taskOf({ arms: otherModel })).restore(saved)).toThrow(/features.*train again/);
  });

  it('does not let outcomes without a quality change what it expects of quality', () => {
    const learner = learnedLearner(taskOf({ prices: free }));
    const known = eventsOf(1);
    const censored = arms.flatMap((arm) => requests.map((analysis) => eventOf(arm, { quality: null, costUsd: 1, latencyMs: 1e5 }, analysis)));
    const without = learner.learn(learner.initial(), known);
    const with_ = learner.learn(learner.initial(), [...known, ...censored]);
    for (const mode of modes) expect(decisions(learner.policy(with_, mode))).toEqual(decisions(learner.policy(without, mode)));
    const asZero = learner.learn(learner.initial(), [...known, ...censored.map((event) => ({ ...event, outcome: { ...event.outcome, quality: 0 } }))]);
    expect(decisions(learner.policy(asZero, 'explore'))).not.toEqual(decisions(learner.policy(without, 'explore')));
  });

  it('does not let outcomes of arms that are no candidates change what it expects of those that are', () => {
    const learner = learnedLearner(taskOf({ prices: free }));
    const known = eventsOf(1);
    const offList = requests.map((analysis) => eventOf(batchMini, { quality: 0 }, analysis));
    const without = learner.learn(learner.initial(), known);
    const with_ = learner.learn(learner.initial(), [...known, ...offList]);
    for (const mode of modes) expect(decisions(learner.policy(with_, mode))).toEqual(decisions(learner.policy(without, mode)));
    const onlyThem = learner.learn(learner.initial(), offList);
    expect(new Set(decisions(learner.policy(onlyThem, 'explore')).flatMap(({ candidates }) => candidates.map((one) => one.armId)))).not.toContain(
      armId(batchMini),
    );
  });

  it('prefers what was good, and the cheaper of what was equally good', () => {
    const outcomes = { good: { quality: 0.9 }, bad: { quality: 0.3 } };
    const quality = trained(taskOf({ prices: free }), (arm) => (arm === directLarge ? outcomes.good : outcomes.bad));
    for (const { armId: chosen } of quality.exploit()) expect(chosen).toBe(armId(directLarge));
    const cost = trained(taskOf({}), (arm) => ({ quality: 0.8, costUsd: arm === orchestrateMini ? 0.0001 : 0.01 }));
    for (const { armId: chosen } of cost.exploit()) expect(chosen).toBe(armId(orchestrateMini));
  });

  it('chooses the same arm when the arms are listed in another order', () => {
    fc.assert(
      fc.property(fc.nat(), fc.shuffledSubarray(arms, { minLength: arms.length }), (seed, order) => {
        const exploit = (listed: readonly Arm[]) => {
          const learner = learnedLearner(taskOf({ arms: listed }));
          return decisions(learner.policy(learner.learn(learner.initial(), eventsOf(seed)), 'exploit')).map((decision) => decision.armId);
        };
        expect(exploit(order)).toEqual(exploit(arms));
      }),
      { numRuns: 30 },
    );
  });

  describe('while exploring', () => {
    it('gives every arm at least its share of epsilon, and logs what it chose with', () => {
      for (const epsilon of [0, 0.05, 0.4]) {
        const { explore } = trained(taskOf({}), (arm) => ({ quality: arm === directMini ? 1 : 0 }), { ...learnedSettings, epsilon });
        for (const decision of explore()) {
          expect(sum(decision.candidates.map(({ propensity }) => propensity))).toBeCloseTo(1, 12);
          if (epsilon > 0) expect(decision.candidates.map((candidate) => candidate.armId)).toEqual(arms.map(armId));
          for (const { propensity } of decision.candidates) expect(propensity).toBeGreaterThanOrEqual(epsilon / arms.length - 1e-12);
          expect(decision.candidates).toContainEqual({ armId: decision.armId, propensity: decision.propensity });
        }
      }
    });

    it('explores less from generation to generation, down to epsilon', () => {
      const learner = learnedLearner(taskOf({ prices: free }), { ...learnedSettings, epsilon: 0.04 });
      const events = everyArm((arm) => ({ quality: arm === directMini ? 0.8 : 0.6 }));
      const bestShareAfter = (generations: number) => {
        const state = Array.from({ length: generations }).reduce<ReturnType<typeof learner.initial>>(
          (before) => learner.learn(before, events),
          learner.initial(),
        );
        const all = decisions(learner.policy(state, 'explore'));
        return sum(all.map(({ candidates }) => candidates.find((one) => one.armId === armId(directMini))?.propensity ?? 0)) / all.length;
      };
      const shares = [1, 4, 40].map(bestShareAfter);
      expect(shares).toEqual(shares.toSorted((x, y) => x - y));
      expect(shares[0]).toBeLessThan(shares[2] as number);
      // What is left of certainty: epsilon, less this arm's own part of it.
      expect(shares[2]).toBeCloseTo(1 - 0.04 * (1 - 1 / arms.length), 2);
    });

    it('leaves nothing to chance as greedy', () => {
      const { explore, exploit } = trained(taskOf({}), (arm) => ({ quality: arm === directLarge ? 0.7 : 0.65 }), greedySettings);
      expect(explore()).toEqual(exploit());
      for (const { propensity, candidates } of explore()) {
        expect(propensity).toBe(1);
        expect(candidates).toHaveLength(1);
      }
    });
  });

  it('leaves nothing to chance while exploiting', () => {
    for (const { propensity, candidates } of trained(taskOf({}), () => ({})).exploit()) {
      expect(propensity).toBe(1);
      expect(candidates).toHaveLength(1);
    }
  });

  describe('under constraints', () => {
    const outcomeOf = (arm: Arm): Partial<Outcome> =>
      arm === directMini
        ? { quality: 0.5, costUsd: 0.0002 }
        : arm === directLarge
          ? { quality: 0.9, costUsd: 0.004 }
          : arm === orchestrateMini
            ? { quality: 0.8, costUsd: 0.001 }
            : { quality: 0.95, costUsd: 0.02 };

    it('takes the cheapest arm that reaches a floor that is a number', () => {
      const chosen = (value: number) =>
        new Set(
          trained(taskOf({ objective: constrained({ floor: { kind: 'number', value } }) }), outcomeOf)
            .exploit()
            .map((one) => one.armId),
        );
      expect(chosen(0.3)).toEqual(new Set([armId(directMini)]));
      expect(chosen(0.7)).toEqual(new Set([armId(orchestrateMini)]));
      expect(chosen(0.86)).toEqual(new Set([armId(directLarge)]));
    });

    it('takes the arm of the highest quality where none reaches the floor', () => {
      const objective = constrained({ floor: { kind: 'number', value: 1 } });
      for (const { armId: chosen } of trained(taskOf({ objective }), outcomeOf).exploit()) expect(chosen).toBe(armId(collaborateBoth));
    });

    it('takes the cheapest arm that is as good as the baseline, less the margin', () => {
      const chosen = (baseline: Arm, margin: number) => {
        const objective = constrained({ floor: { kind: 'baseline', margin } });
        return new Set(
          trained(taskOf({ objective, initialPolicy: fixedPolicy(baseline) }), outcomeOf)
            .exploit()
            .map((one) => one.armId),
        );
      };
      expect(chosen(directLarge, 0.02)).toEqual(new Set([armId(directLarge)]));
      expect(chosen(directLarge, 0.2)).toEqual(new Set([armId(orchestrateMini)]));
      expect(chosen(directMini, 0.02)).toEqual(new Set([armId(directMini)]));
    });

    it('expects of a baseline that chooses by chance what its arms reach on average', () => {
      const two = [directMini, directLarge];
      const qualities = (arm: Arm): Partial<Outcome> => (arm === directMini ? { quality: 0.4, costUsd: 0.0002 } : { quality: 0.9, costUsd: 0.004 });
      for (const listed of [two, two.toReversed()]) {
        const objective = constrained({ floor: { kind: 'baseline', margin: 0.02 } });
        const { exploit } = trained(taskOf({ arms: listed, objective, initialPolicy: randomPolicy(listed) }), qualities);
        for (const { armId: chosen } of exploit()) expect(chosen).toBe(armId(directLarge));
      }
    });

    it('measures a baseline that is no candidate by its own outcomes', () => {
      const objective = constrained({ floor: { kind: 'baseline', margin: 0.02 } });
      const learner = learnedLearner(taskOf({ objective, initialPolicy: fixedPolicy(batchMini) }));
      const first = learner.learn(
        learner.initial(),
        requests.map((analysis) => eventOf(batchMini, { quality: 0.75 }, analysis)),
      );
      const state = learner.learn(first, everyArm(outcomeOf));
      for (const { armId: chosen } of decisions(learner.policy(state, 'exploit'))) expect(chosen).toBe(armId(orchestrateMini));
    });

    it('takes the cheapest arm that is about as good as the best one so far', () => {
      const chosen = (margin: number) => {
        const objective = constrained({ floor: { kind: 'best-arm', margin } });
        return new Set(
          trained(taskOf({ objective }), outcomeOf)
            .exploit()
            .map((one) => one.armId),
        );
      };
      expect(chosen(0.01)).toEqual(new Set([armId(collaborateBoth)]));
      expect(chosen(0.2)).toEqual(new Set([armId(orchestrateMini)]));
    });

    it('takes the cheapest arm that is about as good as the best one for the request', () => {
      const chosen = (margin: number) =>
        new Set(
          trained(taskOf({ objective: constrained({ floor: { kind: 'best', margin } }) }), outcomeOf)
            .exploit()
            .map((one) => one.armId),
        );
      expect(chosen(0.01)).toEqual(new Set([armId(collaborateBoth)]));
      expect(chosen(0.2)).toEqual(new Set([armId(orchestrateMini)]));
    });

    it('pays for quality above the floor what it is said to be worth', () => {
      const chosen = (qualityValue: number) => {
        const objective = constrained({ floor: { kind: 'number', value: 0.3 }, qualityValue });
        return new Set(
          trained(taskOf({ objective }), outcomeOf)
            .exploit()
            .map((one) => one.armId),
        );
      };
      expect(chosen(0)).toEqual(new Set([armId(directMini)]));
      expect(chosen(1)).toEqual(new Set([armId(directLarge)]));
    });

    it('never takes an arm whose 90th percentile of latency is above the deadline, not even to explore', () => {
      const objective = constrained({ floor: { kind: 'number', value: 0.7 }, deadlineMs: 4000 });
      const slow = (arm: Arm) => ({ ...outcomeOf(arm), latencyMs: modelsOf(arm).includes('large') ? 30_000 : 1000 });
      const { explore, exploit } = trained(taskOf({ objective }), slow, { ...learnedSettings, epsilon: 0.4 });
      const allowed = [armId(directMini), armId(orchestrateMini)];
      for (const decision of explore()) expect(decision.candidates.map((one) => one.armId)).toEqual(allowed);
      for (const decision of exploit()) expect(decision.armId).toBe(armId(orchestrateMini));
    });

    it('counts the spread of latencies, not their typical value alone', () => {
      const objective = constrained({ floor: { kind: 'number', value: 0 }, deadlineMs: 4000 });
      const spread = (latencies: readonly number[]) => {
        const learner = learnedLearner(taskOf({ objective }));
        const events = latencies.flatMap((latencyMs) =>
          arms.flatMap((arm) => requests.map((analysis) => eventOf(arm, { latencyMs: arm === directMini ? latencyMs : latencyMs / 20 }, analysis))),
        );
        const chosen = decisions(learner.policy(learner.learn(learner.initial(), events), 'explore'));
        return chosen.some((decision) => decision.candidates.some((one) => one.armId === armId(directMini)));
      };
      const repeated = (values: readonly number[]) => Array.from({ length: 20 }, () => values).flat();
      expect(spread(repeated([2000, 2000]))).toBe(true);
      expect(spread(repeated([400, 10_000]))).toBe(false);
    });

    it('takes the arm of the highest quality where every arm is too slow', () => {
      const objective = constrained({ floor: { kind: 'number', value: 0.3 }, deadlineMs: 1 });
      for (const { armId: chosen } of trained(taskOf({ objective }), outcomeOf).exploit()) expect(chosen).toBe(armId(collaborateBoth));
    });
  });

  describe('with little or odd data', () => {
    const outcomes: Readonly<Record<string, readonly LearningEvent[]>> = {
      'no events': [],
      'one event': [eventOf(directMini)],
      'outcomes of which nothing is known': everyArm(() => ({ quality: null, costUsd: null, latencyMs: null })),
      'the same quality everywhere': everyArm(() => ({ quality: 1 })),
      'no cost and no time': everyArm(() => ({ costUsd: 0, latencyMs: 0 })),
      'costs and times beyond reason': everyArm(() => ({ costUsd: 1e9, latencyMs: 1e12 })),
    };
    for (const [what, events] of Object.entries(outcomes)) {
      it(`decides soundly after ${what}`, () => {
        for (const objective of objectives) expectSound(taskOf({ objective }), [events, events]);
      });
    }

    it('decides soundly whatever the outcomes', () => {
      const amount = (max: number) => fc.option(fc.oneof(fc.constant(0), fc.double({ min: 0, max, noNaN: true })));
      const outcome = fc.record({ quality: fc.option(fc.double({ min: 0, max: 1, noNaN: true })), costUsd: amount(1e3), latencyMs: amount(1e7) });
      const structure = fc.record({
        chunks: fc.integer({ min: 1, max: 200 }),
        words: fc.nat(20_000),
        edges: fc.nat(300),
        depth: fc.integer({ min: 1, max: 100 }),
        score: fc.double({ min: 0, max: 1, noNaN: true }),
      });
      const event = fc.tuple(fc.constantFrom(...arms), outcome, structure).map(([arm, of, counts]) => eventOf(arm, of, analysisWith(counts)));
      fc.assert(
        fc.property(fc.array(fc.array(event, { maxLength: 8 }), { minLength: 1, maxLength: 3 }), fc.constantFrom(...objectives), (generations, objective) => {
          expectSound(taskOf({ objective }), generations);
        }),
        { numRuns: 60 },
      );
    });
  });
});

const objectives: readonly Objective[] = [
  weighted,
  constrained({ floor: { kind: 'baseline', margin: 0.02 } }),
  constrained({ floor: { kind: 'best-arm', margin: 0.02 }, deadlineMs: 5000 }),
  constrained({ floor: { kind: 'best', margin: 0.1 }, qualityValue: 1 }),
  constrained({ floor: { kind: 'number', value: 0.7 } }),
];

/** Least price under these constraints. */
function constrained(limits: object): Objective {
  return objectiveSchema.parse({ kind: 'constrained', ...limits });
}

function taskOf(given: Partial<LearningTask>): LearningTask {
  return { arms, objective: weighted, prices, initialPolicy: randomPolicy(given.arms ?? arms), ...given };
}

/** Every arm on every request, twenty times. */
function everyArm(outcomeOf: (arm: Arm, analysis: Analysis) => Partial<Outcome>, of: readonly Arm[] = arms): readonly LearningEvent[] {
  return Array.from({ length: 20 }, () => of.flatMap((arm) => requests.map((analysis) => eventOf(arm, outcomeOf(arm, analysis), analysis)))).flat();
}

/** Random outcomes of random arms on all requests. */
function eventsOf(seed: number): readonly LearningEvent[] {
  const random = seededRandom('events', seed);
  return Array.from({ length: 30 }, (_, index) => {
    const arm = arms[Math.floor(arms.length * random.uniform('arm', index))] as Arm;
    const outcome = {
      quality: random.uniform('quality', index),
      costUsd: 0.002 * random.uniform('cost', index),
      latencyMs: 4000 * random.uniform('latency', index),
    };
    return eventOf(arm, outcome, requests[index % requests.length] as Analysis);
  });
}

function trained(task: LearningTask, outcomeOf: (arm: Arm) => Partial<Outcome>, settings: LearnedSettings = learnedSettings) {
  const learner = learnedLearner(task, settings);
  const state = learner.learn(learner.initial(), everyArm(outcomeOf, task.arms));
  return { explore: () => decisions(learner.policy(state, 'explore')), exploit: () => decisions(learner.policy(state, 'exploit')) };
}

/** One decision for each request. */
function decisions(policy: Policy): readonly Decision[] {
  return requests.map((analysis, index) => policy.decide(analysis, seededRandom('decision', index)));
}

/** Finite, positive propensities that sum to 1, of known arms, and a state that can be saved and restored. */
function expectSound(task: LearningTask, generations: readonly (readonly LearningEvent[])[]): void {
  for (const settings of [learnedSettings, greedySettings]) {
    const learner = learnedLearner(task, settings);
    const state = generations.reduce(learner.learn, learner.initial());
    const json = JSON.stringify(learner.save(state));
    expect(JSON.stringify(learner.save(learner.restore(JSON.parse(json))))).toBe(json);
    for (const mode of modes) {
      for (const { armId: chosen, propensity, candidates } of decisions(learner.policy(state, mode))) {
        expect(task.arms.map(armId)).toContain(chosen);
        expect(propensity).toBeGreaterThan(0);
        for (const candidate of candidates) expect(candidate.propensity).toSatisfy(Number.isFinite);
        expect(sum(candidates.map((candidate) => candidate.propensity))).toBeCloseTo(1, 9);
      }
    }
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
