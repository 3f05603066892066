import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spendingSums } from '../../src/sqlite/spending-sums.ts';

/** Groups of writes that end when the test says so: done, done again after another of the group threw, or never begun. */
function scriptedGroups() {
  let waiting: { readonly work: () => unknown; readonly resolve: (result: never) => void; readonly reject: (error: unknown) => void }[] = [];
  const take = () => {
    const group = waiting;
    waiting = [];
    return group;
  };
  return {
    commits: {
      writeLater: <Result>(work: () => Result): Promise<Result> =>
        new Promise((resolve, reject) => {
          waiting.push({ work, resolve: resolve as (result: never) => void, reject });
        }),
    },
    write: () => {
      for (const { work, resolve } of take()) resolve(work() as never);
    },
    fail: () => {
      for (const { reject } of take()) reject(new Error('not begun'));
    },
    writing: () => waiting.length,
  };
}

describe('what is spent of keys between two groups', () => {
  it('is written once a key, and nothing twice or never, whatever groups fail', async () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ keyId: fc.constantFrom('a', 'b'), cents: fc.integer({ min: 0, max: 100 }) }) },
      fc.constantFrom('write' as const, 'fail' as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const groups = scriptedGroups();
        const spent: Record<string, number> = { a: 0, b: 0 };
        const sums = spendingSums(groups.commits, (keyId, usd) => {
          spent[keyId] = (spent[keyId] as number) + usd;
        });
        const acknowledged: Record<string, number> = { a: 0, b: 0 };
        const all: Promise<void>[] = [];
        for (const one of [...steps, 'write' as const]) {
          if (one === 'write') groups.write();
          else if (one === 'fail') groups.fail();
          else {
            const count = (): void => {
              acknowledged[one.keyId] = (acknowledged[one.keyId] as number) + one.cents;
            };
            all.push(sums.add(one.keyId, one.cents).then(count, () => undefined));
            expect(groups.writing()).toBeLessThanOrEqual(2);
            continue;
          }
          await Promise.all(all);
        }
        expect(spent).toEqual(acknowledged);
      }),
    );
  });
});
