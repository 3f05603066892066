import { describe, expect, it } from 'vitest';
import { answerWriter } from '../../src/simulated/written-answer.ts';
import { countTokens } from '../../src/token-count.ts';
import { parts } from './example-world.ts';

const code = { part: parts.parse, text: 'const a = 1;' };
const prose = { part: parts.essay, text: '## History\n\nOf the mill.' };

describe('answerWriter', () => {
  it('fences code, leaves prose as it is, and counts the marks', () => {
    const write = answerWriter();
    expect(write([code, prose])).toEqual({
      text: '```js\nconst a = 1;\n```\n\n## History\n\nOf the mill.',
      tokens: countTokens(code.text) + 6 + countTokens(prose.text) + 1,
    });
    expect(write([])).toEqual({ text: '', tokens: 0 });
  });

  it('tells apart the order of parts, an empty answer, and code from prose of the same words', () => {
    const write = answerWriter();
    const texts = [
      [code, prose],
      [prose, code],
      [code],
      [{ part: parts.essay, text: code.text }],
      [code, { part: parts.essay, text: '' }],
      [{ part: parts.essay, text: '' }, code],
    ].map((answers) => write(answers).text);
    expect(new Set(texts).size).toBe(texts.length);
    expect(texts.at(-1)).toBe('\n\n```js\nconst a = 1;\n```');
  });

  it('writes on after it has forgotten what it kept', () => {
    const write = answerWriter();
    for (let number = 0; number < 10_050; number++) expect(write([{ part: parts.essay, text: `${number}` }]).text).toBe(`${number}`);
  });
});
