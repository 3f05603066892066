import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeOrderedIds } from '../src/time-ordered-ids.ts';

const moment = fc.integer({ min: 0, max: 2 ** 48 - 1 });

describe('ids in the order of time', () => {
  it('sort by the millisecond in which they were made', () => {
    fc.assert(
      fc.property(moment, moment, (one, other) => {
        const [first, second] = [one, other].map((at) => timeOrderedIds(() => at)());
        if (one !== other) expect((first as string) < (second as string)).toBe(one < other);
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

  it('are different within a millisecond', () => {
    const next = timeOrderedIds(() => 1_795_819_059_559);
    expect(new Set(Array.from({ length: 20_000 }, next)).size).toBe(20_000);
  });
});
