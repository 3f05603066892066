/** Delimited sections of a prompt: content can never close its own section, so it cannot pose as an instruction. */

export const sectionTags = ['request', 'step', 'material', 'prerequisite', 'draft', 'peer', 'candidate'] as const;
export type SectionTag = (typeof sectionTags)[number];

export interface Section {
  readonly tag: SectionTag;
  readonly content: string;
}

/** Breaks up a tag inside content, also one that is broken up already. */
const breaker = '\u200b';
/**
 * After its "<": an opening tag as `section` writes it, and whatever a reader could take for the end of a section, with
 * spaces or in capitals. In other spellings (`<Request />`, `Promise<Step>`) it is code, which is left as it is.
 */
const tagRest = `(?:${breaker}*(?:${sectionTags.join('|')})|[${breaker}\\s]*/[${breaker}\\s]*(?:${sectionTags.join('|')}|${sectionTags.join('|').toUpperCase()}))\\b`;
const tagInside = new RegExp(`<(?=${tagRest})`, 'g');
const brokenTag = new RegExp(`<${breaker}(?=${tagRest})`, 'g');
const opening = new RegExp(`<(${sectionTags.join('|')})>\\n`, 'g');

export function section(tag: SectionTag, content: string): string {
  return `<${tag}>\n${content.replace(tagInside, `<${breaker}`).trim()}\n</${tag}>`;
}

/** The sections of a message, in order; content comes back as it was given, but for outer space. */
export function readSections(message: string): readonly Section[] {
  const sections: Section[] = [];
  let from = 0;
  for (const found of message.matchAll(opening)) {
    // A tag inside a section is content; one that is never closed is none.
    if (found.index < from) continue;
    const tag = found[1] as SectionTag;
    const start = found.index + found[0].length;
    const end = message.indexOf(`\n</${tag}>`, start);
    if (end < 0) continue;
    const content = message.slice(start, end);
    sections.push({ tag, content: content.includes(breaker) ? content.replace(brokenTag, '<') : content });
    from = end + tag.length + 4;
  }
  return sections;
}
