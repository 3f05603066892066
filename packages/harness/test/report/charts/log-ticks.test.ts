import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logTicks, paddedLogRange } from '../../../src/report/charts/log-ticks.ts';

describe('logTicks', () => {
  it('prefers 1, 2 and 5, and thins out when there is no room', () => {
    expect(logTicks([0.0008, 0.03], 8)).toEqual([0.001, 0.002, 0.005, 0.01, 0.02]);
    expect(logTicks([0.0008, 0.04], 4)).toEqual([0.001, 0.003, 0.01, 0.03]);
    expect(logTicks([0.0008, 0.04], 3)).toEqual([0.001, 0.01]);
  });

  it('stays inside the range, in rising order', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-7, max: 10, noNaN: true }), fc.double({ min: 1, max: 1e5, noNaN: true }), (low, ratio) => {
        const ticks = logTicks([low, low * ratio], 7);
        expect(ticks.every((tick) => tick >= low && tick <= low * ratio)).toBe(true);
        expect(ticks).toEqual([...ticks].sort((a, b) => a - b));
      }),
    );
  });
});

describe('paddedLogRange', () => {
  it('has room on both sides even for a single value', () => {
    const [low, high] = paddedLogRange([0.004], 0.1);
    expect(low).toBeLessThan(0.004);
    expect(high).toBeGreaterThan(0.004);
  });
});
