import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ArmForecasts } from '../../src/learned/choose-arm.ts';
import { type Elimination, eliminationPropensities, rivalries } from '../../src/learned/eliminate-arms.ts';

interface Given {
  readonly forecasts: ArmForecasts;
  readonly elimination: Elimination;
}

const given = fc.record({ seed: fc.nat(), arms: fc.integer({ min: 1, max: 9 }), epsilon: fc.constantFrom(0, 0.05, 0.4, 1), held: fc.boolean() }).map(givenOf);

describe('eliminationPropensities', () => {
  it('gives every allowed arm its share of epsilon, no other arm any, and 1 in all', () => {
    fc.assert(
      fc.property(given, ({ forecasts, elimination }) => {
        const propensities = eliminationPropensities(forecasts, elimination);
        expect(sum(propensities)).toBeCloseTo(1, 12);
        const none = !forecasts.allowed.some(Boolean);
        const usable = forecasts.allowed.map((own) => own || none);
        propensities.forEach((propensity, arm) => {
          if (usable[arm]) expect(propensity).toBeGreaterThanOrEqual((elimination.epsilon / usable.filter(Boolean).length) * (1 - 1e-12));
          else expect(propensity).toBe(0);
        });
      }),
    );
  });

  it('permutes its probabilities when the arms change places', () => {
    fc.assert(
      fc.property(given, fc.nat(), ({ forecasts, elimination }, seed) => {
        const random = seededRandom('order', seed);
        const order = [...forecasts.allowed.keys()].sort((a, b) => random.uniform(a) - random.uniform(b));
        const moved = (values: Float64Array) => Float64Array.from(order, (index) => values[index] as number);
        const { quality, qualitySd, price, allowed } = forecasts;
        const relabelled = eliminationPropensities(
          { quality: moved(quality), qualitySd: moved(qualitySd), price: moved(price), allowed: order.map((index) => allowed[index] as boolean) },
          { ...elimination, known: moved(elimination.known), references: elimination.references === null ? null : moved(elimination.references) },
        );
        const original = eliminationPropensities(forecasts, elimination);
        relabelled.forEach((propensity, at) => {
          expect(propensity).toBeCloseTo(original[order[at] as number] as number, 12);
        });
      }),
    );
  });

  it('leaves an arm that is surely worse nothing but epsilon, and spreads the rest over those that are alike', () => {
    const propensities = eliminationPropensities(forecastsOf([0.9, 0.9, 0.5]), plain({ epsilon: 0.06 }));
    expect(propensities.map((own) => own.toFixed(4))).toEqual(['0.4900', '0.4900', '0.0200']);
  });

  it('keeps an arm in contention that would be the best at a lower price of quality', () => {
    const dear = { ...forecastsOf([0.9, 0.5]), price: Float64Array.of(1, 0) };
    expect(eliminationPropensities(dear, plain({ pricesOfQuality: [1] }))[0]).toBe(0);
    expect(eliminationPropensities(dear, plain({ pricesOfQuality: [0, 1] }))[0]).toBeCloseTo(0.5, 12);
  });

  it('asks an arm the less, the more of its answer to this request is known; where all is known, as if none were', () => {
    const alike = forecastsOf([0.8, 0.8]);
    const first = (...known: number[]) => eliminationPropensities(alike, plain({ known: Float64Array.from(known) }))[0] as number;
    expect(first(1, 0)).toBe(0);
    expect(first(0.5, 0)).toBeCloseTo(1 / 3, 12);
    expect(first(1, 1)).toBeCloseTo(0.5, 12);
    // It is not sent to arms that are eliminated for it.
    expect(eliminationPropensities(forecastsOf([0.9, 0.5]), plain({ known: Float64Array.of(1, 0) }))).toEqual([1, 0]);
  });

  it('spends on possible references what their doubt is worth, and nothing where the leader is sure', () => {
    const forecasts = forecastsOf([0.9, 0.5, 0.5]);
    const by = (...references: number[]) => eliminationPropensities(forecasts, plain({ references: Float64Array.from(references) }));
    expect(by(0.5, 0, 0)).toEqual([1, 0, 0]);
    // Six in ten, to two arms that are as likely.
    expect(by(0, 0.5, 0.5)[1]).toBeCloseTo(0.3, 12);
    expect(by(0, 0.5, 0.1)[0]).toBeCloseTo(1 - 0.6 * 0.2, 12);
  });
});

describe('rivalries', () => {
  it('says how likely an arm is above the leader, both being normal', () => {
    const [leader, behind] = rivalries(Float64Array.of(0.6, 0.5), Float64Array.of(0.1, 0.1)) as unknown as [number, number];
    expect(leader).toBe(0.5);
    // P(N(-0.1, 0.02) > 0) = P(Z > 0.7071).
    expect(behind).toBeCloseTo(0.23975, 4);
  });

  it('gives nothing to arms far behind, and decides between certain ones', () => {
    expect([...rivalries(Float64Array.of(0.6, 0.3), Float64Array.of(0.1, 0.1))]).toEqual([0.5, 0]);
    expect([...rivalries(Float64Array.of(0.6, 0.6, 0.59), new Float64Array(3))]).toEqual([0.5, 0.5, 0]);
    expect([...rivalries(Float64Array.of(Number.NEGATIVE_INFINITY, 0.6), Float64Array.of(0, 0))]).toEqual([0, 0.5]);
  });

  it('is the greater the nearer an arm comes to the leader', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.5, noNaN: true }), fc.double({ min: 0, max: 0.5, noNaN: true }), (a, b) => {
        const of = (behind: number) => rivalries(Float64Array.of(0.9, 0.9 - behind), Float64Array.of(0.1, 0.2))[1] as number;
        expect(of(Math.min(a, b))).toBeGreaterThanOrEqual(of(Math.max(a, b)));
      }),
    );
  });
});

function givenOf({ seed, arms, epsilon, held }: { readonly seed: number; readonly arms: number; readonly epsilon: number; readonly held: boolean }): Given {
  const random = seededRandom('elimination', seed);
  const each = (name: string, scale: number): Float64Array => Float64Array.from({ length: arms }, (_, arm) => scale * random.uniform(name, arm));
  const quality = each('quality', 1);
  const qualitySd = each('sd', 0.3);
  return {
    forecasts: { quality, qualitySd, price: each('price', 2), allowed: Array.from({ length: arms }, (_, arm) => random.uniform('allowed', arm) < 0.7) },
    elimination: {
      pricesOfQuality: [0, 0.3, 1],
      known: each('known', 1).map((own) => (own < 0.3 ? 0 : own > 0.7 ? 1 : own)),
      references: held ? rivalries(quality, qualitySd) : null,
      epsilon,
    },
  };
}

function forecastsOf(quality: readonly number[]): ArmForecasts {
  return {
    quality: Float64Array.from(quality),
    qualitySd: new Float64Array(quality.length).fill(0.05),
    price: new Float64Array(quality.length),
    allowed: quality.map(() => true),
  };
}

function plain(changes: Partial<Elimination>): Elimination {
  return { pricesOfQuality: [1], known: new Float64Array(3), references: null, epsilon: 0, ...changes };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
