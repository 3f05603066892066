import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lateEntries } from '../../src/serving/late-entries.ts';

describe('what is kept of late', () => {
  it('is at least the last so many that were put in, at most twice as many, and the newest of each', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(12), { maxLength: 60 }), fc.integer({ min: 1, max: 6 }), (keys, fewest) => {
        const kept = lateEntries<number>(fewest);
        for (const [at, key] of keys.entries()) kept.set(String(key), at);
        const distinct = [...new Set(keys.toReversed())];
        const newest = new Map(keys.map((key, at) => [key, at]));
        const found = distinct.filter((key) => kept.get(String(key)) !== undefined);
        for (const key of keys.slice(-fewest)) expect(kept.get(String(key))).toBe(newest.get(key));
        expect(found.length).toBeLessThanOrEqual(2 * fewest);
      }),
    );
  });

  it('is also what was asked for', () => {
    const kept = lateEntries<string>(2);
    kept.set('a', 'first');
    for (const key of ['b', 'c', 'd', 'e', 'f', 'g']) {
      kept.set(key, key);
      expect(kept.get('a')).toBe('first');
    }
    expect(kept.get('b')).toBeUndefined();
  });
});
