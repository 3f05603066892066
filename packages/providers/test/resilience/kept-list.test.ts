import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Kept, keptList } from '../../src/resilience/kept-list.ts';

describe('what is kept while it is under way', () => {
  it('is what a set would have, whatever is added and removed, twice too', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(30))), (steps) => {
        const list = keptList<number>();
        const given: Kept<number>[] = [];
        const set = new Set<number>();
        for (const [adds, which] of steps) {
          if (adds) {
            set.add(given.length);
            given.push(list.add(given.length));
          } else {
            const one = given[which];
            if (one !== undefined) expect(list.remove(one)).toBe(set.delete(one.item));
          }
          expect(list.all.map(({ item }) => item).sort((a, b) => a - b)).toEqual([...set]);
          for (const [place, one] of list.all.entries()) expect(one.place).toBe(place);
        }
      }),
    );
  });
});
