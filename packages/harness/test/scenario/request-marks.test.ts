import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMarks } from '../../src/scenario/request-marks.ts';

const materials = new Map([
  ['kit/note', 'A note with {{braces}} in it.\n'],
  ['kit/list', '- one\n- two'],
]);
/** Texts in which single braces, bars and line ends abound. */
const plainText = fc
  .string({ unit: fc.constantFrom('a', 'B', 'é', '😀', ' ', '\n', '{', '}', '|', '/', '$&', '$1', '.') })
  .filter((text) => !/\{\{|\}\}/.test(text));

describe('readMarks', () => {
  it('leaves a text without marks as it was, but for white space around it', () => {
    fc.assert(
      fc.property(plainText, (text) => {
        expect(readMarks(text, materials)).toEqual({ text: text.trim(), asks: [], materialIds: [], faults: [] });
      }),
    );
  });

  it('takes the marks away and keeps their words, in order', () => {
    const piece = fc.record({
      before: plainText.map((text) => `${text.replace(/[{}]/g, '')} `),
      partId: fc.constantFrom('kit/one', 'a-b/c-2'),
      words: plainText.map((text) => text.replace(/[{}]/g, '')),
    });
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1 }), (pieces) => {
        const read = readMarks(pieces.map(({ before, partId, words }) => `${before}{{${partId}|${words}}}`).join(''), materials);
        expect(read.text).toBe(
          pieces
            .map(({ before, words }) => before + words)
            .join('')
            .trim(),
        );
        expect(read.asks).toEqual(pieces.map(({ partId, words }) => ({ partId, words: words.trim() })));
        expect(read.faults).toEqual([]);
      }),
    );
  });

  it('inserts materials as they stand, without the white space at their end', () => {
    expect(readMarks('Sum up:\n\n{{material kit/note}}\n\nand {{material kit/list}}.', materials)).toEqual({
      text: 'Sum up:\n\nA note with {{braces}} in it.\n\nand - one\n- two.',
      asks: [],
      materialIds: ['kit/note', 'kit/list'],
      faults: [],
    });
  });

  it('inserts a material as often as it is named', () => {
    expect(readMarks('{{material kit/list}}{{material kit/list}}', materials)).toMatchObject({
      text: '- one\n- two- one\n- two',
      materialIds: ['kit/list', 'kit/list'],
    });
  });

  it.each([
    '{{kit/one|open',
    'kit/one|shut}}',
    '{{kit/one}}',
    '{{Kit/One|words}}',
    '{{one|words}}',
    '{{material}}',
    '{{material kit/note }}',
    '{{kit/one|a {{kit/two|b}} c}}',
    '{{kit/one|{{material kit/note}}}}',
    '{{ kit/one|words}}',
    '{{}}',
  ])('finds fault with %s', (request) => {
    expect(readMarks(request, materials).faults.join()).toContain('a mark is malformed');
  });

  it('finds no fault with single braces, and with words over several lines', () => {
    expect(readMarks('{a} {{kit/one|write {x}\n\nand more}}', materials)).toEqual({
      text: '{a} write {x}\n\nand more',
      asks: [{ partId: 'kit/one', words: 'write {x}\n\nand more' }],
      materialIds: [],
      faults: [],
    });
  });

  it.each(['kit/absent', 'constructor', '__proto__', 'toString'])('says that there is no material %s', (id) => {
    expect(readMarks(`{{material ${id}}}`, materials).faults).toEqual([expect.stringContaining(`there is no material "${id}"`)]);
  });
});
