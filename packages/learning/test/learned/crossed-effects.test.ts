import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crossedEffects } from '../../src/learned/crossed-effects.ts';

const requests = 400;
const arms = 4;
const priors = { armSd: 0.03, variance: 0.13 };

describe('crossedEffects', () => {
  it('of requests are none where none was asked of two arms, and those of arms are mean errors, shrunk by how surely they are known', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0.001, max: 10, noNaN: true }), (seed, armSd) => {
        const world = worldOf(seed, { sharedSd: 0.3, asked: (request, arm) => request % arms === arm });
        const { arm, armVariance, request, othersOfRequest } = crossedEffects(world.rows, world.cells, { armSd, variance: 0.13 });
        expect(request.every((value) => value === 0)).toBe(true);
        expect(othersOfRequest.every((value) => value === 0)).toBe(true);
        const means = Array.from({ length: arms }, (_, which) =>
          meanOf([...world.cells.error.keys()].filter((cell) => world.rows.arm[cell] === which).map((cell) => world.cells.error[cell] as number)),
        );
        const count = requests / arms;
        // What the means themselves say of how far predictions of an arm are off.
        const told = meanOf(means.map((mean) => mean ** 2)) - 0.13 / count;
        const ratio = 0.13 / Math.max(armSd ** 2, told);
        arm.forEach((value, which) => {
          expect(value).toBeCloseTo(((means[which] as number) * count) / (count + ratio), 10);
          expect(armVariance[which]).toBeCloseTo(0.13 / (count + ratio), 10);
        });
      }),
      { numRuns: 20 },
    );
  });

  it('of an arm that is asked little are hardly believed, unless all arms are that far off', () => {
    const world = (off: number) =>
      worldOf(1, { sharedSd: 0, asked: (request, arm) => arm === 0 || request % 100 === 0, gap: (arm) => (arm === 0 ? off : 0.3) });
    const believed = (off: number): number => crossedEffects(world(off).rows, world(off).cells, priors).arm[2] as number;
    expect(believed(0)).toBeLessThan(0.05);
    expect(believed(0.3)).toBeGreaterThan(3 * believed(0));
  });

  it('are hardly any where arms have nothing in common', () => {
    const world = worldOf(3, { sharedSd: 0, asked: (request, arm) => (request + arm) % 2 === 0 });
    const { request: effect } = crossedEffects(world.rows, world.cells, priors);
    expect(Math.max(...effect.map(Math.abs))).toBeLessThan(0.1);
  });

  it('foretell an arm that was not asked from those that were, with least squared error near their own scale', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const world = worldOf(seed, { sharedSd: 0.3, asked: (request, arm) => arm !== request % arms });
        const { arm: gap, request: effect } = crossedEffects(world.rows, world.cells, priors);
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
        const { arm: gap, request: effect } = crossedEffects(world.rows, world.cells, priors);
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
    const { othersOfRequest: othersEffect } = crossedEffects(world.rows, world.cells, priors);
    const shifted = { ...world.cells, error: world.cells.error.slice() };
    const cell = world.rows.offsets[7] as number;
    shifted.error[cell] = (shifted.error[cell] as number) + 0.5;
    const after = crossedEffects(world.rows, shifted, priors).othersOfRequest;
    expect(Math.abs((after[cell] as number) - (othersEffect[cell] as number))).toBeLessThan(0.01);
    expect(Math.abs((after[cell + 1] as number) - (othersEffect[cell + 1] as number))).toBeGreaterThan(0.05);
  });
});

/** Deterministic: error = gap of the arm + what the request is worth to all + noise of sd 0.2. */
function worldOf(
  seed: number,
  {
    sharedSd,
    asked,
    gap = (arm) => 0.1 * arm - 0.1,
  }: { readonly sharedSd: number; readonly asked: (request: number, arm: number) => boolean; readonly gap?: (arm: number) => number },
) {
  const random = seededRandom('effects', seed);
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
  return { rows: { requests, arms, offsets, arm: Uint16Array.from(arm) }, cells: { error: Float64Array.from(error), known: ones }, gap, truth };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
