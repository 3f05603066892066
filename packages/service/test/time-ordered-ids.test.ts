import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeOrderedIds } from '../src/time-ordered-ids.ts';

const moment = fc.integer({ min: 1, max: 2 ** 48 - 1 });

describe('ids in the order of time', () => {
  it('sort as they were made while the clock does not go back, whoever makes them', () => {
    fc.assert(
      fc.property(fc.array(moment, { minLength: 2, maxLength: 50 }), fc.boolean(), (given, together) => {
        const times = given.toSorted((a, b) => a - b);
        let at = 0;
        const own = timeOrderedIds(() => times[at] as number);
        const ids = times.map((_, index) => {
          at = index;
          return (together ? own : timeOrderedIds(() => times[at] as number))();
        });
        for (const [index, id] of ids.entries()) {
          const before = ids[index - 1];
          if (before !== undefined && (together || times[index] !== times[index - 1])) expect(before < id).toBe(true);
        }
      }),
    );
  });

  it('say the time in their first twelve digits, as RFC 9562 has it', () => {
    fc.assert(
      fc.property(moment, (at) => {
        const id = timeOrderedIds(() => at)();
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(at);
      }),
    );
  });

  it('are different within a millisecond, also of two processes', () => {
    const makers = [1, 2].map(() => timeOrderedIds(() => 1_795_819_059_559));
    expect(new Set(makers.flatMap((next) => Array.from({ length: 20_000 }, next))).size).toBe(40_000);
  });

  it('go on where the clock goes back a little, and begin anew where it goes back far', () => {
    const times = [1_795_819_059_559, 1_795_819_059_000, 1_795_000_000_000];
    const [first, second, third] = idsAt(times);
    expect([(first as string) < (second as string), (third as string) < (first as string)]).toEqual([true, true]);
  });
});

function idsAt(times: readonly number[]): readonly string[] {
  let at = 0;
  const next = timeOrderedIds(() => times[at++] as number);
  return times.map(() => next());
}
