import { type Analysis, type Arm, armId, type Policy, seededRandom, strategyNames } from '@ratchet/core';
import { describe, expect, it } from 'vitest';
import { learnedLearner } from '../../src/learned/learned.ts';
import type { Learner, LearningTask } from '../../src/learner.ts';
import type { LearningEvent } from '../../src/outcome.ts';
import { heuristicPolicy, heuristicStrategy } from '../../src/policies/heuristic.ts';
import { learnerWithinStrategies } from '../../src/policies/within-strategy.ts';
import { SnapshotError } from '../../src/snapshot.ts';
import { analysisWith } from '../analysis-fixture.ts';
import { heuristicArms } from '../arm-fixture.ts';

const dear: Arm = heuristicArms.direct;
const cheap: Arm = { ...dear, model: 'cheap' } as Arm;
const arms: readonly Arm[] = [dear, cheap, heuristicArms.orchestrate];
const task: LearningTask = {
  arms,
  objective: { kind: 'weighted' },
  prices: { cost: 0.3, latency: 0, belowFloor: 0, margin: 0 },
  initialPolicy: heuristicPolicy(heuristicArms),
};
const requests: readonly Analysis[] = Array.from({ length: 60 }, (_, index) =>
  analysisWith(index % 3 === 0 ? { chunks: 2, edges: 1, text: `first ${index}, then ${index}` } : { chunks: 1, text: `what is ${index}?` }),
);

/** Cheap answers are as good at a tenth of the cost. */
function eventsOf(policy: Policy, generation: number): readonly LearningEvent[] {
  return requests.map((analysis, index) => {
    const decision = policy.decide(analysis, seededRandom(generation, index));
    const outcome = { quality: 0.8, costUsd: decision.armId === armId(cheap) ? 0.01 : 0.1, latencyMs: 1000 };
    return { id: `${generation}/${index}`, analysis, arm: decision.arm, propensity: decision.propensity, outcome };
  });
}

function learnt<State>(learner: Learner<State>, generations: number): State {
  let state = learner.initial();
  for (let generation = 0; generation < generations; generation++) state = learner.learn(state, eventsOf(learner.policy(state, 'explore'), generation));
  return state;
}

describe('learnerWithinStrategies', () => {
  const learner = learnerWithinStrategies(task, heuristicArms, (one) => learnedLearner(one));

  it('learns the cheaper of equally good models, and never leaves the strategy that the heuristic has for a request', () => {
    const state = learnt(learner, 4);
    for (const mode of ['explore', 'exploit'] as const) {
      const policy = learner.policy(state, mode);
      for (const analysis of requests)
        for (const { armId: id } of policy.decide(analysis, seededRandom(mode)).candidates)
          expect([...arms, ...Object.values(heuristicArms)].filter((arm) => armId(arm) === id).map(({ strategy }) => strategy)).toContain(
            heuristicStrategy(analysis),
          );
    }
    expect(learner.policy(state, 'exploit').decide(requests[1] as Analysis, seededRandom(1)).armId).toBe(armId(cheap));
  });

  it('takes the arm of the heuristic where the scenario has none of that strategy', () => {
    const policy = learner.policy(learnt(learner, 2), 'exploit');
    expect(policy.decide(analysisWith({ chunks: 3 }), seededRandom(1)).armId).toBe(armId(heuristicArms.batch));
    expect(policy.decide(analysisWith({ score: 1 }), seededRandom(1)).armId).toBe(armId(heuristicArms.collaborate));
  });

  it('is the same after it was saved and restored; what is not its own is refused', () => {
    const state = learnt(learner, 3);
    const saved = JSON.parse(JSON.stringify(learner.save(state)));
    const again = learner.restore(saved);
    for (const analysis of requests)
      expect(learner.policy(again, 'explore').decide(analysis, seededRandom(2))).toEqual(learner.policy(state, 'explore').decide(analysis, seededRandom(2)));
    expect(Object.keys(saved).sort()).toEqual([...strategyNames].sort());
    expect(() => learner.restore({ direct: saved.direct })).toThrow(SnapshotError);
    expect(() => learner.restore(null)).toThrow(SnapshotError);
  });
});
