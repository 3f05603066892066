/** Requests of a scenario for who wants to see something answered: a short one, and two of more parts. */
import type { Task } from '@ratchet/harness';

/** Characters: about a sentence, a paragraph, and as much as one reads at a glance. */
const lengths = [120, 320, 640];

/** Those whose lengths are nearest to these, at most three, each once. */
export function exampleRequests(tasks: readonly Pick<Task, 'text'>[]): readonly string[] {
  const texts = tasks.map(({ text }) => text.trim());
  const nearest = lengths.flatMap((wanted) => texts.toSorted((a, b) => Math.abs(a.length - wanted) - Math.abs(b.length - wanted)).slice(0, 1));
  return [...new Set(nearest)];
}
