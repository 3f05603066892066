import { describe, expect, it } from 'vitest';
import { decisionReason } from '../../src/learned/decision-reason.ts';
import type { ArmExplanation, DecisionExplanation, LearnedExplanation } from '../../src/learned/explain-decision.ts';

const objective = { kind: 'constrained', floor: { kind: 'baseline', margin: 0.02 }, qualityValue: 0, caution: 0 } as const;
const armOf = (armId: string, quality: number, price: number, inTime: boolean | null = null, eligible = true): ArmExplanation => ({
  armId,
  quality: { expected: quality, sd: 0.01, interval: { kind: 'unknown', points: 0, needed: 1, basis: 'all' } },
  costUsd: null,
  latencyMs: null,
  price,
  value: quality - 0.5 * price,
  latencyP90Ms: null,
  inTime,
  eligible,
  probability: 0.5,
});
const explained = (changes: Partial<LearnedExplanation> = {}): DecisionExplanation => ({
  chosen: 'direct/small',
  exploring: [],
  learned: {
    arms: [armOf('direct/small', 0.9, 0.1), armOf('direct/large', 0.95, 1)],
    priceOfQuality: 0.5,
    tradeOff: { quality: 0.9, standardError: 0.01, floor: 0.85, price: 0.1, reached: true },
    reference: 'direct/large',
    onlyReference: false,
    ...changes,
  },
});

describe('the reason of a decision', () => {
  it('weighs quality against its price, and names the next arm', () => {
    expect(decisionReason(explained(), { objective })).toBe(
      'of all arms it has the most value, quality 0.900 - 0.500 x price 0.100 = 0.850; the next is direct/large with 0.450',
    );
  });

  it('is the quality alone where that has no price, and says if the floor is out of reach', () => {
    const arms = [armOf('direct/small', 0.9, 0), armOf('direct/large', 0.8, 0)];
    expect(decisionReason(explained({ arms, priceOfQuality: 0 }), { objective })).toMatch(/^of all arms it has the highest expected quality, 0\.900/);
    const tradeOff = { quality: 0.8, standardError: 0.01, floor: 0.95, price: 0, reached: false };
    expect(decisionReason(explained({ arms, priceOfQuality: 0, tradeOff }), { objective })).toMatch(/^by the estimates no policy reaches the floor/);
  });

  it('says what was left out as too late, what only the reference can do, and that nothing is known', () => {
    const arms = [armOf('direct/small', 0.9, 0.1, true), armOf('direct/large', 0.95, 1, false)];
    expect(decisionReason(explained({ arms }), { objective })).toMatch(/^of the arms expected in time it has the most value, [^;]*$/);
    expect(decisionReason(explained({ onlyReference: true }), { objective })).toMatch(/no other policy reaches the floor/);
    expect(decisionReason({ ...explained(), learned: null }, { objective })).toMatch(/no answer has been judged yet/);
  });

  it('does not compare with an arm that may not serve, unless all that may are late', () => {
    const arms = [armOf('direct/lucky', 0.97, 0.1, null, false), armOf('direct/small', 0.9, 0.1), armOf('direct/large', 0.95, 1)];
    expect(decisionReason(explained({ arms }), { objective })).toMatch(
      /^of all arms that may serve \(others are worse on the whole, and no cheaper\) it has the most value, .*; the next is direct\/large with 0\.450$/,
    );
    const late = arms.map((arm) => ({ ...arm, inTime: false }));
    expect(decisionReason({ ...explained({ arms: late }), chosen: 'direct/lucky' }, { objective })).toMatch(
      /^no arm is expected in time, and of all it has .*; the next is direct\/small/,
    );
  });
});
