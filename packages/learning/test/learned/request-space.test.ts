import { seededRandom } from '@ratchet/core';
import { describe, expect, it } from 'vitest';
import { fitTextEmbedding } from '../../src/embedding/text-embedding.ts';
import { textTerms } from '../../src/embedding/text-terms.ts';
import { wordVectorSize } from '../../src/embedding/word-vectors.ts';
import { requestEntry } from '../../src/learned/request-entry.ts';
import { linearFeatureCount, requestSpace, spaceDimensions } from '../../src/learned/request-space.ts';
import { structureFeatureCount } from '../../src/learned/structure-features.ts';
import { nearestNeighbours, pointSet } from '../../src/models/nearest-neighbours.ts';
import { analysisWith } from '../analysis-fixture.ts';
import { isCode, requestsOf } from './request-fixture.ts';

const requests = requestsOf(60);
const entries = requests.map(requestEntry);
const embedding = fitTextEmbedding(
  requests.map(({ text }) => textTerms(text)),
  seededRandom('fit'),
);

describe('requestSpace', () => {
  it('puts requests of one kind near to each other', () => {
    const space = requestSpace(entries, embedding);
    const points = pointSet(entries.map((entry) => space.place(entry)));
    for (const analysis of requestsOf(20, 500)) {
      const { positions } = nearestNeighbours(points, space.place(requestEntry(analysis)), { most: 10, except: -1 });
      for (const position of positions) expect(isCode(requests[position] as (typeof requests)[number])).toBe(isCode(analysis));
    }
  });

  it('scales the text to a mean squared length of 1, the surface to about half of it, the meaning of words to a tenth', () => {
    const space = requestSpace(entries, embedding);
    const places = entries.map((entry) => space.place(entry));
    const meanSquare = (from: number, to: number) =>
      places.reduce((sum, place) => sum + place.slice(from, to).reduce((own, value) => own + value * value, 0), 0) / places.length;
    expect(meanSquare(0, 128)).toBeCloseTo(1, 4);
    const meaningFrom = spaceDimensions - wordVectorSize;
    expect(meanSquare(128, meaningFrom)).toBeCloseTo(0.49, 4);
    expect(meanSquare(meaningFrom, spaceDimensions)).toBeCloseTo(0.09, 4);
  });

  it('marks one kind of each run, kinds of prose apart from those of code', () => {
    const space = requestSpace(entries, embedding);
    const kinds = (code: boolean) =>
      new Set(requests.filter((analysis) => isCode(analysis) === code).flatMap((analysis) => marksOf(space.linear(requestEntry(analysis)))));
    for (const analysis of requests) expect(marksOf(space.linear(requestEntry(analysis)))).toHaveLength(2);
    expect([...kinds(true)].filter((kind) => kinds(false).has(kind))).toEqual([]);
  });

  it('knows no kinds of few requests', () => {
    expect(marksOf(requestSpace(entries.slice(0, 23), null).linear(entries[0] as (typeof entries)[number]))).toEqual([]);
    expect(marksOf(requestSpace(entries.slice(0, 24), null).linear(entries[0] as (typeof entries)[number]))).toHaveLength(2);
  });

  it('gives finite numbers where there is one request, all are alike, one is empty or very long', () => {
    const odd = [analysisWith({ text: '' }), analysisWith({ text: 'x'.repeat(100_000) }), analysisWith({ text: 'word '.repeat(20_000) })].map(requestEntry);
    const same = Array.from({ length: 30 }, () => requestEntry(analysisWith({ text: 'the same' })));
    for (const known of [entries.slice(0, 1), same, odd, [...entries, ...odd]]) {
      for (const fitted of [null, embedding]) {
        const space = requestSpace(known, fitted);
        for (const entry of [...odd, ...entries.slice(0, 3)]) {
          expect(space.place(entry).every(Number.isFinite)).toBe(true);
          expect(space.linear(entry).every(Number.isFinite)).toBe(true);
          expect(space.linear(entry)).toHaveLength(linearFeatureCount);
        }
      }
    }
  });
});

function marksOf(linear: Float64Array): readonly number[] {
  return [...linear.keys()].filter((index) => index >= structureFeatureCount && linear[index] === 1);
}
