import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockRegister } from '../../src/scorers/code-block.ts';

describe('a register of code blocks', () => {
  it('gives equal code one number, and other code another', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 3 })), (codes) => {
        const blockOf = blockRegister();
        const numbers = codes.map((code) => blockOf(code).number);
        codes.forEach((code, a) => {
          codes.forEach((other, b) => {
            expect(numbers[a] === numbers[b]).toBe(code === other);
          });
        });
      }),
    );
  });

  it.each([
    ['function total() {}', 'total', true],
    ['async function* total() {}', 'total', true],
    ['class total {}', 'total', true],
    ['const total = 1', 'total', true],
    ['const total$ = 1', 'total', false],
    ['const total$ = 1', 'total$', true],
    ['totals = total()', 'total', false],
  ])('says of %j whether it defines %s, again and again', (code, symbol, defined) => {
    const block = blockRegister()(code);
    expect([block.defines(symbol), block.defines('other'), block.defines(symbol)]).toEqual([defined, false, defined]);
  });

  it('tells unit tests by their calls, and by the name that they are about', () => {
    const block = blockRegister()("test('adds', () => expect(add(1, 2)).toBe(3));");
    expect([block.tests(undefined), block.tests('add'), block.tests('subtract')]).toEqual([true, true, false]);
    expect(blockRegister()('suite.test(1); const fit = (x) => x;').tests(undefined)).toBe(false);
  });
});
