import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { knownWords, meanVector, textMeaning } from '../../src/embedding/text-meaning.ts';
import { wordVectorSize, wordVectors } from '../../src/embedding/word-vectors.ts';

const vectors = wordVectors();
const lengthOf = (vector: Float32Array): number => Math.hypot(...vector);
const nearness = (a: string, b: string): number => {
  const [left, right] = [textMeaning(a), textMeaning(b)];
  return left.reduce((sum, value, at) => sum + value * (right[at] as number), 0) / lengthOf(left) / lengthOf(right);
};

describe('wordVectors', () => {
  it('have length 1, and a vector for each word', () => {
    const words = vectors.rows.scale.length;
    expect(words).toBe(60_000);
    expect(vectors.rows.codes).toHaveLength(words * wordVectorSize);
    for (let row = 0; row < words; row++) expect(lengthOf(meanVector([row], vectors))).toBeCloseTo(1, 5);
  });

  it('know common words and marks, and give rarer words more weight', () => {
    const rows = ['the', 'weather', 'multiply', 'javascript', '?'].map((word) => vectors.find(word));
    expect(rows).not.toContain(undefined);
    expect(vectors.find('qzxv')).toBeUndefined();
    const weights = Array.from(vectors.rows.scale, (_, row) => vectors.weight(row));
    expect(weights.every((weight, row) => weight > 0 && weight < 1 && (row === 0 || weight > (weights[row - 1] as number)))).toBe(true);
  });
});

describe('textMeaning', () => {
  it('puts texts about like things near each other though they share no word that says what they are about', () => {
    expect(nearness('solve the equation for x', 'compute this integral and its derivative')).toBeGreaterThan(
      nearness('solve the equation for x', 'who painted the portrait of a queen in Venice') + 0.2,
    );
    expect(nearness('will it rain tomorrow', 'temperature and humidity forecast')).toBeGreaterThan(
      nearness('will it rain tomorrow', 'invoice payment overdue') + 0.2,
    );
  });

  it('is at most of length 1, finite, the same in any case and order of words, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ maxLength: 300, unit: 'grapheme' }), fc.array(fc.constantFrom('rain', 'falls', 'on', 'Rome', '?', 'жж', '12'))),
        (some) => {
          const text = typeof some === 'string' ? some : some.join(' ');
          const meaning = textMeaning(text);
          expect(meaning).toHaveLength(wordVectorSize);
          expect(lengthOf(meaning)).toBeLessThan(1 + 1e-5);
          if (typeof some === 'string') return;
          const turned = textMeaning(some.toReversed().join(' ').toUpperCase().toLowerCase());
          for (const [at, value] of meaning.entries()) expect(turned[at]).toBeCloseTo(value, 5);
        },
      ),
    );
  });

  it('is zeros where no word is known, and looks at the beginning of a long text', () => {
    expect([...textMeaning('')]).toEqual(new Array(wordVectorSize).fill(0));
    expect([...textMeaning('жж 火')]).toEqual(new Array(wordVectorSize).fill(0));
    const long = 'rivers and towns '.repeat(200);
    expect(textMeaning(`${long}invoice`)).toEqual(textMeaning(long));
    expect(knownWords(long, vectors).length).toBeLessThan(600);
  });
});
