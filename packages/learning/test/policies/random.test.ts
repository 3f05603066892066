import { armId, seededRandom } from '@ratchet/core';
import { describe, expect, it } from 'vitest';
import { randomPolicy } from '../../src/policies/random.ts';
import { analysisWith } from '../analysis-fixture.ts';
import { batchMini, directLarge, directMini } from '../arm-fixture.ts';

const arms = [directMini, directLarge, batchMini];

describe('randomPolicy', () => {
  it('gives every arm the same probability, whatever the request', () => {
    const policy = randomPolicy(arms);
    for (const analysis of [analysisWith(), analysisWith({ chunks: 9, score: 1 })]) {
      const { candidates, propensity } = policy.decide(analysis, seededRandom(1));
      expect(candidates).toEqual(arms.map((arm) => ({ armId: armId(arm), propensity: 1 / 3 })));
      expect(propensity).toBe(1 / 3);
    }
  });

  it('chooses all arms about equally often, and by its source of chance alone', () => {
    const policy = randomPolicy(arms);
    const chosen = Array.from({ length: 3000 }, (_, index) => policy.decide(analysisWith(), seededRandom('random', index)).armId);
    for (const arm of arms) {
      const share = chosen.filter((id) => id === armId(arm)).length / chosen.length;
      expect(Math.abs(share - 1 / 3)).toBeLessThan(0.04);
    }
    expect(chosen).toEqual(Array.from({ length: 3000 }, (_, index) => policy.decide(analysisWith(), seededRandom('random', index)).armId));
  });
});
