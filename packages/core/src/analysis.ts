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

/**
 * Why a chunk needs another: a name of code that the other introduces, a word or a place that points back at it (it, the
 * result, step 2), a word of order, a condition or purpose that holds for both, nouns or names that both speak of,
 * a loop that the request asks for (until it passes), or that requests of this form go step by step.
 */
export type EdgeReason = 'name' | 'reference' | 'order' | 'condition' | 'purpose' | 'shared' | 'until' | 'sequence';

/** `to` needs the answer of `from`. Edges lead forward in the text, but for those of a loop. */
export interface DependencyEdge {
  readonly from: number;
  readonly to: number;
  readonly reason: EdgeReason;
  /** What is handed on: names and nouns of `from` that `to` speaks of; absent where it is the answer as a whole. */
  readonly carries?: readonly string[];
}

/** Something that the request asks for or says to do; a chunk has one or several. */
export interface OperationDetail {
  /** Index of its chunk. */
  readonly chunk: number;
  readonly form: 'imperative' | 'wish' | 'question' | 'phrase';
  /** In lower case; empty for a phrase. */
  readonly verb: string;
  readonly object: string;
  /** The phrases after its object. */
  readonly modifiers: readonly string[];
  /** Says what is not to be done. */
  readonly negated: boolean;
  /** Characters [start, end) of the text. */
  readonly start: number;
  readonly end: number;
}

/** A word that stands for something said elsewhere in the request. */
export interface Reference {
  readonly kind: 'pronoun' | 'definite' | 'ordinal' | 'previous';
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** The chunk that it stands in, and the one that it points at, where that is clear. */
  readonly chunk: number;
  readonly refersTo: number | null;
}

/** What can be read in more than one way. */
export interface Ambiguity {
  readonly kind: 'antecedent' | 'alternative' | 'absent material' | 'bare reference';
  readonly text: string;
  readonly start: number;
  readonly end: number;
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
  /** As the request has it. */
  readonly embedding?: readonly number[];
  /** Cover the whole text, in order. */
  readonly chunks: readonly Chunk[];
  readonly edges: readonly DependencyEdge[];
  readonly materials: readonly Material[];
  readonly structure: Structure;
  readonly complexity: Complexity;
}

/** What the analyzer itself finds, beyond what policies and strategies look at. */
export interface DetailedAnalysis extends Analysis {
  /** In the order of the text; those of a chunk after its first included. */
  readonly operations: readonly OperationDetail[];
  readonly references: readonly Reference[];
  readonly ambiguities: readonly Ambiguity[];
}
