import { expect, it } from 'vitest';
import { wrapped } from '../../src/terminal/wrapped.ts';

it('breaks between words, indents what follows, and leaves a word that is too long whole', () => {
  expect(wrapped('some words and a-word-that-is-longer-than-its-line ends', { indent: 3, columns: 24 })).toBe(
    'some words and\n   a-word-that-is-longer-than-its-line\n   ends',
  );
});

it('breaks nothing without a terminal, or where there is no room', () => {
  for (const columns of [undefined, 10]) expect(wrapped('some words', { indent: 3, columns })).toBe('some words');
});
