import { seededRandom } from '@ratchet/core';
import { describe, expect, it } from 'vitest';
import { embeddingSize, embedText, fitTextEmbedding } from '../../src/embedding/text-embedding.ts';
import { textTerms } from '../../src/embedding/text-terms.ts';
import { embeddedEntry, requestEntry, textVector } from '../../src/learned/request-entry.ts';
import { requestsOf } from './request-fixture.ts';

const requests = requestsOf(30);
const embedding = fitTextEmbedding(
  requests.map(({ text }) => textTerms(text)),
  seededRandom('fit'),
);

describe('requestEntry', () => {
  it('keeps numbers and none of the words', () => {
    const [analysis] = requests as [(typeof requests)[number]];
    const entry = requestEntry(analysis);
    expect(requestEntry(analysis)).toBe(entry);
    expect(JSON.stringify(entry)).not.toMatch(/rivers|towns/);
  });

  it('has the same place after its terms were forgotten', () => {
    for (const analysis of requests) {
      const entry = requestEntry(analysis);
      const embedded = embeddedEntry(entry, embedding);
      expect(textVector(embedded, embedding)).toEqual(embedText(textTerms(analysis.text), embedding));
      expect(textVector(embedded, embedding)).toEqual(textVector(entry, embedding));
      expect(embeddedEntry(embedded, embedding)).toBe(embedded);
    }
  });

  it('has no place in text where there is no embedding', () => {
    expect([...textVector(requestEntry(requests[0] as (typeof requests)[number]), null)]).toEqual(new Array(embeddingSize).fill(0));
  });
});
