import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LatencyWindow, noLatencies, observeLatency, timeoutFor, timeoutSettings } from '../../src/tuning/timeout-control.ts';

const latency = fc.double({ min: 1, max: 300_000, noNaN: true });

describe('timeoutFor', () => {
  it('waits as long as it may while it has seen too little', () => {
    const seen = Array(19)
      .fill(100)
      .reduce<LatencyWindow>((window, ms) => observeLatency(window, ms, timeoutSettings), noLatencies);
    expect(timeoutFor(seen, timeoutSettings)).toBe(120_000);
    expect(timeoutFor(observeLatency(seen, 100, timeoutSettings), timeoutSettings)).toBe(1000);
    expect(timeoutFor(noLatencies, { ...timeoutSettings, fewest: 0 })).toBe(120_000);
  });

  it('stays within its limits, and forgets what is older than its window', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(latency, fc.record({ atLeast: latency })), { maxLength: 60 }), (all) => {
        const small = { ...timeoutSettings, window: 30 };
        const fold = (of: typeof all) => of.reduce<LatencyWindow>((window, ms) => observeLatency(window, ms, small), noLatencies);
        const timeoutMs = timeoutFor(fold(all), small);
        expect(timeoutMs).toBeGreaterThanOrEqual(small.leastMs);
        expect(timeoutMs).toBeLessThanOrEqual(small.mostMs);
        expect(fold(all)).toEqual(fold(all.slice(-30)));
      }),
    );
  });

  it('settles where few calls hit it, also when it begins far too short', () => {
    for (const firstMs of [1500, 120_000]) {
      const { timeoutMs, cut } = serve(firstMs, (random) => 3000 * Math.exp(0.5 * random));
      // The 99th percentile is 9,600 ms.
      expect(timeoutMs).toBeGreaterThan(8000);
      expect(timeoutMs).toBeLessThan(30_000);
      expect(cut).toBeLessThan(0.01);
    }
  });

  it('grows, step by step, when every call hits it', () => {
    let window = noLatencies;
    const steps = Array.from({ length: 5 }, (_, step) => {
      for (let call = 0; call < 40; call++) window = observeLatency(window, { atLeast: 2000 * 1.5 ** step }, timeoutSettings);
      return timeoutFor(window, timeoutSettings);
    });
    expect(steps).toEqual([3000, 4500, 6750, 10_125, 15_188]);
  });
});

/** 2,000 calls, cut off by the timeout of the moment; the last timeout, and the share of the last 1,000 that were cut off. */
function serve(firstMs: number, latencyOf: (random: number) => number): { readonly timeoutMs: number; readonly cut: number } {
  const random = seededRandom('latencies', firstMs);
  let window = noLatencies;
  let timeoutMs = firstMs;
  let cut = 0;
  for (let call = 0; call < 2000; call++) {
    const latencyMs = latencyOf(random.normal(call));
    if (latencyMs > timeoutMs && call >= 1000) cut += 1 / 1000;
    window = observeLatency(window, latencyMs > timeoutMs ? { atLeast: timeoutMs } : latencyMs, timeoutSettings);
    if (window.latenciesMs.length >= timeoutSettings.fewest) timeoutMs = timeoutFor(window, timeoutSettings);
  }
  return { timeoutMs, cut };
}
