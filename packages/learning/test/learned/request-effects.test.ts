import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requestEffects } from '../../src/learned/request-effects.ts';

const requests = 400;
const arms = 4;

describe('requestEffects', () => {
  it('are none where no request was asked of two arms, and gaps are the weighted means of one more outcome that says 0', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const world = worldOf(seed, { sharedSd: 0.3, asked: (request, arm) => request % arms === arm });
        const { gap, effect, othersEffect } = requestEffects(world.rows, world.cells);
        expect(effect.every((value) => value === 0)).toBe(true);
        expect(othersEffect.every((value) => value === 0)).toBe(true);
        gap.forEach((value, which) => {
          const own = [...world.cells.error.keys()].filter((cell) => world.rows.arm[cell] === which);
          const sum = own.reduce((total, cell) => total + (world.cells.error[cell] as number), 0);
          expect(value).toBeCloseTo(sum / (own.length + 1), 10);
        });
      }),
      { numRuns: 10 },
    );
  });

  it('are hardly any where arms have nothing in common', () => {
    const world = worldOf(3, { sharedSd: 0, asked: (request, arm) => (request + arm) % 2 === 0 });
    const { effect } = requestEffects(world.rows, world.cells);
    expect(Math.max(...effect.map(Math.abs))).toBeLessThan(0.1);
  });

  it('foretell an arm that was not asked from those that were, with least squared error near their own scale', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const world = worldOf(seed, { sharedSd: 0.3, asked: (request, arm) => arm !== request % arms });
        const { gap, effect } = requestEffects(world.rows, world.cells);
        const error = (scale: number): number =>
          Array.from(effect).reduce((sum, own, request) => {
            const arm = request % arms;
            return sum + (world.truth(request, arm) - (gap[arm] as number) - scale * own) ** 2;
          }, 0);
        expect(error(1)).toBeLessThan(0.75 * error(0));
        expect(error(1)).toBeLessThan(Math.min(error(0.5), error(1.5)));
      }),
      { numRuns: 20 },
    );
  });

  it('mend the mean of an arm that was asked only where another had failed', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const whole = worldOf(seed, { sharedSd: 0.3, asked: () => true });
        const world = worldOf(seed, { sharedSd: 0.3, asked: (request, arm) => arm < 2 || (arm === 2 && whole.truth(request, 0) < whole.gap(0)) });
        const { gap, effect } = requestEffects(world.rows, world.cells);
        const asked = [...world.cells.error.keys()].filter((cell) => world.rows.arm[cell] === 2);
        const plain = asked.reduce((sum, cell) => sum + (world.cells.error[cell] as number), 0) / asked.length;
        const mean = Array.from(effect).reduce((sum, own, request) => sum + whole.truth(request, 2) - (gap[2] as number) - own, 0) / requests;
        const misled = Array.from(effect).reduce((sum, _, request) => sum + whole.truth(request, 2) - plain, 0) / requests;
        expect(misled).toBeGreaterThan(0.05);
        expect(Math.abs(mean)).toBeLessThan(0.5 * misled);
      }),
      { numRuns: 20 },
    );
  });

  it('leave a cell’s own outcome out of what the others tell', () => {
    const world = worldOf(5, { sharedSd: 0.3, asked: (request, arm) => arm <= request % arms });
    const { othersEffect } = requestEffects(world.rows, world.cells);
    const shifted = { ...world.cells, error: world.cells.error.slice() };
    const cell = world.rows.offsets[7] as number;
    shifted.error[cell] = (shifted.error[cell] as number) + 0.5;
    const after = requestEffects(world.rows, shifted).othersEffect;
    expect(Math.abs((after[cell] as number) - (othersEffect[cell] as number))).toBeLessThan(0.01);
    expect(Math.abs((after[cell + 1] as number) - (othersEffect[cell + 1] as number))).toBeGreaterThan(0.05);
  });
});

/** Deterministic: error = gap of the arm + what the request is worth to all + noise of sd 0.2. */
function worldOf(seed: number, { sharedSd, asked }: { readonly sharedSd: number; readonly asked: (request: number, arm: number) => boolean }) {
  const random = seededRandom('effects', seed);
  const gap = (arm: number): number => 0.1 * arm - 0.1;
  const truth = (request: number, arm: number): number => gap(arm) + sharedSd * random.normal('shared', request) + 0.2 * random.normal('own', request, arm);
  const offsets = new Int32Array(requests + 1);
  const arm: number[] = [];
  const error: number[] = [];
  for (let request = 0; request < requests; request++) {
    for (let which = 0; which < arms; which++) {
      if (!asked(request, which)) continue;
      arm.push(which);
      error.push(truth(request, which));
    }
    offsets[request + 1] = arm.length;
  }
  const ones = new Float64Array(arm.length).fill(1);
  return { rows: { requests, arms, offsets, arm: Uint16Array.from(arm) }, cells: { error: Float64Array.from(error), known: ones, weight: ones }, gap, truth };
}
