import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allocatedBytes } from '../../src/hot-paths/allocated-bytes.ts';
import { hotPaths } from '../../src/hot-paths/hot-paths.ts';
import { measureCurve } from '../../src/hot-paths/measure-curve.ts';
import { medianInterval } from '../../src/hot-paths/median-interval.ts';
import { scalingExponent } from '../../src/hot-paths/scaling-exponent.ts';

describe('scalingExponent', () => {
  test('is that of a power law', () => {
    fc.assert(
      fc.property(fc.double({ min: -1, max: 3, noNaN: true }), fc.double({ min: 0.01, max: 100, noNaN: true }), (power, factor) => {
        expect(scalingExponent([10, 100, 1000].map((n) => ({ n, value: factor * n ** power })))).toBeCloseTo(power, 6);
      }),
    );
  });

  test('is refused for one size', () => {
    expect(() => scalingExponent([{ n: 10, value: 1 }])).toThrow(RangeError);
  });
});

describe('medianInterval', () => {
  test('is of values that there are, around the median', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 1, maxLength: 80 }), (values) => {
        const { median, low, high } = medianInterval(values);
        expect(values).toContain(low);
        expect(values).toContain(high);
        expect(low <= median && median <= high).toBe(true);
      }),
    );
  });

  test('holds the median of skewed values in 95 of 100, or nearly', () => {
    const held = Array.from({ length: 400 }, (_, time) => {
      const random = seededRandom('skewed', time);
      const { low, high } = medianInterval(Array.from({ length: 31 }, (_value, index) => Math.exp(random.normal(index))));
      return low <= 1 && 1 <= high;
    }).filter(Boolean).length;
    expect(held).toBeGreaterThan(370);
  });
});

describe('allocatedBytes', () => {
  test('counts what is allocated, also what was collected in between', async () => {
    const bytes = await allocatedBytes(() => Array.from({ length: 10_000 }, (_, index) => ({ index })), 200);
    // Ten thousand objects of one field and their places: some 30 bytes each.
    expect(bytes).toBeGreaterThan(200_000);
    expect(bytes).toBeLessThan(1_200_000);
  });
});

describe('hot paths', () => {
  test('have names of their own, and run at their smallest size', async () => {
    expect(new Set(hotPaths.map(({ name }) => name)).size).toBe(hotPaths.length);
    for (const { sizes, prepare, name } of hotPaths) {
      // A decision is prepared by learning, which takes seconds.
      if (name.startsWith('decide')) continue;
      const { run, close } = prepare(sizes[0]);
      await run();
      close?.();
    }
  });

  test('are measured at three sizes, ten times apart', async () => {
    const [analysis] = hotPaths;
    const curve = await measureCurve(analysis as (typeof hotPaths)[number], { timeMs: 10, fewestRuns: 3 });
    expect(curve.points.map(({ n }) => n)).toEqual([10, 100, 1000]);
    expect(curve.bytesExponent).toBeGreaterThan(0.3);
    for (const { us, runs } of curve.points) expect([us.low > 0, runs >= 3]).toEqual([true, true]);
  });
});
