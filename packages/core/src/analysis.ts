/** What the analyzer finds in a request: operations, chunks, their dependency graph, complexity. */
import type { OfferedTools } from './offered-tools.ts';

export interface Operation {
  /** The verb that asks for something, in lower case; empty where a noun phrase stands for the whole. */
  readonly verb: string;
  /** The words of its object, up to the end of the noun phrase. */
  readonly object: string;
  /** Names of code that it introduces. */
  readonly names: readonly string[];
}

export type EdgeReason = 'name' | 'reference' | 'order';

/** `to` needs the answer of `from`. */
export interface DependencyEdge {
  readonly from: number;
  readonly to: number;
  readonly reason: EdgeReason;
}

/** One executable part of a request: characters [start, end) of its text. */
export interface Chunk {
  readonly index: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly operation: Operation | null;
}

/** A fenced or quoted block that the request brings along: characters [start, end) of its text. */
export interface Material {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Counts that policies use as features; all known before anything is executed. */
export interface Structure {
  readonly words: number;
  readonly characters: number;
  readonly sentences: number;
  readonly listItems: number;
  readonly questions: number;
  readonly chunks: number;
  readonly edges: number;
  /** Longest chain of dependent chunks. */
  readonly depth: number;
  /** Most chunks that could run at once. */
  readonly width: number;
  readonly names: number;
  readonly materials: number;
  readonly materialWords: number;
}

export interface Complexity {
  /** In [0, 1]. */
  readonly score: number;
  /** What each aspect adds, before saturation. */
  readonly parts: Readonly<Record<'length' | 'operations' | 'dependencies' | 'depth' | 'materials', number>>;
}

export interface Analysis {
  readonly requestId: string;
  readonly text: string;
  /** As the request has them. */
  readonly tools?: OfferedTools;
  /** Cover the whole text, in order. */
  readonly chunks: readonly Chunk[];
  readonly edges: readonly DependencyEdge[];
  readonly materials: readonly Material[];
  readonly structure: Structure;
  readonly complexity: Complexity;
}
