import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sendingPaces } from '../src/sending-pace.ts';

describe('sending beside an experiment', () => {
  const { share, exitMs } = sendingPaces.beside;

  test('takes at most 0.15 of its time, of which the end is never longer than four seconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 40_000, max: 100_000_000 }), (runMs) => {
        expect(share * runMs + exitMs(runMs)).toBeLessThanOrEqual(0.15 * runMs + 1e-6);
        expect(exitMs(runMs)).toBeLessThanOrEqual(4_000);
      }),
    );
  });

  test('has two seconds at the end of a short one, and as long as a person says', () => {
    expect([exitMs(200), exitMs(60_000), exitMs(30_000, 60_000), exitMs(600_000, 1)]).toEqual([2_000, 3_000, 60_000, 1]);
  });
});

test('what a command is for may take its time, whatever a person says of exits', () => {
  expect(sendingPaces.only.exitMs(100, 1_000)).toBe(600_000);
  expect([sendingPaces.along.exitMs(100), sendingPaces.along.exitMs(100, 50)]).toEqual([4_000, 50]);
});
