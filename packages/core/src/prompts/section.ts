/** Delimited sections of a prompt: content can never close its own section, so it cannot pose as an instruction. */

export const sectionTags = ['request', 'step', 'material', 'prerequisite', 'draft', 'peer', 'candidate'] as const;
export type SectionTag = (typeof sectionTags)[number];

export interface Section {
  readonly tag: SectionTag;
  readonly content: string;
}

/** Breaks up a tag inside content, also one that is broken up already. */
const breaker = '\u200b';
const tagInside = new RegExp(`<(?=${breaker}*/?(?:${sectionTags.join('|')})\\b)`, 'g');
const brokenTag = new RegExp(`<${breaker}(?=${breaker}*/?(?:${sectionTags.join('|')})\\b)`, 'g');
const opened = new RegExp(`<(${sectionTags.join('|')})>\\n([\\s\\S]*?)\\n</\\1>`, 'g');

export function section(tag: SectionTag, content: string): string {
  return `<${tag}>\n${content.replace(tagInside, `<${breaker}`).trim()}\n</${tag}>`;
}

/** The sections of a message, in order; content comes back as it was given, but for outer space. */
export function readSections(message: string): readonly Section[] {
  return [...message.matchAll(opened)].map((match) => ({
    tag: match[1] as SectionTag,
    content: (match[2] as string).replace(brokenTag, '<'),
  }));
}
