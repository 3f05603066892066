/** Delimited sections of a prompt: content can never close its own section, so it cannot pose as an instruction. */
import { rememberedTexts } from '../remembered-texts.ts';

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
const openings = sectionTags.map((tag) => ({ tag, text: `<${tag}>\n` }));

/** A request as a section: made once for each analysis, which is handled again and again where it is experimented with. */
export function requestSection(analysis: { readonly text: string }): string {
  let made = requestSections.get(analysis);
  if (made === undefined) {
    made = section('request', analysis.text);
    requestSections.set(analysis, made);
  }
  return made;
}

const requestSections = new WeakMap<{ readonly text: string }, string>();

export function section(tag: SectionTag, content: string): string {
  const remembered = answerSections.get(tag);
  return remembered === undefined ? written(tag, content) : remembered(content);
}

function written(tag: SectionTag, content: string): string {
  return `<${tag}>\n${content.replace(tagInside, `<${breaker}`).trim()}\n</${tag}>`;
}

/** Answers are shown to one model after another. */
const answerTags: readonly SectionTag[] = ['prerequisite', 'draft', 'peer', 'candidate'];
const answerSections = new Map(answerTags.map((tag) => [tag, rememberedTexts(1_000_000, (content) => written(tag, content))]));

/** The sections of a message, in order; content comes back as it was given, but for outer space. */
export function readSections(message: string): readonly Section[] {
  const sections: Section[] = [];
  let from = 0;
  for (let found = nextOpening(message, from); found !== undefined; found = nextOpening(message, from)) {
    const { tag, start } = found;
    const end = message.indexOf(`\n</${tag}>`, start);
    from = start;
    // One that is never closed is none.
    if (end < 0) continue;
    const content = message.slice(start, end);
    sections.push({ tag, content: content.includes(breaker) ? content.replace(brokenTag, '<') : content });
    // A tag inside a section is content.
    from = end + tag.length + 4;
  }
  return sections;
}

/** The first opening tag from a position on, and where its content begins. */
function nextOpening(message: string, from: number): { readonly tag: SectionTag; readonly start: number } | undefined {
  if (from >= message.length) return undefined;
  // Sections follow each other after an empty line, nearly always: then nothing has to be searched.
  const near = from > 0 && message.startsWith('\n\n', from) ? from + 2 : from;
  const here = openings.find(({ text }) => message.startsWith(text, near));
  if (here !== undefined) return { tag: here.tag, start: near + here.text.length };
  opening.lastIndex = from;
  const found = opening.exec(message);
  return found === null ? undefined : { tag: found[1] as SectionTag, start: found.index + found[0].length };
}
