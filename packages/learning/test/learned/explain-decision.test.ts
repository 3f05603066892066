import { armId, seededRandom } from '@ratchet/core';
import { describe, expect, it } from 'vitest';
import { explainDecision, type LearnedExplanation } from '../../src/learned/explain-decision.ts';
import { learnedLearner } from '../../src/learned/learned.ts';
import type { LearningTask } from '../../src/learner.ts';
import { type Objective, objectiveSchema } from '../../src/objective.ts';
import { fixedPolicy } from '../../src/policies/fixed.ts';
import { randomPolicy } from '../../src/policies/random.ts';
import { analysisWith } from '../analysis-fixture.ts';
import { directLarge, directMini, eventOf, orchestrateMini } from '../arm-fixture.ts';

const arms = [directMini, directLarge, orchestrateMini];
const prices = { cost: 0.3, latency: 0.1, belowFloor: 1, margin: 0.02 };
const request = analysisWith({ text: 'One more request' });

/** The large model is a little better, and ten times as dear; `orchestrate` is as good as it and slow. */
function learnedWith(objective: Objective) {
  const task: LearningTask = { arms, objective, prices, initialPolicy: randomPolicy(arms) };
  const learner = learnedLearner(task);
  const events = Array.from({ length: 120 }, (_, index) => {
    const which = index % 3;
    const quality = seededRandom('quality', index).uniform() < ([0.85, 0.95, 0.95][which] as number) ? 1 : 0;
    const outcome = { quality, costUsd: [0.001, 0.01, 0.002][which] as number, latencyMs: [1000, 2000, 20_000][which] as number };
    return {
      ...eventOf(arms[which] as (typeof arms)[number], outcome, analysisWith({ requestId: `${index}`, text: `Request ${index} of ${index % 7} kinds` })),
      propensity: 1 / 3,
    };
  });
  return { task, learner, state: learner.learn(learner.initial(), events) };
}

describe('explainDecision', () => {
  const objectives: readonly Objective[] = [
    objectiveSchema.parse({ kind: 'constrained', floor: { kind: 'best-arm' } }),
    objectiveSchema.parse({ kind: 'constrained', floor: { kind: 'number', value: 0.8 }, deadlineMs: 10_000 }),
    { kind: 'weighted' },
    { kind: 'budget', usdPerRequest: 0.004 },
  ];

  for (const objective of objectives) {
    it(`names the arm that serves, which has the most value of those in time: ${JSON.stringify(objective)}`, () => {
      const { task, learner, state } = learnedWith(objective);
      const { chosen, exploring, learned } = explainDecision(state, { analysis: request, task, random: seededRandom('explain') });
      const { arms: explained, onlyReference, reference, tradeOff, priceOfQuality } = learned as LearnedExplanation;
      expect(chosen).toBe(learner.policy(state, 'exploit').decide(request, seededRandom('any')).armId);
      expect(chosen).toBe(onlyReference ? reference : explained.find(({ inTime }) => inTime !== false)?.armId);
      expect(explained.map((arm) => arm.armId).sort()).toEqual(arms.map(armId).sort());
      explained.forEach(({ quality, price, value, probability, armId: id }, rank) => {
        expect(value).toBeLessThanOrEqual(explained[rank - 1]?.value ?? Number.POSITIVE_INFINITY);
        if (quality.expected > 0 && quality.expected < 1) expect(value).toBeCloseTo(quality.expected - priceOfQuality * price, 12);
        expect(probability).toBe(exploring.find((candidate) => candidate.armId === id)?.propensity ?? 0);
      });
      expect(explained.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9);
      expect(tradeOff.floor === null).toBe(objective.kind !== 'constrained');
    });
  }

  it('says which arms are late, by their 90th percentile', () => {
    const { task, state } = learnedWith(objectives[1] as Objective);
    const { arms: explained } = explainDecision(state, { analysis: request, task, random: seededRandom('explain') }).learned as LearnedExplanation;
    for (const { armId: id, inTime, latencyP90Ms, probability } of explained) {
      expect(inTime, id).toBe(id !== armId(orchestrateMini));
      expect((latencyP90Ms as number) <= 10_000, id).toBe(inTime);
      if (inTime === false) expect(probability).toBe(0);
    }
  });

  it('foretells nothing while no answer has been judged: generation 0 serves', () => {
    const task: LearningTask = { arms, objective: { kind: 'weighted' }, prices, initialPolicy: fixedPolicy(directLarge) };
    const learner = learnedLearner(task);
    for (const state of [learner.initial(), learner.learn(learner.initial(), [eventOf(directMini, { quality: null })])]) {
      expect(explainDecision(state, { analysis: request, task, random: seededRandom('explain') })).toMatchObject({ chosen: armId(directLarge), learned: null });
    }
  });
});
