/** What a simulated model understands of a call: from its messages, and from nothing else. */
import { type Message, type PromptKind, prompts, readSections, type SectionTag } from '@ratchet/core';

export interface ReadCall {
  readonly kind: PromptKind;
  /** The text that says what is wanted. */
  readonly ask: string;
  /** Texts in sight beside it: materials and answers to earlier parts. */
  readonly context: readonly string[];
  readonly draft: string | null;
  /** Rival answers: of peers, or the candidates to choose from. */
  readonly rivals: readonly string[];
}

const kindOfPrompt = new Map(Object.entries(prompts).map(([kind, text]) => [text as string, kind as PromptKind]));

/** A call without the sections of Ratchet's prompts is read as a plain request. */
export function readCall(messages: readonly Message[]): ReadCall {
  const system = messages.find((message) => message.role === 'system')?.content ?? '';
  const user = messages.findLast((message) => message.role === 'user')?.content ?? '';
  const sections = readSections(user);
  const all = (...tags: readonly SectionTag[]) => sections.filter((section) => tags.includes(section.tag)).map((section) => section.content);
  return {
    kind: kindOfPrompt.get(system) ?? 'answer',
    ask: sections.length === 0 ? user : all('request', 'step').join('\n\n'),
    context: all('material', 'prerequisite'),
    draft: all('draft')[0] ?? null,
    rivals: all('peer', 'candidate'),
  };
}
