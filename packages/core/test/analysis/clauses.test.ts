import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRequest } from '../../src/analysis/read-request.ts';
import { anyText } from './any-text.ts';

const clausesOf = (text: string) => {
  const { clauses, tokens } = readRequest(text);
  return clauses.map(({ opening, kind, head }) => `${opening}: ${kind} ${tokens[head]?.lower}`);
};

describe('findClauses', () => {
  test('covers the tokens from its first clause on, in order, on any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { clauses, tokens } = readRequest(text);
        clauses.forEach((clause, index) => {
          expect(clause.end).toBe(clauses[index + 1]?.first ?? tokens.length);
          expect(clause.first).toBeLessThan(clause.end);
          expect(clause.head).toBeGreaterThanOrEqual(clause.first);
          expect(clause.start).toBeLessThanOrEqual(tokens[clause.first]?.start ?? 0);
          if (index > 0) expect(clause.start).toBeGreaterThan(clauses[index - 1]?.start ?? 0);
        });
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['Please book a room and cancel the old one.', ['start: imperative book', 'and: imperative cancel']],
    ["I'd like to rent a car, then drive it home.", ['start: wish rent', 'comma: imperative drive']],
    ['Can you send the file? What is in it?', ['start: question send', 'sentence: question what']],
    ['Ask Anna to confirm the date.', ['start: imperative ask', 'purpose: infinitive confirm']],
    ['Meet us in Pudong, Shanghai, at 9 AM.', ['start: imperative meet', 'comma: phrase shanghai', 'comma: phrase at']],
    ["Don't mention the price.", ['start: imperative mention']],
  ])('reads %j', (text, expected) => {
    expect(clausesOf(text)).toEqual(expected);
  });

  test('sees the beginning of an item, whatever its mark, and no clause in the mark', () => {
    expect(clausesOf('1. Write a poem.\n2. Draw a map.')).toEqual(['item: imperative write', 'item: imperative draw']);
    expect(clausesOf('- write a poem\n- draw a map')).toEqual(['item: imperative write', 'item: imperative draw']);
  });
});
