import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { affordableArms, frontierArms, frontierGaps } from '../../src/learned/affordable-arms.ts';

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

describe('frontierGaps', () => {
  it('is what an arm is short of the line between its neighbours on the frontier, by name', () => {
    // The line from the first to the third has 0.8 at a price of 0.5; the last is dearer than the reference.
    const gaps = frontierGaps({ mean: [0.9, 0.76, 0.7, 0.69, 0.95], price: [1, 0.5, 0, 0.01, 2], reference: 0 });
    expect(gaps[0]).toBe(0);
    expect(gaps[1]).toBeCloseTo(0.04, 3);
    expect(gaps[2]).toBe(0);
    expect(gaps[3]).toBeCloseTo(0.012, 3);
    expect(gaps[4]).toBe(Number.POSITIVE_INFINITY);
  });

  it('has an arm that sells a percent of the price for more than a point of quality on it only where quality is sold for as little', () => {
    const standing = { mean: [0.9, 0.85, 0.7], price: [1, 0.04, 0.035], reference: 0 };
    expect(frontierGaps(standing)[2]).toBeCloseTo(0.145, 3);
    expect([...frontierArms(standing, 0)]).toEqual([1, 1, 0]);
    expect([...frontierArms(standing, 29)]).toEqual([1, 1, 0]);
    expect([...frontierArms(standing, 31)]).toEqual([1, 1, 1]);
  });

  it('keeps the reference, never an arm that is dearer, and of arms as cheap at least as many with a slack', () => {
    fc.assert(
      fc.property(standings, fc.double({ min: 0, max: 30, noNaN: true }), (arms, priceOfQuality) => {
        const kept = frontierArms(arms, priceOfQuality);
        const cheapEnough = affordableArms(arms, { slack: 0.001, dearer: false });
        expect(kept[arms.reference]).toBe(1);
        kept.forEach((own, arm) => {
          expect(cheapEnough[arm] as number).toBeGreaterThanOrEqual(own);
        });
      }),
    );
  });

  it('bounds what any mixture of arms that is as cheap has more', () => {
    fc.assert(
      fc.property(standings, fc.nat(11), fc.nat(11), fc.nat(11), fc.double({ min: 0, max: 1, noNaN: true }), (arms, a, b, c, share) => {
        const [own, one, other] = [a, b, c].map((arm) => arm % arms.mean.length) as [number, number, number];
        const gaps = frontierGaps(arms);
        fc.pre([own, one, other].every((arm) => Number.isFinite(gaps[arm])));
        const mixed = (of: ArrayLike<number>): number => share * (of[one] as number) + (1 - share) * (of[other] as number);
        fc.pre(mixed(arms.price) <= (arms.price[own] as number));
        expect(mixed(arms.mean)).toBeLessThanOrEqual((arms.mean[own] as number) + (gaps[own] as number) + 1e-9);
      }),
      { numRuns: 1000 },
    );
  });

  it('is 0 for an arm that is the best at some price of quality, at least 0 for all, and depends on neither the unit of prices nor a common level of quality', () => {
    fc.assert(
      fc.property(standings, fc.constantFrom(0.001, 0.5, 4, 1024), fc.constantFrom(-0.25, 0.5), (arms, unit, level) => {
        fc.pre((arms.price[arms.reference] as number) > 0);
        const gaps = frontierGaps(arms);
        const moved = frontierGaps({ ...arms, mean: arms.mean.map((own) => own + level), price: arms.price.map((own) => own * unit) });
        gaps.forEach((gap, arm) => {
          expect(gap).toBeGreaterThanOrEqual(0);
          if (Number.isFinite(gap)) expect(moved[arm] as number).toBeCloseTo(gap, 9);
        });
        const best = arms.mean.reduce((most, own, arm) => (Number.isFinite(gaps[arm]) ? Math.max(most, own) : most), 0);
        expect(arms.mean.some((own, arm) => own === best && gaps[arm] === 0)).toBe(true);
      }),
    );
  });
});
