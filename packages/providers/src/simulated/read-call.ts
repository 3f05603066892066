/** What a simulated model understands of a call: from its messages, and from nothing else. */
import { type Message, type PromptKind, prompts, readSections, type Section, type SectionTag } from '@ratchet/core';

import { countTokensOnce } from '../token-count.ts';

export interface ReadCall {
  readonly kind: PromptKind;
  /** The text that says what is wanted. */
  readonly ask: string;
  /** Texts in sight beside it: materials and answers to earlier parts. */
  readonly context: readonly string[];
  readonly draft: string | null;
  /** Rival answers: of peers, or the candidates to choose from. */
  readonly rivals: readonly string[];
  /** Tokens of all messages. */
  readonly inputTokens: number;
}

/** Tokens that stand around a message, and around a section of one. */
const messageTokens = 4;
const sectionTokens = 7;

const kindOfPrompt = new Map(Object.entries(prompts).map(([kind, text]) => [text as string, kind as PromptKind]));

const keptCalls = 20_000;

/**
 * `readCall` that reads equal calls once. Only whole requests and steps are kept, which are the same in trial after trial;
 * drafts and rival answers come together in ever new ways, and would be kept in vain.
 */
export function callReader(): (messages: readonly Message[]) => ReadCall {
  const known: Readonly<Record<'answer' | 'step', Map<string, ReadCall>>> = { answer: new Map(), step: new Map() };
  return (messages) => {
    const [system, user] = messages;
    const kind = system?.role === 'system' ? kindOfPrompt.get(system.content) : undefined;
    if (messages.length !== 2 || user?.role !== 'user' || (kind !== 'answer' && kind !== 'step')) return readCall(messages);
    let call = known[kind].get(user.content);
    if (call === undefined) {
      call = readCall(messages);
      if (known[kind].size >= keptCalls) known[kind].clear();
      known[kind].set(user.content, call);
    }
    return call;
  };
}

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
    inputTokens:
      3 +
      messages.reduce((sum, message) => sum + messageTokens + (message.content === user ? userTokens(user, sections) : countTokensOnce(message.content)), 0),
  };
}

/** Section by section: most of them are sent many times. */
function userTokens(user: string, sections: readonly Section[]): number {
  if (sections.length === 0) return countTokensOnce(user);
  return sections.reduce((sum, section) => sum + sectionTokens + countTokensOnce(section.content), 0);
}
