import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { affordableArms } from '../../src/learned/affordable-arms.ts';

const standings = fc
  .array(fc.record({ mean: fc.double({ min: 0, max: 1, noNaN: true }), price: fc.nat(200).map((hundredths) => hundredths / 100) }), {
    minLength: 1,
    maxLength: 12,
  })
  .chain((arms) => fc.nat(arms.length - 1).map((reference) => ({ mean: arms.map(({ mean }) => mean), price: arms.map(({ price }) => price), reference })));
const slacks = fc.double({ min: 0, max: 1, noNaN: true });

describe('affordableArms', () => {
  it('keeps, by name: the reference, cheaper arms, and of arms as cheap those that are nearly as good', () => {
    const arms = { mean: [0.7, 0.6, 0.55, 0.59, 0.9], price: [0.6, 0.2, 0.3, 0.2, 0.8], reference: 0 };
    expect([...affordableArms(arms, { slack: Number.POSITIVE_INFINITY, dearer: false })]).toEqual([1, 1, 1, 1, 0]);
    expect([...affordableArms(arms, { slack: 0.02, dearer: false })]).toEqual([1, 1, 0, 1, 0]);
    expect([...affordableArms(arms, { slack: 0, dearer: false })]).toEqual([1, 1, 0, 0, 0]);
    expect([...affordableArms(arms, { slack: 0.02, dearer: true })]).toEqual([1, 1, 0, 1, 1]);
    expect([...affordableArms(arms, { slack: Number.POSITIVE_INFINITY, dearer: true })]).toEqual([1, 1, 1, 1, 1]);
  });

  it('keeps the reference always, and never an arm that is dearer', () => {
    fc.assert(
      fc.property(standings, slacks, (arms, slack) => {
        const kept = affordableArms(arms, { slack, dearer: false });
        expect(kept[arms.reference]).toBe(1);
        kept.forEach((own, arm) => {
          if (own === 1) expect(arms.price[arm] as number).toBeLessThanOrEqual((arms.price[arms.reference] as number) * 1.0001);
        });
      }),
    );
  });

  it('leaves out no arm that would be the best on the mean at any price of quality', () => {
    fc.assert(
      fc.property(standings, slacks, fc.double({ min: 0, max: 30, noNaN: true }), (arms, slack, lambda) => {
        const kept = affordableArms(arms, { slack, dearer: false });
        const cheapEnough = affordableArms(arms, { slack: Number.POSITIVE_INFINITY, dearer: false });
        const worth = (arm: number): number => (arms.mean[arm] as number) - lambda * (arms.price[arm] as number);
        const most = (among: Uint8Array): number => Math.max(...arms.mean.map((_, arm) => (among[arm] === 1 ? worth(arm) : Number.NEGATIVE_INFINITY)));
        expect(most(kept)).toBeGreaterThanOrEqual(most(cheapEnough) - 1e-9);
      }),
    );
  });

  it('keeps more arms the more slack they have', () => {
    fc.assert(
      fc.property(standings, slacks, slacks, (arms, one, other) => {
        const tight = affordableArms(arms, { slack: Math.min(one, other), dearer: false });
        const wide = affordableArms(arms, { slack: Math.max(one, other), dearer: false });
        tight.forEach((own, arm) => {
          expect(wide[arm] as number).toBeGreaterThanOrEqual(own);
        });
      }),
    );
  });
});
