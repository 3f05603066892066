/** Requests of a scenario for who wants to see something answered: a short one, and short ones of several parts. */
import { analyze } from '@ratchet/core';
import type { Task } from '@ratchet/harness';

/** Chunks that an example has at least. */
const sizes = [1, 2, 4];
/** Tasks that are looked at: to analyse thousands would keep the service waiting. */
const mostTasks = 80;

/** The shortest of each size, at most three, each once. */
export function exampleRequests(tasks: readonly Pick<Task, 'text'>[]): readonly string[] {
  const known = tasks
    .slice(0, mostTasks)
    .map(({ text }) => ({ text: text.trim(), chunks: analyze({ id: 'example', text }).chunks.length }))
    .sort((a, b) => a.text.length - b.text.length);
  return [...new Set(sizes.flatMap((size) => known.find(({ chunks }) => chunks >= size)?.text ?? []))];
}
