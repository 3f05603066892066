/** What the learned policy knows between generations: its evidence, and where texts have their place. */

import { seededRandom } from '@ratchet/core';
import type { DriftState } from '../drift/page-hinkley.ts';
import { fitTextEmbedding, type TextEmbedding } from '../embedding/text-embedding.ts';
import type { TextTerms } from '../embedding/text-terms.ts';
import type { UtilityScale } from '../objective.ts';
import { type Evidence, noEvidence, type RequestEvidence } from './evidence.ts';
import { embeddedEntry, type RequestEntry } from './request-entry.ts';

export interface LearnedState {
  readonly generation: number;
  readonly evidence: Evidence;
  /** null until enough texts are known. */
  readonly embedding: FittedEmbedding | null;
  /** Means of the first generation; null before it. */
  readonly scale: UtilityScale | null;
  /** By arm id. */
  readonly drift: ReadonlyMap<string, DriftState>;
}

export interface FittedEmbedding {
  readonly embedding: TextEmbedding;
  /** Number of texts that it was fitted on. */
  readonly texts: number;
}

export const initialState: LearnedState = { generation: 0, evidence: noEvidence, embedding: null, scale: null, drift: new Map() };

const fewestTexts = 24;
/** Fitted on as many texts, the embedding is final, and words are forgotten. */
const enoughTexts = 2048;
/** It is fitted again when there are so many times more texts. */
const growth = 1.5;

/** Fits the embedding where it is due. Requests are taken in the order of their keys. */
export function withEmbedding(evidence: Evidence, current: FittedEmbedding | null): Pick<LearnedState, 'evidence' | 'embedding'> {
  if (current !== null && current.texts >= enoughTexts) return { evidence: forgetWords(evidence, current.embedding), embedding: current };
  const count = evidence.requests.size;
  if (count < fewestTexts || (current !== null && count < growth * current.texts)) return { evidence, embedding: current };
  const keys = Float64Array.from(evidence.requests.keys()).sort().slice(0, enoughTexts);
  const texts = Array.from(keys, (key) => (evidence.requests.get(key) as RequestEvidence).entry.text).flatMap((text) =>
    text.kind === 'terms' ? [text.terms] : [],
  );
  // Places that a provider's embedding gave need none of ours.
  if (texts.length < fewestTexts) return { evidence, embedding: current };
  const embedding = { embedding: fittedEmbedding(texts), texts: texts.length };
  return { evidence: texts.length >= enoughTexts ? forgetWords(evidence, embedding.embedding) : evidence, embedding };
}

let lastFit: { readonly texts: readonly TextTerms[]; readonly embedding: TextEmbedding } | undefined;

/** Learners that are compared know the same texts: the last fit is kept for the next of them. */
function fittedEmbedding(texts: readonly TextTerms[]): TextEmbedding {
  const known = lastFit;
  if (known !== undefined && known.texts.length === texts.length && texts.every((text, index) => text === known.texts[index])) return known.embedding;
  const embedding = fitTextEmbedding(texts, seededRandom('text embedding'));
  lastFit = { texts, embedding };
  return embedding;
}

function forgetWords(evidence: Evidence, embedding: TextEmbedding): Evidence {
  const withTerms = (entry: RequestEntry): boolean => entry.text.kind === 'terms';
  if (![...evidence.requests.values()].some(({ entry }) => withTerms(entry))) return evidence;
  return {
    ...evidence,
    requests: new Map(
      [...evidence.requests].map(([key, request]) => [
        key,
        withTerms(request.entry) ? { ...request, entry: embeddedEntry(request.entry, embedding) } : request,
      ]),
    ),
  };
}
