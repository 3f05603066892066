import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../src/analysis/analyze.ts';
import { anyText } from './any-text.ts';

const of = (text: string) => analyze({ id: 'request', text });
const read = (text: string) => of(text).operations.map(({ verb, object, modifiers, negated }) => ({ verb, object, modifiers, negated }));

describe('operations', () => {
  test('have a verb, an object up to the end of its noun phrase, and modifiers', () => {
    expect(read('Please send the annual report to Anna before Friday.')).toEqual([
      { verb: 'send', object: 'the annual report', modifiers: ['to Anna', 'before Friday'], negated: false },
    ]);
  });

  test('are found for wishes and questions, with particles of their verbs', () => {
    expect(read("I'd like you to look up the address.")).toEqual([{ verb: 'look up', object: 'the address', modifiers: [], negated: false }]);
    expect(read('Could you book a table for four?')).toMatchObject([{ verb: 'book', object: 'a table' }]);
  });

  test('say what is not to be done', () => {
    expect(read("Write a letter. Don't mention the price.")).toMatchObject([
      { verb: 'write', negated: false },
      { verb: 'mention', object: 'the price', negated: true },
    ]);
  });

  test('stand in the text in order, each in its chunk, on any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { operations, chunks } = of(text);
        let last = 0;
        for (const { start, end, chunk } of operations) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          expect(start).toBeLessThan(chunks[chunk]?.end as number);
          expect(end).toBeGreaterThan(chunks[chunk]?.start as number);
          last = start;
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('references and ambiguities', () => {
  test('of a place point at the chunk that has it, of a noun at the last one that speaks of it', () => {
    const { references } = of('1. Write a poem.\n2. Draw a map.\n3. Explain how step 1 fits the map.');
    expect(references).toContainEqual(expect.objectContaining({ kind: 'ordinal', text: '1', chunk: 2, refersTo: 0 }));
    expect(references).toContainEqual(expect.objectContaining({ kind: 'definite', text: 'map', chunk: 2, refersTo: 1 }));
  });

  test('name a pronoun that nothing before explains, and a text that is said to be below but is not', () => {
    expect(of('Translate it into Welsh.').ambiguities.map(({ kind }) => kind)).toEqual(['bare reference']);
    expect(of('Translate the sentence below.').ambiguities.map(({ kind }) => kind)).toEqual(['absent material']);
    expect(of('Translate the sentence below.\n\n```\nGood morning.\n```').ambiguities).toEqual([]);
  });

  test('stand within the text, on any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { references, ambiguities, chunks } = of(text);
        for (const { start, end, text: words } of [...references, ...ambiguities]) expect(text.slice(start, end)).toBe(words);
        for (const { chunk, refersTo } of references)
          expect(refersTo === null || (refersTo >= 0 && refersTo < chunks.length && refersTo < chunk + chunks.length)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
