import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { termSpace, textTerms } from '../../src/embedding/text-terms.ts';

const text = fc.string({ maxLength: 200, unit: 'grapheme' });

describe('textTerms', () => {
  it('gives distinct terms in ascending order, each at least once, the same for the same text', () => {
    fc.assert(
      fc.property(text, (of) => {
        const { ids, counts } = textTerms(of);
        expect(counts).toHaveLength(ids.length);
        ids.forEach((id, index) => {
          expect(id).toBeGreaterThan(index === 0 ? -1 : (ids[index - 1] as number));
          expect(id).toBeLessThan(termSpace);
          expect(counts[index]).toBeGreaterThan(0);
        });
        expect(textTerms(of)).toEqual({ ids, counts });
      }),
    );
  });

  it('finds words in either case, and runs of characters in their own', () => {
    const half = termSpace / 2;
    const of = (written: string) => {
      const { ids } = textTerms(written);
      return { words: [...ids].filter((id) => id < half), grams: [...ids].filter((id) => id >= half) };
    };
    expect(of('Sorted Lists').words).toEqual(of('sorted lists').words);
    expect(of('Sorted Lists').grams).not.toEqual(of('sorted lists').grams);
    // Two words and their pair; another order has another pair.
    expect(of('sorted lists').words).toHaveLength(3);
    expect(of('lists sorted').words.filter((id) => of('sorted lists').words.includes(id))).toHaveLength(2);
  });

  it('counts what is repeated', () => {
    const { counts } = textTerms('again again again again');
    expect(Math.max(...counts)).toBe(4);
    const { counts: many } = textTerms('ab '.repeat(200));
    expect(Math.max(...many)).toBeGreaterThanOrEqual(199);
  });

  it('has no terms for a text without words, and looks at the beginning of one that is very long', () => {
    expect(textTerms('').ids).toHaveLength(0);
    expect(textTerms(' \n\t ').ids).toHaveLength(0);
    const long = 'all work and no play '.repeat(5000);
    expect(textTerms(long)).toEqual(textTerms(`${long} makes jack a dull boy`));
  });
});
