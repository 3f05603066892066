import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textBlocks } from '../../../src/page/execute/text-blocks.ts';

describe('the blocks of an answer', () => {
  it('are prose and fenced code, in their order', () => {
    expect(textBlocks('Here:\n\n```js\nconst a = 1;\n\nconst b = 2;\n```\nDone.')).toEqual([
      { kind: 'text', content: 'Here:' },
      { kind: 'code', content: 'const a = 1;\n\nconst b = 2;' },
      { kind: 'text', content: 'Done.' },
    ]);
  });

  it('count a fence that is still open to the end, as while an answer streams', () => {
    expect(textBlocks('```\nlet x')).toEqual([{ kind: 'code', content: 'let x' }]);
  });

  it('keep a shorter fence, and a fence with words, within a longer one', () => {
    expect(textBlocks('````\n```js\nx\n```\n````')).toEqual([{ kind: 'code', content: '```js\nx\n```' }]);
    expect(textBlocks('```\n```js\nx\n```')).toEqual([{ kind: 'code', content: '```js\nx' }]);
  });

  it('lose no word', () => {
    const word = fc.constantFrom('a', 'b', '```', '~~~', '\n', ' ', '````');
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const letters = (text: string): string => text.replace(/[^ab]/g, '');
        // What stands behind an opening fence is its language.
        const text = words.join('').replace(/^( {0,3}(?:`{3,}|~{3,})).*$/gm, '$1');
        expect(
          letters(
            textBlocks(text)
              .map(({ content }) => content)
              .join(''),
          ),
        ).toBe(letters(text));
      }),
    );
  });
});
