/** Names the wording of all prompts, so that answers to one wording are never taken for answers to another. */
import { createHash } from 'node:crypto';
import { prompts } from './prompts.ts';
import { section, sectionTags } from './section.ts';

/** sha256, in hex, of some prompts whatever their order, and of how each section is written. */
export function hashPrompts(texts: Readonly<Record<string, string>>): string {
  return hashOf({
    prompts: Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1)),
    sections: sectionTags.map((tag) => section(tag, `</${tag}>`)),
  });
}

/** Of all prompts of Ratchet. */
export const promptsHash: string = hashPrompts(prompts);

/** sha256, in hex, of a value as JSON. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
