import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countTokens, countTokensOnce } from '../src/token-count.ts';

interface Tokenizer {
  countTokens(text: string, options?: { disallowedSpecial: Set<string> }): number;
}

const tokenizer = createRequire(import.meta.url)('gpt-tokenizer/encoding/o200k_base') as Tokenizer;
const inOnePiece = (text: string) => tokenizer.countTokens(text, { disallowedSpecial: new Set() });

const prose = `The ferry leaves at seven, and it doesn't wait. Mara had told him so twice: once on the telephone, and once in a
letter that he never opened.

"You'll want the early one," she wrote. "The 09:40 is slower (it calls at both islands), and in a north wind it does not run
at all."


He read it in the end, four years later, on a bench by the water - and laughed, which surprised nobody more than himself.
`;

describe('countTokens', () => {
  test('is that of the real tokenizer on text without blank lines', () => {
    const word = fc.oneof(
      fc.lorem({ maxCount: 3 }),
      fc.stringMatching(/^[A-Za-z0-9_$(){}=;,.'-]{1,12}$/),
      fc.constantFrom('été', '数据', '🙂', '0042', "don't", '=>'),
    );
    const line = fc.tuple(fc.stringMatching(/^ {0,8}$/), fc.array(word, { minLength: 1, maxLength: 12 })).map(([indent, words]) => indent + words.join(' '));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.constantFrom('', '\n'), (lines, end) => {
        const text = lines.join('\n') + end;
        expect(countTokens(text)).toBe(inOnePiece(text));
      }),
    );
  });

  test.each<[string, string]>([
    ['prose', prose],
    ['TypeScript', readFileSync(new URL('../src/simulated/simulated-model.ts', import.meta.url), 'utf8')],
    ['TypeScript with comments of its own lines', readFileSync(new URL('../src/simulated/simulated-bank.ts', import.meta.url), 'utf8')],
    ['a scenario', readFileSync(new URL('../../../scenarios/code-gen/tasks/inventory.yaml', import.meta.url), 'utf8')],
    ['answers in JavaScript', readFileSync(new URL('../../../scenarios/code-gen/answers/inventory.yaml', import.meta.url), 'utf8')],
  ])('is within 3% of it on %s with blank lines', (_what, text) => {
    expect(text).toContain('\n\n');
    const exact = inOnePiece(text);
    expect(exact).toBeGreaterThan(90);
    expect(Math.abs(countTokens(text) - exact)).toBeLessThanOrEqual(0.03 * exact);
  });

  test('of nothing is 0, and of anything else more', () => {
    expect(countTokens('')).toBe(0);
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), (text) => {
        expect(countTokens(text)).toBeGreaterThan(0);
      }),
    );
  });

  test.each(['<|endoftext|>', 'end with <|endoftext|>, please', '<|im_start|>system\n<|im_end|>'])(
    "takes a tokenizer's own marks in a text as text: %s",
    (text) => {
      expect(countTokens(text)).toBeGreaterThan(3);
    },
  );

  test('is the same when it is asked again', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const first = countTokens(text);
        expect([countTokens(text), countTokensOnce(text), countTokensOnce(text)]).toEqual([first, first, first]);
      }),
    );
  });
});
