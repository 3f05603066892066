/** The user message for one or several steps of a request: the steps, the materials they lack, what came before. */
import type { Analysis, Chunk } from '../analysis.ts';
import { section } from '../prompts/section.ts';

/** The same string for the same steps of the same analysis, as long as nothing came before. */
export function stepContent(analysis: Analysis, chunks: readonly Chunk[], prerequisites: readonly string[]): string {
  if (prerequisites.length > 0) return writeContent(analysis, chunks, prerequisites);
  let known = firstContents.get(analysis);
  if (known === undefined) {
    known = new Map();
    firstContents.set(analysis, known);
  }
  const key = chunks.map(({ index }) => index).join(' ');
  let content = known.get(key);
  if (content === undefined) {
    content = writeContent(analysis, chunks, []);
    known.set(key, content);
  }
  return content;
}

const firstContents = new WeakMap<Analysis, Map<string, string>>();

function writeContent(analysis: Analysis, chunks: readonly Chunk[], prerequisites: readonly string[]): string {
  const step = chunks.map((chunk) => chunk.text.trim()).join('\n\n');
  const missing = analysis.materials.filter((material) => !chunks.some((chunk) => chunk.start <= material.start && material.end <= chunk.end));
  return [
    ...missing.map((material) => section('material', material.text)),
    ...prerequisites.map((answer) => section('prerequisite', answer)),
    section('step', step),
  ].join('\n\n');
}

/** Characters a token of an answer that is as long as it may be has at the most, on the mean. */
const mostCharactersPerToken = 8;

/**
 * An answer as other calls are shown it. One that is far longer than the model was allowed to make it would crowd out the
 * rest of their context, so its middle is left out; the request's own answer keeps it.
 */
export function shownAnswer(answer: string, maxOutputTokens: number): string {
  const most = mostCharactersPerToken * maxOutputTokens;
  if (answer.length <= most) return answer;
  const half = Math.floor(most / 2);
  return `${answer.slice(0, half)}\n[${answer.length - 2 * half} characters are left out here]\n${answer.slice(answer.length - half)}`;
}
