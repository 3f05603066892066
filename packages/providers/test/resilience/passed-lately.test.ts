import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { passedLately } from '../../src/resilience/passed-lately.ts';

const rememberedMs = 100;
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('add' as const), after: fc.nat(20), tokens: fc.nat(1000) }) },
  fc.record({ kind: fc.constantFrom('use' as const, 'refuse' as const), which: fc.nat(1000), tokens: fc.nat(1000) }),
  fc.record({ kind: fc.constant('look' as const), from: fc.nat(150), ms: fc.nat(150) }),
);

describe('what passed lately', () => {
  it('is what a list of all calls says of those that are remembered, however many there were', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 600 }), (steps) => {
        const lately = passedLately(rememberedMs);
        const all: { at: number; tokens: number; refused: boolean }[] = [];
        let now = 0;
        for (const one of steps) {
          if (one.kind === 'add') {
            now += one.after;
            expect(lately.add(now, one.tokens)).toBe(all.length);
            all.push({ at: now, tokens: one.tokens, refused: false });
          } else if (one.kind === 'look') {
            const from = now - one.from;
            const last = all.at(-1)?.at ?? 0;
            const found = all.filter(({ at, refused }) => !refused && at > last - rememberedMs && at > from && at <= from + one.ms);
            expect(lately.between(from, from + one.ms)).toEqual({ requests: found.length, tokens: found.reduce((sum, { tokens }) => sum + tokens, 0) });
          } else if (all.length > 0) {
            const call = one.which % all.length;
            const known = all[call] as (typeof all)[number];
            if (one.kind === 'use' && !known.refused) {
              lately.use(call, one.tokens);
              known.tokens = one.tokens;
            } else if (one.kind === 'refuse') {
              lately.refuse(call);
              known.refused = true;
            }
          }
        }
      }),
    );
  });

  it('forgets the rest', () => {
    const lately = passedLately(10);
    for (let at = 0; at < 300_000; at++) lately.add(at, 1);
    expect(lately.between(0, 300_000)).toEqual({ requests: 10, tokens: 10 });
  });
});
