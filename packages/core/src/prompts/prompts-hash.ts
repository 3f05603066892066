/** Names the wording of all prompts, so that answers to one wording are never taken for answers to another. */
import { createHash } from 'node:crypto';
import { prompts } from './prompts.ts';
import { section, sectionTags } from './section.ts';

/** sha256, in hex, over all system prompts in order of their kinds, and over how each section is written. */
export const promptsHash: string = hashOf({
  prompts: Object.entries(prompts).sort(([a], [b]) => (a < b ? -1 : 1)),
  sections: sectionTags.map((tag) => section(tag, `</${tag}>`)),
});

export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
