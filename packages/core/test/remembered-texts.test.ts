import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rememberedTexts } from '../src/remembered-texts.ts';

test('gives what the function gives, whatever was asked before and forgotten', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 6 })), fc.nat(20), (texts, mostCharacters) => {
      const lengthOf = rememberedTexts(mostCharacters, (text) => [text.length]);
      expect(texts.map(lengthOf)).toEqual(texts.map((text) => [text.length]));
    }),
  );
});

test('works equal texts out once, until as many characters as it may keep are known', () => {
  const asked: string[] = [];
  const remembered = rememberedTexts(6, (text) => {
    asked.push(text);
    return text;
  });
  for (const text of ['abc', 'abc', 'def', 'abc', 'def', 'ghi', 'abc']) remembered(text);
  expect(asked).toEqual(['abc', 'def', 'ghi', 'abc']);
});
