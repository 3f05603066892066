import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { embeddingSize, embedText, fitTextEmbedding } from '../../src/embedding/text-embedding.ts';
import { textTerms } from '../../src/embedding/text-terms.ts';
import { codeText, proseText } from '../learned/request-fixture.ts';

const texts = Array.from({ length: 60 }, (_, index) => textTerms(index % 2 === 0 ? proseText(index) : codeText(index)));
const embedding = fitTextEmbedding(texts, seededRandom('fit'));

describe('fitTextEmbedding and embedText', () => {
  it('put texts about the same thing near to each other', () => {
    const [prose, otherProse, code] = [proseText(1001), proseText(1002), codeText(1003)].map((text) => embedText(textTerms(text), embedding)) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    expect(cosine(prose, otherProse)).toBeGreaterThan(0.5);
    expect(cosine(prose, code)).toBeLessThan(0.3);
  });

  it('give finite places of at most length 1, but for the rounding of codes, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 300, unit: 'grapheme' }), fc.nat(99).map(proseText)), (text) => {
        const place = embedText(textTerms(text), embedding);
        expect(place).toHaveLength(embeddingSize);
        expect(Math.sqrt(place.reduce((sum, value) => sum + value * value, 0))).toBeLessThan(1.05);
      }),
    );
  });

  it('give zeros for a text of unknown words and for an empty one', () => {
    expect(embedText(textTerms(''), embedding).every((value) => value === 0)).toBe(true);
    expect(embedText(textTerms('жж'), embedding).every((value) => value === 0)).toBe(true);
  });

  it('are the same for the same texts', () => {
    expect(fitTextEmbedding(texts, seededRandom('fit'))).toEqual(embedding);
  });

  it('cope with texts that are all alike, all empty, or none', () => {
    for (const few of [[], [textTerms('')], Array.from({ length: 30 }, () => textTerms('the same words')), Array.from({ length: 30 }, () => textTerms(''))]) {
      const fitted = fitTextEmbedding(few, seededRandom('few'));
      expect(embedText(textTerms('the same words'), fitted).every(Number.isFinite)).toBe(true);
    }
  });

  it('keep the commonest terms in either half where there are too many', () => {
    const many = Array.from({ length: 3 }, () => textTerms(Array.from({ length: 9000 }, (_, word) => word.toString(36).padStart(3, 'q')).join(' ')));
    const { terms } = fitTextEmbedding(
      many.map(({ ids, counts }) => ({ ids, counts })),
      seededRandom('many'),
    );
    expect(terms.length).toBeLessThanOrEqual(2 * 8192);
    expect([...terms]).toEqual([...terms].sort((a, b) => a - b));
  });
});

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, index) => sum + value * (y[index] as number), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
