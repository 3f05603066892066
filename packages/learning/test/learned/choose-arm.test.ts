import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ArmForecasts, type ChoiceRule, greedyArm, type NormalDraws, thompsonPropensities } from '../../src/learned/choose-arm.ts';

const draws = 64;
/** In hundredths, so that arms are often equal. */
const hundredths = (min: number, max: number) => fc.integer({ min, max }).map((value) => value / 100);
const quality = hundredths(-50, 150);
const arm = fc.record({ mean: quality, sd: hundredths(0, 50), price: hundredths(0, 200), allowed: fc.boolean() });
const forecasts = fc.array(arm, { minLength: 1, maxLength: 6 }).map(forecastsOf);
const rule: fc.Arbitrary<ChoiceRule> = fc.record({ floor: fc.oneof(fc.constant(Number.NEGATIVE_INFINITY), quality), qualityValue: fc.constantFrom(0, 0.5, 1) });
const mostUtility: ChoiceRule = { floor: Number.NEGATIVE_INFINITY, qualityValue: 1 };
const cheapestFrom = (floor: number): ChoiceRule => ({ floor, qualityValue: 0 });
const epsilon = fc.double({ min: 0, max: 1, noNaN: true });

describe('thompsonPropensities', () => {
  it('gives a distribution in which every allowed arm has at least its share of epsilon, and no other arm anything', () => {
    fc.assert(
      fc.property(forecasts, rule, epsilon, fc.nat(), (of, by, share, seed) => {
        const propensities = thompsonPropensities(of, by, normalDraws(of.quality.length, seed), share);
        expect(sum(propensities)).toBeCloseTo(1, 12);
        const allowed = of.allowed.filter(Boolean).length;
        propensities.forEach((propensity, index) => {
          if (of.allowed[index] || allowed === 0) expect(propensity).toBeGreaterThanOrEqual(share / (allowed || of.allowed.length) - 1e-15);
          else expect(propensity).toBe(0);
        });
      }),
    );
  });

  it('gives the same for the same draws', () => {
    fc.assert(
      fc.property(forecasts, rule, epsilon, fc.nat(), (of, by, share, seed) => {
        const again = () => thompsonPropensities(of, by, normalDraws(of.quality.length, seed), share);
        expect(again()).toEqual(again());
      }),
    );
  });

  it('permutes its probabilities when the arms change places and keep their draws', () => {
    fc.assert(
      fc.property(rule, epsilon, fc.nat(), fc.integer({ min: 2, max: 6 }), (by, share, seed, arms) => {
        const random = seededRandom('relabelled', seed);
        const before = Array.from({ length: arms }, (_, index) => ({
          mean: random.uniform('mean', index),
          sd: 0.3 * random.uniform('sd', index),
          price: random.uniform('price', index),
          allowed: random.uniform('allowed', index) < 0.8,
        }));
        const order = before.map((_, index) => index).sort((a, b) => random.uniform('order', a) - random.uniform('order', b));
        const values = normalDraws(arms, seed);
        const moved = {
          count: draws,
          values: Float64Array.from(values.values, (_, slot) => values.values[slot - (slot % arms) + (order[slot % arms] as number)] as number),
        };
        const original = thompsonPropensities(forecastsOf(before), by, values, share);
        const relabelled = thompsonPropensities(forecastsOf(order.map((index) => before[index] as (typeof before)[number])), by, moved, share);
        expect(relabelled).toEqual(order.map((index) => original[index]));
      }),
    );
  });

  it('chooses as the means do where nothing is uncertain and epsilon is 0', () => {
    fc.assert(
      fc.property(forecasts, rule, fc.nat(), (of, by, seed) => {
        const certain = { ...of, quality: of.quality.map(({ mean }) => ({ mean, sd: 0 })) };
        const propensities = thompsonPropensities(certain, by, normalDraws(of.quality.length, seed), 0);
        expect(propensities).toEqual(of.quality.map((_, index) => Number(index === greedyArm(of, by))));
      }),
    );
  });

  it('gives an arm the probability with which it is the best one, as its posterior has it', () => {
    const of = forecastsOf([
      { mean: 0.5, sd: 0.1, price: 0, allowed: true },
      { mean: 0.6, sd: 0.1, price: 0, allowed: true },
    ]);
    const [first] = thompsonPropensities(of, mostUtility, normalDraws(2, 1, 4096), 0) as [number, number];
    // P(N(-0.1, 0.02) > 0) = P(Z > 0.7071)
    expect(first).toBeGreaterThan(0.24 - 0.03);
    expect(first).toBeLessThan(0.24 + 0.03);
  });

  it('tries an uncertain arm more often than one that is surely as much worse', () => {
    const share = (sd: number) =>
      thompsonPropensities(
        forecastsOf([
          { mean: 0.7, sd: 0.01, price: 0, allowed: true },
          { mean: 0.6, sd, price: 0, allowed: true },
        ]),
        mostUtility,
        normalDraws(2, 3, 1024),
        0,
      )[1] as number;
    expect(share(0.01)).toBe(0);
    expect(share(0.2)).toBeGreaterThan(0.2);
  });
});

