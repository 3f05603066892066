import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { protectSpans } from '../../src/analysis/protected-spans.ts';
import { anyText, composedText } from './any-text.ts';

describe('protectSpans', () => {
  test('masks without moving anything: length and line ends of prose stay', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { masked } = protectSpans(text);
        expect(masked).toHaveLength(text.length);
        const lineEnds = (whole: string) => [...whole.matchAll(/\n/g)].map(({ index }) => index);
        expect(lineEnds(masked)).toEqual(lineEnds(text));
      }),
    );
  });

  test('leaves no word of a block, and one word of inline code', () => {
    fc.assert(
      fc.property(composedText, ({ text, blocks, inline }) => {
        const { masked } = protectSpans(text);
        for (const { start, end } of blocks) expect(masked.slice(start, end).trim()).toBe('');
        for (const { start, end } of inline) expect(masked.slice(start, end)).toMatch(/^Xx+$/);
      }),
    );
  });

  test.each([
    ['`parse(text)`', 'parse', 'call'],
    ['`async function parse(text)`', 'parse', 'call'],
    ['`new_thing`', 'new_thing', 'plain'],
    ['`Queue`', 'Queue', 'type'],
    ['`class Queue`', 'Queue', 'type'],
    ['`queue.push(item)`', 'queue', 'plain'],
    ['`MAX`', 'MAX', 'plain'],
    ['`--force`', null, 'plain'],
    ['`=== 1`', null, 'plain'],
    ['`two words`', null, 'plain'],
  ])('reads %s', (code, name, form) => {
    expect(protectSpans(`Use ${code}.`).inlineCode).toEqual([{ start: 4, end: 4 + code.length, name, form }]);
  });

  test('takes a block that is never closed up to the end', () => {
    expect(protectSpans('See:\n```\na\n\nb').materials).toEqual([{ start: 5, end: 13, text: '```\na\n\nb' }]);
  });

  test('closes a block only with a mark at least as long as the one that opens it', () => {
    const text = '````md\nWrite a poem.\n```\nx\n```\nWrite a song.\n````';
    expect(protectSpans(`${text}\nWrite a title.`).materials).toEqual([{ start: 0, end: text.length, text }]);
  });

  test('does not take a fence within one line for the start of a block', () => {
    for (const text of ['Explain:\n```const a = 1```\nThen write a test.', 'Explain:\n"""a"""\nThen write a test.']) {
      expect(protectSpans(text).materials).toEqual([]);
      expect(protectSpans(text).masked).toContain('Then write a test.');
    }
  });

  test('makes one short word of a long run without spaces', () => {
    const { masked } = protectSpans(`See ${'ab'.repeat(1000)} here`);
    expect(masked.split(/\s+/)).toEqual(['See', expect.stringMatching(/^Xx{1,255}$/), 'here']);
  });
});
