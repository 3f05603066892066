import { armId, armSchema, seededRandom } from '@ratchet/core';
import { describe, expect, it } from 'vitest';
import { fixedPolicy } from '../../src/policies/fixed.ts';
import { analysisWith } from '../analysis-fixture.ts';
import { directLarge } from '../arm-fixture.ts';

describe('fixedPolicy', () => {
  it('takes its arm for certain, for every request', () => {
    const policy = fixedPolicy(directLarge);
    for (const analysis of [analysisWith(), analysisWith({ chunks: 5, edges: 4, score: 0.9 })]) {
      expect(policy.decide(analysis, seededRandom(1))).toEqual({
        arm: directLarge,
        armId: 'direct/large',
        propensity: 1,
        candidates: [{ armId: 'direct/large', propensity: 1 }],
      });
    }
  });

  it('is named after its arm, unless it stands for something else', () => {
    const warm = armSchema.parse({ ...directLarge, temperature: 1.5 });
    expect(fixedPolicy(warm).name).toBe(`fixed:${armId(warm)}`);
    expect(fixedPolicy(warm, 'best-fixed').name).toBe('best-fixed');
  });
});
