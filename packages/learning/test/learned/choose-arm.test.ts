import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ArmForecasts, greedyArm } from '../../src/learned/choose-arm.ts';

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

function worthOf({ quality, price }: ArmForecasts, index: number, priceOfQuality: number): number {
  return (quality[index] as number) - priceOfQuality * (price[index] as number);
}
