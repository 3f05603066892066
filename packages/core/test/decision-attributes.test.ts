import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { armId, parseArmId } from '../src/arm.ts';
import { decisionAttributes } from '../src/decision-attributes.ts';
import { certainDecision } from '../src/policy.ts';

describe('decisionAttributes', () => {
  test('adds up the probabilities of the arms with the chosen strategy, and counts those that had a chance', () => {
    const arm = parseArmId('direct/a');
    const candidates = [
      { armId: 'direct/a', propensity: 0.25 },
      { armId: 'direct/b', propensity: 0.5 },
      { armId: 'batch/a', propensity: 0.25 },
      { armId: 'collaborate/a', propensity: 0 },
    ];
    expect(decisionAttributes({ arm, armId: 'direct/a', propensity: 0.25, candidates })).toEqual({
      armId: 'direct/a',
      strategy: 'direct',
      propensity: 0.25,
      strategyConfidence: 0.75,
      contenders: 3,
    });
  });

  test('is sure of a decision that leaves nothing to chance', () => {
    const arm = parseArmId('batch/m');
    expect(decisionAttributes(certainDecision(arm, armId(arm)))).toMatchObject({ propensity: 1, strategyConfidence: 1, contenders: 1 });
  });

  test('is at least as sure of the strategy as of the arm, and never more than sure', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 100 }), { minLength: 1, maxLength: 20 }), (weights) => {
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        fc.pre((weights[0] as number) > 0);
        const candidates = weights.map((weight, index) => ({ armId: `${index % 2 === 0 ? 'direct' : 'batch'}/m${index}`, propensity: weight / total }));
        const { propensity } = candidates[0] as { propensity: number };
        const { strategyConfidence } = decisionAttributes({ arm: parseArmId('direct/m0'), armId: 'direct/m0', propensity, candidates });
        expect(strategyConfidence).toBeGreaterThanOrEqual(propensity - 1e-12);
        expect(strategyConfidence).toBeLessThanOrEqual(1);
      }),
    );
  });
});
