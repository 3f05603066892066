/** What is kept of a request whose outcomes are known: numbers that describe it, never its words. */
import type { Analysis } from '@ratchet/core';
import { placeEmbedding } from '../embedding/provided-embedding.ts';
import { embeddingSize, embedText, type TextEmbedding } from '../embedding/text-embedding.ts';
import { textMeaning } from '../embedding/text-meaning.ts';
import { type TextTerms, textTerms } from '../embedding/text-terms.ts';
import { structureFeatures } from './structure-features.ts';
import { surfaceFeatures } from './surface-features.ts';

export interface RequestEntry {
  /** Aligned with `structureFeatureNames`. */
  readonly structure: Float64Array;
  readonly surface: Float64Array;
  /** What its words mean; of length `wordVectorSize`. */
  readonly meaning: Float32Array;
  /** Hashed terms while the embedding may still change; its place in the embedding after that, and where a provider's embedding came with it. */
  readonly text: { readonly kind: 'terms'; readonly terms: TextTerms } | { readonly kind: 'embedded'; readonly vector: Float32Array };
}

const known = new WeakMap<Analysis, RequestEntry>();

/** Worked out once for each analysis. */
export function requestEntry(analysis: Analysis): RequestEntry {
  let entry = known.get(analysis);
  if (entry === undefined) {
    const { text, embedding } = analysis;
    entry = {
      structure: structureFeatures(analysis),
      surface: surfaceFeatures(analysis),
      meaning: textMeaning(text),
      text: embedding === undefined ? { kind: 'terms', terms: textTerms(text) } : { kind: 'embedded', vector: placeEmbedding(embedding) },
    };
    known.set(analysis, entry);
  }
  return entry;
}

/** With what its words mean, where the entry was kept before that was known of any: the request has come again. */
export function wholeEntry(entry: RequestEntry, analysis: Analysis): RequestEntry {
  if (entry.meaning.some((value) => value !== 0)) return entry;
  const fresh = requestEntry(analysis);
  return fresh.meaning.some((value) => value !== 0) ? { ...fresh, text: entry.text } : entry;
}

const placed = new WeakMap<TextEmbedding, WeakMap<RequestEntry, Float32Array>>();

/** Zeros without an embedding; worked out once for each request and embedding. */
export function textVector(entry: RequestEntry, embedding: TextEmbedding | null): Float32Array {
  const { text } = entry;
  if (text.kind === 'embedded') return text.vector;
  if (embedding === null) return new Float32Array(embeddingSize);
  let byEntry = placed.get(embedding);
  if (byEntry === undefined) {
    byEntry = new WeakMap();
    placed.set(embedding, byEntry);
  }
  let vector = byEntry.get(entry);
  if (vector === undefined) {
    vector = embedText(text.terms, embedding);
    byEntry.set(entry, vector);
  }
  return vector;
}

/** Forgets the terms: the embedding is final. */
export function embeddedEntry(entry: RequestEntry, embedding: TextEmbedding): RequestEntry {
  return entry.text.kind === 'embedded' ? entry : { ...entry, text: { kind: 'embedded', vector: embedText(entry.text.terms, embedding) } };
}

const keys = new WeakMap<object, number>();

/**
 * Names a request by what is seen of it: equal texts with equal tools have equal keys. 52 bits, so that a million distinct
 * requests meet by chance once in ten thousand cases.
 */
export function requestKey(analysis: Pick<Analysis, 'text' | 'tools'>): number {
  let key = keys.get(analysis);
  if (key === undefined) {
    key = makeKey(analysis);
    keys.set(analysis, key);
  }
  return key;
}

function makeKey({ text, tools }: Pick<Analysis, 'text' | 'tools'>): number {
  let a = 0x9e3779b9;
  let b = 0x85ebca6b;
  const mix = (word: number): void => {
    a = Math.imul(a ^ word, 0xcc9e2d51);
    a = (a << 15) | (a >>> 17);
    b = Math.imul(b ^ a, 0x1b873593);
    b = (b << 13) | (b >>> 19);
    a = (a + b) | 0;
  };
  const mixText = (part: string): void => {
    for (let index = 0; index < part.length; index++) mix(part.charCodeAt(index));
    mix(0x10000 + part.length);
  };
  mixText(text);
  for (const name of tools?.names ?? []) mixText(name);
  // Tools of the same names may take other parameters: what is kept of a request is that of its key.
  if (tools !== undefined) for (const count of [tools.parameters, tools.schemaCharacters]) mix(count | 0);
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b);
  b = Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
  return ((a ^ (b >>> 15)) >>> 6) * 2 ** 26 + ((b ^ (a >>> 13)) >>> 6);
}
