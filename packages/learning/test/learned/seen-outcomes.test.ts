import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nothingSeen, type SeenOutcomes, wasSeen, withSeen } from '../../src/learned/seen-outcomes.ts';

const hash = fc.oneof(
  fc.nat(60),
  fc.nat().map((value) => value * 2 ** 20),
);

describe('withSeen and wasSeen', () => {
  it('remember as a plain set does, in ascending order', () => {
    fc.assert(
      fc.property(fc.array(fc.array(hash, { maxLength: 20 }), { maxLength: 6 }), fc.array(hash, { maxLength: 20 }), (batches, asked) => {
        const plain = new Set<number>();
        let seen: SeenOutcomes = nothingSeen;
        for (const batch of batches) {
          const fresh = new Set(batch.filter((value) => !wasSeen(seen, value)));
          expect(fresh).toEqual(new Set(batch.filter((value) => !plain.has(value))));
          seen = withSeen(seen, fresh);
          for (const value of batch) plain.add(value);
        }
        expect([...seen.recent]).toEqual([...plain].sort((a, b) => a - b));
        for (const value of asked) expect(wasSeen(seen, value)).toBe(plain.has(value));
      }),
    );
  });

  it('forget what was folded long ago, and never what is recent', () => {
    const batch = (from: number) => {
      const all = new Set<number>();
      for (let value = from; value < from + 2 ** 19; value++) all.add(value);
      return all;
    };
    let seen: SeenOutcomes = nothingSeen;
    for (let number = 0; number < 5; number++) seen = withSeen(seen, batch(number * 2 ** 20));
    expect(seen.recent.length + seen.older.length).toBeLessThanOrEqual(2 ** 21);
    expect([0, 1, 2, 3, 4].map((number) => wasSeen(seen, number * 2 ** 20 + 5))).toEqual([false, false, true, true, true]);
  });
});
