/** Reads the structure of a request's text: what is protected, its tokens, its clauses and their traits. */
import { type ClauseReading, readClauses } from './clause-traits.ts';
import { findClauses } from './clauses.ts';
import { readsAsEnglish } from './english.ts';
import { type ProtectedText, protectSpans } from './protected-spans.ts';
import { tagTokens } from './tag-tokens.ts';

/** Longer texts (pasted logs, books) are looked at up to here; the rest belongs to the last chunk. */
export const analysedCharacters = 20_000;

export interface RequestReading extends ClauseReading {
  readonly text: string;
  readonly source: ProtectedText;
  /** Reads as English and has a clause. */
  readonly isProse: boolean;
}

export function readRequest(text: string): RequestReading {
  const source = protectSpans(text.slice(0, analysedCharacters));
  // Tagged as one word each, but named as the user wrote them.
  const tokens = tagTokens(source.masked, text);
  const clauses = findClauses(source, tokens);
  return { text, source, isProse: clauses.length > 0 && readsAsEnglish(tokens), ...readClauses(source, tokens, clauses) };
}
