import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addLocalEffects, type EffectPrior } from '../../src/models/local-effects.ts';

const arm = fc.record({ mean: fc.double({ min: -1, max: 1, noNaN: true }), weight: fc.double({ min: 0, max: 100, noNaN: true }) });
const prior = fc.record({ shared: fc.double({ min: 0.1, max: 20, noNaN: true }), own: fc.double({ min: 0.1, max: 20, noNaN: true }) });

describe('addLocalEffects', () => {
  it('says nothing where nothing is known, and never goes beyond what was seen', () => {
    expect([
      ...effectsOf(
        [
          { mean: 0.5, weight: 0 },
          { mean: -0.5, weight: 0 },
        ],
        { shared: 1, own: 1 },
      ),
    ]).toEqual([0, 0]);
    fc.assert(
      fc.property(fc.array(arm, { minLength: 1, maxLength: 6 }), prior, (arms, by) => {
        const most = Math.max(...arms.map(({ mean }) => Math.abs(mean)));
        for (const effect of effectsOf(arms, by)) expect(Math.abs(effect)).toBeLessThanOrEqual(most + 1e-12);
      }),
    );
  });

  it('comes to the mean of an arm of which much is known', () => {
    const [much, little] = effectsOf(
      [
        { mean: 0.4, weight: 1e6 },
        { mean: 0.4, weight: 1 },
      ],
      { shared: 1, own: 8 },
    ) as unknown as [number, number];
    expect(much).toBeCloseTo(0.4, 4);
    expect(little).toBeCloseTo(0.4, 4);
    const [, disagreeing] = effectsOf(
      [
        { mean: 0.4, weight: 1e6 },
        { mean: -0.4, weight: 1 },
      ],
      { shared: 1, own: 8 },
    ) as unknown as [number, number];
    expect(disagreeing).toBeCloseTo(0.4 - 0.8 / 9, 3);
  });

  it('moves an arm that was not seen by what all the others have in common', () => {
    const effects = effectsOf(
      [
        { mean: 0.3, weight: 9 },
        { mean: 0, weight: 0 },
      ],
      { shared: 1, own: 8 },
    );
    expect(effects[1]).toBeCloseTo(0.27, 12);
  });
});

function effectsOf(arms: readonly { readonly mean: number; readonly weight: number }[], prior: EffectPrior): Float64Array {
  const into = new Float64Array(arms.length);
  addLocalEffects(
    into,
    { sums: Float64Array.from(arms, ({ mean, weight }) => mean * weight), weights: Float64Array.from(arms, ({ weight }) => weight) },
    { prior, scale: 1, at: 0 },
  );
  return into;
}
