import { type Analysis, seededRandom } from '@ratchet/core';
import { describe, expect, it } from 'vitest';
import { learnedLearner } from '../../src/learned/learned.ts';
import type { LearningTask } from '../../src/learner.ts';
import { fixedPolicy } from '../../src/policies/fixed.ts';
import { analysisWith } from '../analysis-fixture.ts';
import { directLarge, directMini } from '../arm-fixture.ts';

const random = seededRandom('provided');
const arms = [directMini, directLarge];
const task: LearningTask = {
  arms,
  objective: { kind: 'weighted' },
  prices: { cost: 0, latency: 0, belowFloor: 1, margin: 0 },
  initialPolicy: fixedPolicy(directMini),
};

/** One model is right about one half of the requests, the other about the rest: only the embedding tells which is which. */
const requests = Array.from({ length: 120 }, (_, index) => ({ index, topic: index % 2 }));

function analysisOf({ index, topic }: (typeof requests)[number], embedded: boolean): Analysis {
  const embedding = Array.from({ length: 300 }, (__, at) => random.normal('topic', topic, at) + 0.5 * random.normal('text', index, at));
  return { ...analysisWith({}), requestId: `${index}`, text: `Item ${1000 + index}`, ...(embedded ? { embedding } : {}) };
}

/** Share of new requests that are given to the model which is right about them. */
function shareRight(embedded: boolean): number {
  const learner = learnedLearner(task);
  const state = learner.learn(
    learner.initial(),
    requests.flatMap((one) =>
      arms.map((arm, which) => ({
        id: `${one.index}/${which}`,
        analysis: analysisOf(one, embedded),
        arm,
        propensity: 1,
        outcome: { quality: which === one.topic ? 1 : 0, costUsd: 0.001, latencyMs: 100 },
        feedback: 'full' as const,
      })),
    ),
  );
  // A snapshot has the places too.
  const policy = learner.policy(learner.restore(learner.save(state)), 'exploit');
  const asked = Array.from({ length: 40 }, (_, index) => ({ index: 500 + index, topic: index % 2 }));
  return asked.filter((one) => policy.decide(analysisOf(one, embedded), random.child(one.index)).arm === arms[one.topic]).length / asked.length;
}

describe("a provider's embedding", () => {
  it('tells requests apart whose words do not, and is kept by snapshots', () => {
    expect(shareRight(true)).toBeGreaterThan(0.95);
    expect(shareRight(false)).toBeLessThan(0.8);
  });
});
