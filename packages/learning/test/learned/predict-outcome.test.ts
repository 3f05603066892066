import { armId, seededRandom } from '@ratchet/core';
import { describe, expect, it } from 'vitest';
import { intervalCoverage } from '../../src/conformal/interval-coverage.ts';
import { learnedLearner } from '../../src/learned/learned.ts';
import { type OutcomePrediction, predictOutcome, predictorOf } from '../../src/learned/predict-outcome.ts';
import type { LearningEvent } from '../../src/outcome.ts';
import { randomPolicy } from '../../src/policies/random.ts';
import { analysisWith } from '../analysis-fixture.ts';
import { directLarge, directMini, orchestrateLarge, orchestrateMini } from '../arm-fixture.ts';
import { type Generation, playGeneration, type SyntheticWorld } from '../synthetic-world.ts';

const arms = [directMini, directLarge, orchestrateMini, orchestrateLarge];
const ids = arms.map(armId);

/** Some of what an arm makes of a request is in its structure, and some is the request's own. Requests are numbered from `first` on. */
function worldOf(requests: number, first = 0): SyntheticWorld {
  return {
    arms,
    prices: { cost: 0.05, latency: 0.02, belowFloor: 1, margin: 0.02 },
    scale: { quality: 0.7, costUsd: 0.002, latencyMs: 3000 },
    request: (random, id) => {
      const number = first + Math.floor(requests * random.uniform('request'));
      const own = seededRandom('request of the world', number);
      const chunks = 1 + Math.floor(5 * own.uniform('chunks'));
      return analysisWith({ requestId: id, text: `Request ${number}`, chunks, words: 30 * chunks, edges: chunks - 1, depth: chunks, score: chunks / 6 });
    },
    expected: (arm, { structure, text }) => {
      const own = seededRandom('request and arm', text, armId(arm));
      const skill = [0.75, 0.9, 0.6, 0.97][arms.indexOf(arm)] as number;
      const quality = Math.min(1, Math.max(0, skill - (arm.strategy === 'direct' ? 0.06 * structure.chunks : 0) + 0.08 * own.normal('quality')));
      const large = arm === directLarge || arm === orchestrateLarge;
      return {
        quality,
        costUsd: (large ? 0.003 : 0.0005) * structure.chunks * Math.exp(0.3 * own.normal('cost')),
        latencyMs: 1500 * Math.sqrt(structure.chunks) * Math.exp(0.2 * own.normal('latency')),
      };
    },
  };
}

/** Grades around the expected quality instead of right and wrong. */
function graded(world: SyntheticWorld, { events }: Generation): readonly LearningEvent[] {
  return events.map((event) => {
    const noise = 0.15 * seededRandom('grade', event.id).normal();
    return { ...event, outcome: { ...event.outcome, quality: Math.min(1, Math.max(0, world.expected(event.arm, event.analysis).quality + noise)) } };
  });
}

const cases = [
  { name: 'right and wrong answers to requests that are asked once', requests: 1e9, decisions: 500, grade: false },
  { name: 'grades of requests that are asked once', requests: 1e9, decisions: 800, grade: true },
  { name: 'grades of requests that are asked again and again', requests: 80, decisions: 2400, grade: true },
] as const;

describe('predictOutcome', () => {
  for (const { name, requests, decisions, grade } of cases) {
    it(`holds what it promises of single answers that nothing was learned from: ${name}`, () => {
      const play = (seed: number, count: number, world: SyntheticWorld) => {
        const generation = playGeneration(world, randomPolicy(arms), { seed, generation: 0, decisions: count });
        return grade ? graded(world, generation) : generation.events;
      };
      const world = worldOf(requests);
      const predict = predictIn(world, play(1, decisions, world));
      const tested = play(2, 1000, worldOf(requests, requests)).map(({ analysis, arm, outcome }) => ({
        prediction: predict(analysis)[ids.indexOf(armId(arm))] as OutcomePrediction,
        outcome,
        group: armId(arm),
      }));
      for (const [metric, most] of [
        // An answer that is right or wrong has no interval of just 90%.
        ['quality', grade ? 0.94 : 1],
        ['costUsd', 0.94],
        ['latencyMs', 0.94],
      ] as const) {
        const report = coverageOf(tested, metric);
        expect(report.unknown).toBe(0);
        expect(report.coverage).toBeGreaterThan(0.87);
        expect(report.coverage).toBeLessThanOrEqual(most);
        for (const id of ids)
          expect(
            coverageOf(
              tested.filter(({ group }) => group === id),
              metric,
            ).coverage,
            id,
          ).toBeGreaterThan(0.82);
      }
      // It says more than that quality is somewhere from 0 to 1.
      if (grade) expect(coverageOf(tested, 'quality').medianWidth).toBeLessThan(0.7);
    });
  }
});

function coverageOf(tested: readonly { prediction: OutcomePrediction; outcome: LearningEvent['outcome'] }[], metric: 'quality' | 'costUsd' | 'latencyMs') {
  return intervalCoverage(
    tested.map(({ prediction, outcome }) => ({
      interval: (prediction[metric] as NonNullable<OutcomePrediction['costUsd']>).interval,
      observed: outcome[metric] as number,
    })),
  );
}

function predictIn(world: SyntheticWorld, events: readonly LearningEvent[]) {
  const task = { arms, objective: { kind: 'weighted' }, prices: world.prices, initialPolicy: randomPolicy(arms) } as const;
  const learner = learnedLearner(task);
  const predictor = predictorOf(learner.learn(learner.initial(), events), task);
  return (analysis: LearningEvent['analysis']) => predictOutcome(analysis, predictor);
}
