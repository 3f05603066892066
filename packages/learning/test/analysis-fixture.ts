/** Analyses with chosen counts, for tests of what reads counts and not text. */
import type { Analysis, Structure } from '@ratchet/core';

export interface AnalysisCounts extends Partial<Structure> {
  readonly requestId?: string;
  readonly text?: string;
  /** Complexity, in [0, 1]. */
  readonly score?: number;
}

/** Counts left out are those of one short sentence. */
export function analysisWith({ requestId = 'request', text = 'Write a function.', score = 0.3, ...counts }: AnalysisCounts = {}): Analysis {
  const structure: Structure = {
    words: 40,
    characters: text.length,
    sentences: 1,
    listItems: 0,
    questions: 0,
    chunks: 1,
    edges: 0,
    depth: 1,
    width: 1,
    names: 0,
    materials: 0,
    materialWords: 0,
    ...counts,
  };
  return {
    requestId,
    text,
    chunks: [{ index: 0, start: 0, end: text.length, text, operation: null }],
    edges: [],
    materials: [],
    structure,
    complexity: { score, parts: { length: score, operations: 0, dependencies: 0, depth: 0, materials: 0 } },
  };
}
