import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ArmForecasts, greedyArm, type NormalDraws, thompsonPropensities } from '../../src/learned/choose-arm.ts';

interface ArmForecast {
  readonly mean: number;
  readonly sd: number;
  readonly price: number;
  readonly allowed: boolean;
}

/** In hundredths, so that arms are often equal. */
const hundredths = (min: number, max: number) => fc.integer({ min, max }).map((value) => value / 100);
const arm = fc.record({ mean: hundredths(-50, 150), sd: hundredths(0, 50), price: hundredths(0, 200), allowed: fc.boolean() });
const forecasts = fc.array(arm, { minLength: 1, maxLength: 6 }).map(forecastsOf);
const lambda = fc.constantFrom(0, 0.1, 1, 30);
const epsilon = fc.double({ min: 0, max: 1, noNaN: true });

describe('thompsonPropensities', () => {
  it('gives a distribution in which every allowed arm has at least its share of epsilon, and no other arm anything', () => {
    fc.assert(
      fc.property(forecasts, lambda, epsilon, fc.nat(), (of, price, share, seed) => {
        const propensities = thompsonPropensities(of, price, { draws: normalDraws(of.quality.length, seed), epsilon: share });
        expect(sum(propensities)).toBeCloseTo(1, 12);
        const allowed = of.allowed.filter(Boolean).length;
        propensities.forEach((propensity, index) => {
          if (of.allowed[index] || allowed === 0) expect(propensity).toBeGreaterThanOrEqual(share / (allowed || of.allowed.length));
          else expect(propensity).toBe(0);
        });
      }),
    );
  });

  it('counts wins as a plain loop over all arms and draws does', () => {
    fc.assert(
      fc.property(forecasts, lambda, epsilon, fc.nat(), (of, price, share, seed) => {
        const draws = normalDraws(of.quality.length, seed);
        const usable = of.allowed.some(Boolean) ? of.allowed : of.allowed.map(() => true);
        const wins = of.allowed.map(() => 0);
        for (let draw = 0; draw < draws.count; draw++) {
          const values = of.allowed.map((_, index) =>
            usable[index]
              ? worthOf(of, index, price) + (of.qualitySd[index] as number) * (draws.values[index * draws.count + draw] as number)
              : Number.NEGATIVE_INFINITY,
          );
          const winner = values.indexOf(Math.max(...values));
          wins[winner] = (wins[winner] as number) + 1;
        }
        const floor = share / usable.filter(Boolean).length;
        thompsonPropensities(of, price, { draws, epsilon: share }).forEach((propensity, index) => {
          expect(propensity).toBeCloseTo((usable[index] ? floor : 0) + (1 - share) * ((wins[index] as number) / draws.count), 12);
        });
      }),
    );
  });

  it('permutes its probabilities when the arms change places and keep their draws', () => {
    fc.assert(
      fc.property(lambda, epsilon, fc.nat(), fc.integer({ min: 2, max: 6 }), (price, share, seed, arms) => {
        const random = seededRandom('relabelled', seed);
        const before = Array.from({ length: arms }, (_, index) => ({
          mean: random.uniform('mean', index),
          sd: 0.3 * random.uniform('sd', index),
          price: random.uniform('price', index),
          allowed: random.uniform('allowed', index) < 0.8,
        }));
        const order = before.map((_, index) => index).sort((a, b) => random.uniform('order', a) - random.uniform('order', b));
        const draws = normalDraws(arms, seed);
        const moved = {
          ...draws,
          values: Float64Array.from(order.flatMap((index) => [...draws.values.subarray(index * draws.count, (index + 1) * draws.count)])),
        };
        const original = thompsonPropensities(forecastsOf(before), price, { draws, epsilon: share });
        const relabelled = thompsonPropensities(forecastsOf(order.map((index) => before[index] as ArmForecast)), price, { draws: moved, epsilon: share });
        expect(relabelled).toEqual(order.map((index) => original[index]));
      }),
    );
  });

  it('chooses as the means do where nothing is uncertain and epsilon is 0', () => {
    fc.assert(
      fc.property(forecasts, lambda, fc.nat(), (of, price, seed) => {
        const certain = { ...of, qualitySd: of.qualitySd.map(() => 0) };
        const propensities = thompsonPropensities(certain, price, { draws: normalDraws(of.quality.length, seed), epsilon: 0 });
        const chosen = propensities.indexOf(1);
        expect(sum(propensities)).toBe(1);
        expect(worthOf(of, chosen, price)).toBe(worthOf(of, greedyArm(of, price), price));
      }),
    );
  });

  it('gives an arm the probability with which it is the best one, as its posterior has it', () => {
    const of = forecastsOf([
      { mean: 0.5, sd: 0.1, price: 0, allowed: true },
      { mean: 0.6, sd: 0.1, price: 0, allowed: true },
    ]);
    const [first] = thompsonPropensities(of, 1, { draws: normalDraws(2, 1, 4096), epsilon: 0 }) as [number, number];
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
        1,
        { draws: normalDraws(2, 3, 1024), epsilon: 0 },
      )[1] as number;
    expect(share(0.01)).toBe(0);
    expect(share(0.2)).toBeGreaterThan(0.2);
  });
});

describe('greedyArm', () => {
  it('chooses as a plain search does: the most quality less its price, ties by quality, then by position', () => {
    fc.assert(
      fc.property(forecasts, lambda, (of, price) => {
        const usable = [...of.quality.keys()].filter((index) => of.allowed[index] || !of.allowed.some(Boolean));
        const [best] = usable.toSorted(
          (a, b) => worthOf(of, b, price) - worthOf(of, a, price) || (of.quality[b] as number) - (of.quality[a] as number) || a - b,
        );
        expect(greedyArm(of, price)).toBe(best);
      }),
    );
  });

  it('pays nothing for quality at a high price of it, and anything at none', () => {
    const of = forecastsOf([
      { mean: 0.5, sd: 0, price: 0.1, allowed: true },
      { mean: 0.9, sd: 0, price: 0.9, allowed: true },
    ]);
    expect(greedyArm(of, 0)).toBe(1);
    expect(greedyArm(of, 0.4)).toBe(1);
    expect(greedyArm(of, 0.6)).toBe(0);
  });

  it('takes any arm where none is allowed', () => {
    const arms = [0.5, 0.8].map((mean) => ({ mean, sd: 0, price: 0, allowed: false }));
    expect(greedyArm(forecastsOf(arms), 1)).toBe(1);
  });
});

function forecastsOf(arms: readonly ArmForecast[]): ArmForecasts {
  return {
    quality: Float64Array.from(arms, ({ mean }) => mean),
    qualitySd: Float64Array.from(arms, ({ sd }) => sd),
    price: Float64Array.from(arms, ({ price }) => price),
    allowed: arms.map(({ allowed }) => allowed),
  };
}

function normalDraws(arms: number, seed: number, count = 64): NormalDraws {
  const random = seededRandom('draws', seed);
  const values = Float64Array.from({ length: count * arms }, (_, index) => random.normal(index));
  return { count, values, largest: values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) };
}

function worthOf({ quality, price }: ArmForecasts, index: number, priceOfQuality: number): number {
  return (quality[index] as number) - priceOfQuality * (price[index] as number);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
