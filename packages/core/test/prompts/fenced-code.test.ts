import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFences } from '../../src/prompts/fenced-code.ts';

const anyLine = fc.string({ maxLength: 12, unit: fc.constantFrom('a', 'b', ' ', '#', '`', '~', '(', '\t') }).filter((line) => !/^[ \t]*(```|~~~)/.test(line));
const anyLines = fc.array(anyLine, { minLength: 1, maxLength: 4 });
const anyFence = fc.record({ mark: fc.constantFrom('```', '~~~'), language: fc.constantFrom('', 'js', 'python title'), lines: anyLines });

/** The same by a regular expression: slower, and plain to see. */
function readFencesPlainly(text: string) {
  const code: string[] = [];
  const prose: string[] = [];
  let opened: { fence: string; codeStart: number } | null = null;
  let proseStart = 0;
  for (const { 0: line, 1: fence = '', 2: rest = '', index } of text.matchAll(/^[ \t]*(```|~~~)(.*)$/gm)) {
    const lineEnd = Math.min(text.length, index + line.length + 1);
    if (opened === null) {
      prose.push(text.slice(proseStart, index));
      opened = { fence, codeStart: lineEnd };
    } else if (fence === opened.fence && rest.trim() === '') {
      code.push(text.slice(opened.codeStart, Math.max(opened.codeStart, index - 1)));
      opened = null;
      proseStart = lineEnd;
    }
  }
  if (opened === null) prose.push(text.slice(proseStart));
  else code.push(text.slice(opened.codeStart));
  return { code, prose: prose.join('') };
}

describe('readFences', () => {
  test('finds a fence wherever a line begins with one, whatever ends the line', () => {
    const anyText = fc
      .array(fc.constantFrom('```', '~~~', '`', '~', '\n', '\r\n', '\r', '\u2028', '\u2029', ' ', '\t', 'a', 'js'), { maxLength: 30 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(anyText, (text) => {
        expect(readFences(text)).toEqual(readFencesPlainly(text));
      }),
      { numRuns: 3000 },
    );
  });

  test('tells code from prose in any sequence of both', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anyFence, anyLines), { maxLength: 8 }), (parts) => {
        const text = parts
          .map((part) => (Array.isArray(part) ? part.join('\n') : `${part.mark}${part.language}\n${part.lines.join('\n')}\n${part.mark}`))
          .join('\n');
        const { code, prose } = readFences(text);
        expect(code).toEqual(parts.flatMap((part) => (Array.isArray(part) ? [] : [part.lines.join('\n')])));
        const lines = (whole: string) => whole.split('\n').filter((line) => line !== '');
        expect(lines(prose)).toEqual(parts.flatMap((part) => (Array.isArray(part) ? part : [])).filter((line) => line !== ''));
      }),
    );
  });

  test('reads the code of an answer that was cut off', () => {
    expect(readFences('Here:\n```js\nconst a = 1;\nconst b')).toEqual({ code: ['const a = 1;\nconst b'], prose: 'Here:\n' });
  });

  test('leaves the other kind of fence inside a fence alone', () => {
    expect(readFences('~~~md\n```js\na\n```\n~~~').code).toEqual(['```js\na\n```']);
  });

  test('is closed by a bare mark only', () => {
    expect(readFences('```\na\n```js\nb\n```\nprose')).toEqual({ code: ['a\n```js\nb'], prose: 'prose' });
  });

  test('takes an empty fence for empty code', () => {
    expect(readFences('```\n```')).toEqual({ code: [''], prose: '' });
  });
});
