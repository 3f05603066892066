/** Reads the structure of a request's text: what is protected, its tokens, its clauses and their traits. */
import { type ClauseReading, readClauses } from './clause-traits.ts';
import { findClauses } from './clauses.ts';
import { type ProtectedText, protectSpans } from './protected-spans.ts';
import { tagTokens } from './tag-tokens.ts';

/** Longer texts (pasted logs, books) are looked at up to here; the rest belongs to the last chunk. */
export const analysedCharacters = 20_000;

export interface RequestReading extends ClauseReading {
  readonly text: string;
  readonly source: ProtectedText;
}

export function readRequest(text: string): RequestReading {
  const source = protectSpans(text.slice(0, analysedCharacters));
  // Tagged as one word each, but named as the user wrote them.
  const tokens = tagTokens(source.masked, text);
  return { text, source, ...readClauses(source, tokens, findClauses(source, tokens)) };
}
