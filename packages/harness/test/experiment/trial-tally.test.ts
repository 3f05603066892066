import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gatherTallies, meanOf, type TrialTally, tallyOf } from '../../src/experiment/trial-tally.ts';

const trial = fc.record({
  policy: fc.constantFrom('learned', 'random'),
  phase: fc.constantFrom('train' as const, 'heldout' as const),
  generation: fc.integer({ min: 0, max: 2 }),
  // Sums of eighths are exact, in whatever order.
  quality: fc.option(fc.integer({ min: 0, max: 8 }).map((eighths) => eighths / 8)),
  costUsd: fc.option(fc.nat(100)),
  latencyMs: fc.option(fc.nat(1000)),
  strategy: fc.constantFrom('direct', 'batch'),
});

describe('tallies of trials', () => {
  it('come to the same however trials are gathered: one by one, in any order, or in groups that threads tell of', () => {
    fc.assert(
      fc.property(fc.array(trial, { maxLength: 30 }), fc.nat(30), (trials, cut) => {
        const whole = gatherTallies(trials.map(tallyOf));
        const groups = [trials.slice(0, cut), trials.slice(cut)].map((group) => [...gatherTallies(group.map(tallyOf).reverse()).values()]);
        const together = groups.reverse().reduce((into, group) => gatherTallies(group, into), new Map<string, TrialTally>());
        expect(Object.fromEntries(together)).toEqual(Object.fromEntries(whole));
        expect([...whole.values()].reduce((sum, { trials: count }) => sum + count, 0)).toBe(trials.length);
      }),
    );
  });

  it('have the mean of what is known, and none where nothing is', () => {
    const one = { policy: 'learned', phase: 'train' as const, generation: 0, costUsd: null, latencyMs: null, strategy: 'direct' as const };
    const [tally] = gatherTallies([tallyOf({ ...one, quality: 1 }), tallyOf({ ...one, quality: null }), tallyOf({ ...one, quality: 0 })]).values();
    expect(tally).toMatchObject({ trials: 3, strategies: { direct: 3 } });
    expect([meanOf((tally as TrialTally).quality), meanOf((tally as TrialTally).costUsd)]).toEqual([0.5, null]);
  });
});
