/** Requests of distinct texts, half prose and half code, for tests of what reads them. */
import { type Analysis, seededRandom } from '@ratchet/core';
import { analysisWith } from '../analysis-fixture.ts';

const proseWords = ['tell', 'about', 'the', 'history', 'of', 'rivers', 'and', 'their', 'towns', 'in', 'spring', 'when', 'water', 'rises'];
const codePieces = ['`f(x)`', '{ k: 1 };', '`Map`', 'x = [1, 2];', '`name`', 'return y;', 'for (;;)', '"s"'];

export function proseText(seed: number): string {
  return textOf(seed, proseWords, { pieces: 30, end: '.' });
}

export function codeText(seed: number): string {
  return textOf(seed, codePieces, { pieces: 14, end: '?' });
}

/** Even ones are prose, odd ones code. */
export function requestsOf(count: number, from = 0): readonly Analysis[] {
  return Array.from({ length: count }, (_, index) => requestOf(from + index));
}

export function isCode({ text }: Analysis): boolean {
  return text.endsWith('?');
}

function requestOf(index: number): Analysis {
  const chunks = 1 + (index % 5);
  return analysisWith({
    requestId: `request ${index}`,
    text: index % 2 === 0 ? proseText(index) : codeText(index),
    chunks,
    words: 20 * chunks,
    edges: chunks - 1,
    depth: 1 + Math.floor(chunks / 2),
    score: chunks / 6,
  });
}

function textOf(seed: number, words: readonly string[], { pieces, end }: { readonly pieces: number; readonly end: string }): string {
  const draw = seededRandom('text', seed).stream();
  return `${Array.from({ length: pieces }, () => words[Math.floor(draw() * words.length)]).join(' ')} ${seed}${end}`;
}
