import { type Analysis, type Arm, armId, type BatchArm, type CollaborateArm, seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { originalLearner } from '../../src/original/original.ts';
import type { OriginalState } from '../../src/original/original-state.ts';
import type { Outcome } from '../../src/outcome.ts';
import { SnapshotError } from '../../src/snapshot.ts';
import { analysisWith } from '../analysis-fixture.ts';
import { batchMini, collaborateBoth, directLarge, directMini, eventOf, heuristicArms, orchestrateMini } from '../arm-fixture.ts';

const arms = [directMini, directLarge, batchMini, orchestrateMini, collaborateBoth];
const learner = originalLearner(heuristicArms, arms);
const simple = analysisWith({ text: 'A simple question' });
const good: Outcome = { quality: 1, costUsd: 0.001, latencyMs: 3000 };
const bad: Outcome = { quality: 0.1, costUsd: 0.1, latencyMs: 3000 };

describe('originalLearner', () => {
  it('starts by the cues of the text', () => {
    const policy = learner.policy(learner.initial(), 'exploit');
    expect(policy.name).toBe('original');
    const chosen = (text: string) => policy.decide(analysisWith({ text }), seededRandom(1)).arm;
    expect(chosen('A simple question')).toBe(heuristicArms.direct);
    expect(chosen('Multiple questions in parallel')).toBe(heuristicArms.batch);
    expect(chosen('This, then that, which depends on it')).toBe(heuristicArms.orchestrate);
    expect(chosen('A comprehensive, complex question')).toBe(heuristicArms.collaborate);
  });

  it('goes by its forest from ten rows on, and not before', () => {
    const strategyAfter = (rows: number) => {
      const events = Array.from({ length: rows }, (_, index) => (index % 2 === 0 ? eventOf(orchestrateMini, good, simple) : eventOf(directMini, bad, simple)));
      return learner.policy(learner.learn(learner.initial(), events), 'exploit').decide(simple, seededRandom(1)).arm.strategy;
    };
    expect(strategyAfter(9)).toBe('direct');
    expect(strategyAfter(10)).toBe('orchestrate');
  });

  it('labels requests by the best ratio of quality to cost and time, however bad the answers', () => {
    const cheapFailure: Outcome = { quality: 0.05, costUsd: 0.00001, latencyMs: 100 };
    const events = Array.from({ length: 20 }, (_, index) =>
      index % 2 === 0 ? eventOf(orchestrateMini, good, simple) : eventOf(directMini, cheapFailure, simple),
    );
    const policy = learner.policy(learner.learn(learner.initial(), events), 'exploit');
    expect(policy.decide(simple, seededRandom(1)).arm.strategy).toBe('direct');
  });

  it('routes requests of different length and form to what was best for each', () => {
    const long = analysisWith({ text: `${'word '.repeat(200)}\n1. one\n2. two, and three?` });
    const events = Array.from({ length: 10 }, () => [
      eventOf(directMini, good, simple),
      eventOf(batchMini, bad, simple),
      eventOf(directMini, bad, long),
      eventOf(batchMini, good, long),
    ]).flat();
    const policy = learner.policy(learner.learn(learner.initial(), events), 'exploit');
    expect(policy.decide(simple, seededRandom(1)).arm.strategy).toBe('direct');
    expect(policy.decide(long, seededRandom(1)).arm.strategy).toBe('batch');
  });

  it('keeps the newest 500 rows', () => {
    const events = Array.from({ length: 520 }, (_, index) => eventOf(directMini, good, analysisWith({ text: 'x'.repeat(index) })));
    const { rows } = learner.learn(learner.initial(), events);
    expect(rows.map(({ features }) => features[0])).toEqual(Array.from({ length: 500 }, (_, index) => index + 20));
    expect(learner.learn({ ...learner.initial(), rows }, events.slice(0, 3)).rows).toHaveLength(500);
  });

  it('learns nothing of a ratio from an outcome of which a part is missing or nothing', () => {
    for (const outcome of [{ quality: null }, { costUsd: null }, { latencyMs: null }, { costUsd: 0 }, { latencyMs: 0 }]) {
      const state = learner.learn(learner.initial(), [eventOf(batchMini, { ...good, ...outcome })]);
      expect(state.rows).toEqual([]);
      expect(state.arms).toEqual(learner.initial().arms);
      expect(state.generation).toBe(1);
    }
  });

  it('leaves the state that it learns from as it was', () => {
    const initial = learner.initial();
    const before = structuredClone(initial);
    learner.learn(initial, [eventOf(batchMini, { ...good, latencyMs: 9000 }), eventOf(collaborateBoth, bad)]);
    expect(initial).toEqual(before);
  });

  describe('adapts parameters by thresholds', () => {
    const afterOne = (arm: Arm, outcome: Partial<Outcome>) => learner.learn(learner.initial(), [eventOf(arm, { ...good, ...outcome })]).arms;
    const batch = heuristicArms.batch as BatchArm;
    const collaborate = heuristicArms.collaborate as CollaborateArm;

    it('raises concurrency by two above 5 s, lowers it by one below 2 s, and leaves it in between', () => {
      expect(afterOne(batchMini, { latencyMs: 5001 }).batch).toEqual({ ...batch, maxConcurrency: batch.maxConcurrency + 2 });
      expect(afterOne(batchMini, { latencyMs: 1999 }).batch).toEqual({ ...batch, maxConcurrency: batch.maxConcurrency - 1 });
      for (const latencyMs of [2000, 5000]) expect(afterOne(batchMini, { latencyMs }).batch).toEqual(batch);
      expect(afterOne(directMini, { latencyMs: 9000 })).toEqual(heuristicArms);
    });

    it('adds an expert below a quality of 0.8, and asks for more agreement when a good answer was dear', () => {
      expect(afterOne(collaborateBoth, { quality: 0.79 }).collaborate).toEqual({ ...collaborate, numExperts: collaborate.numExperts + 1 });
      expect(afterOne(collaborateBoth, { quality: 0.95, costUsd: 1.01 }).collaborate).toMatchObject({
        numExperts: collaborate.numExperts,
        consensusThreshold: collaborate.consensusThreshold + 0.05,
      });
      expect(afterOne(collaborateBoth, { quality: 0.95, costUsd: 1 }).collaborate).toEqual(collaborate);
    });

    it('stays within its bounds, whatever comes, and keeps arms that can be saved', () => {
      const outcome = fc.record({
        quality: fc.double({ min: 0, max: 1, noNaN: true }),
        costUsd: fc.constantFrom(0.001, 2),
        latencyMs: fc.constantFrom(1000, 3000, 9000),
      });
      const event = fc.tuple(fc.constantFrom(batchMini, collaborateBoth), outcome).map(([arm, of]) => eventOf(arm, of));
      fc.assert(
        fc.property(fc.array(event, { maxLength: 80 }), (events) => {
          const state = learner.learn(learner.initial(), events);
          const { maxConcurrency } = state.arms.batch as BatchArm;
          const { numExperts, consensusThreshold } = state.arms.collaborate as CollaborateArm;
          expect(maxConcurrency).toBeGreaterThanOrEqual(4);
          // The plan adds two below 32, so that an odd number ends at 33.
          expect(maxConcurrency).toBeLessThanOrEqual(33);
          expect(numExperts).toBeLessThanOrEqual(5);
          expect(consensusThreshold).toBeLessThanOrEqual(1);
          expect(learner.restore(learner.save(state))).toEqual(state);
        }),
        { numRuns: 50 },
      );
    });

    it('reaches each bound and stays there', () => {
      const after = (outcome: Partial<Outcome>, arm: Arm) =>
        learner.learn(
          learner.initial(),
          Array.from({ length: 60 }, () => eventOf(arm, { ...good, ...outcome })),
        ).arms;
      expect((after({ latencyMs: 9000 }, batchMini).batch as BatchArm).maxConcurrency).toBe(32);
      expect((after({ latencyMs: 1000 }, batchMini).batch as BatchArm).maxConcurrency).toBe(4);
      expect((after({ quality: 0.1 }, collaborateBoth).collaborate as CollaborateArm).numExperts).toBe(5);
      expect((after({ quality: 1, costUsd: 2 }, collaborateBoth).collaborate as CollaborateArm).consensusThreshold).toBe(1);
    });
  });

  describe('tries other models by Thompson sampling', () => {
    /** The other model is as good as certain to win every draw. */
    const largeIsBetter: OriginalState = { ...learner.initial(), models: { mini: { successes: 1, failures: 500 }, large: { successes: 500, failures: 1 } } };
    const decide = (state: OriginalState, mode: 'explore' | 'exploit', analysis: Analysis = simple, count = 3000) => {
      const policy = learner.policy(state, mode);
      return Array.from({ length: count }, (_, index) => policy.decide(analysis, seededRandom('calls', index)));
    };

    it('on a tenth of calls while exploring, and on none while exploiting', () => {
      const share = decide(largeIsBetter, 'explore').filter(({ arm }) => armId(arm) === armId(directLarge)).length / 3000;
      expect(Math.abs(share - 0.1)).toBeLessThan(0.02);
      expect(decide(largeIsBetter, 'exploit').every(({ arm }) => arm === directMini)).toBe(true);
    });

    it('logs the probability that it chose with', () => {
      const even: OriginalState = { ...learner.initial(), models: { mini: { successes: 3, failures: 2 }, large: { successes: 2, failures: 2 } } };
      for (const state of [largeIsBetter, even]) {
        const decisions = decide(state, 'explore');
        const candidates = decisions[0]?.candidates ?? [];
        expect(candidates.map((candidate) => candidate.armId)).toEqual([armId(directMini), armId(directLarge)]);
        expect(candidates.reduce((sum, { propensity }) => sum + propensity, 0)).toBeCloseTo(1, 12);
        for (const { armId: id, propensity } of candidates) {
          const chosen = decisions.filter((decision) => decision.armId === id);
          expect(chosen.every((decision) => decision.propensity === propensity)).toBe(true);
          expect(Math.abs(chosen.length / decisions.length - propensity)).toBeLessThan(4 * Math.sqrt((propensity * (1 - propensity)) / decisions.length));
        }
      }
      for (const { propensity, candidates } of decide(largeIsBetter, 'exploit', simple, 3)) {
        expect(propensity).toBe(1);
        expect(candidates).toHaveLength(1);
      }
    });

    it('in proportion to how likely each model is to be the better one', () => {
      // P(Beta(3, 1) > Beta(1, 1)) = 3 / 4.
      const state: OriginalState = { ...learner.initial(), models: { mini: { successes: 1, failures: 1 }, large: { successes: 3, failures: 1 } } };
      const [decision] = decide(state, 'explore', simple, 1);
      const large = decision?.candidates.find((candidate) => candidate.armId === armId(directLarge))?.propensity as number;
      expect(Math.abs(large - 0.1 * 0.75)).toBeLessThan(0.01);
    });

    it('never for experts, who have models of their own', () => {
      const complex = analysisWith({ text: 'A comprehensive, complex question' });
      expect(decide(largeIsBetter, 'explore', complex, 200).every(({ arm }) => arm === collaborateBoth)).toBe(true);
    });

    it('and counts an answer as a success of its model, a missing one as a failure', () => {
      const { models } = learner.learn(learner.initial(), [
        eventOf(directMini),
        eventOf(directMini),
        eventOf(directMini, { quality: null }),
        eventOf(collaborateBoth),
      ]);
      expect(models).toEqual({ mini: { successes: 3, failures: 2 }, large: { successes: 1, failures: 1 } });
    });
  });

  describe('saves and restores', () => {
    it('what it learned, and then decides alike', () => {
      const outcome = fc.record({
        quality: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
        costUsd: fc.option(fc.double({ min: 0, max: 3, noNaN: true })),
        latencyMs: fc.option(fc.nat(10_000)),
      });
      const event = fc.tuple(fc.constantFrom(...arms), outcome, fc.string()).map(([arm, of, text]) => eventOf(arm, of, analysisWith({ text })));
      fc.assert(
        fc.property(fc.array(event, { maxLength: 30 }), fc.string(), (events, text) => {
          const state = learner.learn(learner.initial(), events);
          const restored = learner.restore(JSON.parse(JSON.stringify(learner.save(state))));
          expect(restored).toEqual(state);
          const decision = (of: OriginalState) => learner.policy(of, 'explore').decide(analysisWith({ text }), seededRandom(text));
          expect(decision(restored)).toEqual(decision(state));
        }),
        { numRuns: 25 },
      );
    });

    it('but nothing that it did not save', () => {
      const saved = learner.save(learner.initial()) as OriginalState;
      const refused: readonly unknown[] = [
        null,
        'text',
        {},
        { ...saved, generation: -1 },
        { ...saved, extra: 1 },
        { ...saved, rows: [{ features: [1], strategy: 'direct', performance: 1 }] },
        { ...saved, arms: { ...saved.arms, batch: { strategy: 'batch' } } },
        { ...saved, models: { mini: { successes: 0, failures: 1 } } },
      ];
      for (const data of refused) expect(() => learner.restore(data)).toThrow(SnapshotError);
    });
  });
});