describe('greedyArm', () => {
  it('chooses as a plain search does: of those that meet the floor, the most quality at its value minus price', () => {
    fc.assert(
      fc.property(forecasts, rule, (of, by) => {
        expect(greedyArm(of, by)).toBe(plainSearch(of, by));
      }),
    );
  });

  it('never lets an arm below the floor win when an allowed one meets it', () => {
    fc.assert(
      fc.property(forecasts, quality, (of, floor) => {
        const meets = (index: number) => of.allowed[index] === true && (of.quality[index]?.mean as number) >= floor;
        fc.pre(of.quality.some((_, index) => meets(index)));
        const chosen = greedyArm(of, cheapestFrom(floor));
        expect(meets(chosen)).toBe(true);
        of.price.forEach((price, index) => {
          if (meets(index)) expect(of.price[chosen]).toBeLessThanOrEqual(price);
        });
      }),
    );
  });

  it('falls back to the allowed arm of the highest quality when none meets the floor, and to any when none is allowed', () => {
    const arms = [
      { mean: 0.5, sd: 0, price: 1, allowed: true },
      { mean: 0.6, sd: 0, price: 2, allowed: true },
      { mean: 0.8, sd: 0, price: 0, allowed: false },
    ];
    const constrained = cheapestFrom(0.7);
    expect(greedyArm(forecastsOf(arms), constrained)).toBe(1);
    expect(greedyArm(forecastsOf(arms.map((one) => ({ ...one, allowed: false }))), constrained)).toBe(2);
  });

  it('takes an arm whose quality is exactly the floor', () => {
    const of = forecastsOf([
      { mean: 0.9, sd: 0, price: 2, allowed: true },
      { mean: 0.7, sd: 0, price: 1, allowed: true },
    ]);
    expect(greedyArm(of, cheapestFrom(0.7))).toBe(1);
  });

  it('takes the better one of arms that cost the same', () => {
    const arms = [0.72, 0.9, 0.8].map((mean) => ({ mean, sd: 0, price: 0, allowed: true }));
    expect(greedyArm(forecastsOf(arms), cheapestFrom(0.7))).toBe(1);
    expect(greedyArm(forecastsOf(arms.toReversed()), cheapestFrom(0.7))).toBe(1);
  });
});

function forecastsOf(arms: readonly { readonly mean: number; readonly sd: number; readonly price: number; readonly allowed: boolean }[]): ArmForecasts {
  return { quality: arms.map(({ mean, sd }) => ({ mean, sd })), price: arms.map(({ price }) => price), allowed: arms.map(({ allowed }) => allowed) };
}

function normalDraws(arms: number, seed: number, count = draws): NormalDraws {
  const random = seededRandom('draws', seed);
  return { count, values: Float64Array.from({ length: count * arms }, (_, index) => random.normal(index)) };
}

/** All arms that qualify, sorted by what counts; ties by quality, then by position. */
function plainSearch({ quality: predictions, price, allowed }: ArmForecasts, { floor, qualityValue }: ChoiceRule): number {
  const arms = predictions.map(({ mean }, index) => ({
    index,
    mean,
    value: qualityValue * mean - (price[index] as number),
    allowed: allowed[index] as boolean,
  }));
  const usable = arms.filter((one) => one.allowed);
  const meeting = usable.filter((one) => one.mean >= floor);
  const byQuality = (a: (typeof arms)[number], b: (typeof arms)[number]) => b.mean - a.mean;
  const sorted =
    meeting.length > 0 ? meeting.toSorted((a, b) => b.value - a.value || byQuality(a, b)) : (usable.length > 0 ? usable : arms).toSorted(byQuality);
  return (sorted[0] as (typeof arms)[number]).index;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
