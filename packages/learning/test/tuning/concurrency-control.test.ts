import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  adjustConcurrency,
  type CallEnd,
  type ConcurrencyState,
  concurrencyOf,
  concurrencySettings,
  initialConcurrency,
} from '../../src/tuning/concurrency-control.ts';

const ends = fc.array(fc.constantFrom<CallEnd>('answered', 'throttled', 'timed-out'), { maxLength: 200 });
const start = (limit: number) => initialConcurrency(limit, concurrencySettings);
const after = (state: ConcurrencyState, all: readonly CallEnd[]) => all.reduce((next, end) => adjustConcurrency(next, end, concurrencySettings), state);

describe('adjustConcurrency', () => {
  it('stays within its limits, and survives a snapshot', () => {
    fc.assert(
      fc.property(ends, fc.integer({ min: -10, max: 1000 }), (all, limit) => {
        const state = after(start(limit), all);
        expect(concurrencyOf(state)).toBeGreaterThanOrEqual(concurrencySettings.least);
        expect(concurrencyOf(state)).toBeLessThanOrEqual(concurrencySettings.most);
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      }),
    );
  });

  it('allows about one call more after a round of answers', () => {
    for (const limit of [1, 4, 20]) {
      const next = after(start(limit), Array(limit).fill('answered')).limit;
      expect(next).toBeGreaterThan(limit + 0.7);
      expect(next).toBeLessThanOrEqual(limit + 1);
    }
  });

  it('halves the limit for a burst of trouble, once, whatever kind of trouble', () => {
    for (const trouble of ['throttled', 'timed-out'] as const) {
      const cut = after(start(16), [trouble]);
      expect(cut.limit).toBe(8);
      // The other 15 calls had begun before.
      expect(after(cut, Array(15).fill(trouble)).limit).toBe(8);
      expect(after(cut, Array(16).fill(trouble)).limit).toBe(4);
    }
  });

  it('never allows more after trouble than after an answer', () => {
    fc.assert(
      fc.property(ends, ends, (before, since) => {
        const state = after(start(8), before);
        const answered = after(state, ['answered']).limit;
        expect(after(state, ['throttled']).limit).toBeLessThanOrEqual(answered);
        expect(after(after(state, ['timed-out']), since).limit).toBeLessThanOrEqual(concurrencySettings.most);
      }),
    );
  });

  it('finds what a provider takes, from below and from above, and follows it down', () => {
    const meanOver = (from: ConcurrencyState, capacity: number) => {
      let state = from;
      let sum = 0;
      for (let round = 0; round < 400; round++) {
        const calls = concurrencyOf(state);
        if (round >= 100) sum += calls / 300;
        for (let call = 0; call < calls; call++) state = adjustConcurrency(state, call < capacity ? 'answered' : 'throttled', concurrencySettings);
      }
      return { mean: sum, state };
    };
    const low = meanOver(start(1), 20);
    const high = meanOver(start(64), 20);
    for (const { mean } of [low, high]) {
      expect(mean).toBeGreaterThan(12);
      expect(mean).toBeLessThan(20);
    }
    expect(meanOver(low.state, 5).mean).toBeLessThan(5);
  });
});
