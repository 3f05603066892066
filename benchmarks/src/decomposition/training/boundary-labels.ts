/** Says which clauses of a request begin a new part, as far as its known parts tell. */
import { clauseWithAdjunct, type RequestReading } from '@ratchet/core';
import { contentWords, overlap } from '../align-steps.ts';
import type { DecompositionRow } from '../decomposition-rows.ts';

/** What a further chunk has to bring: as much as two texts must share to be the same step. */
const price = 0.2;

/** Indices of clauses, without the first chunk's; null where it is only known that there are several. */
export function boundaryLabels(row: DecompositionRow, reading: RequestReading): ReadonlySet<number> | null {
  switch (row.parts.kind) {
    case 'several':
      return row.parts.several ? null : new Set();
    case 'steps':
      return withAdjuncts(reading, bestCuts(reading, row.parts.steps));
    case 'spans':
      return withAdjuncts(reading, cutsBefore(reading, row.parts.spans));
  }
}

/** What is set before a clause goes with it, as in the analyzer. */
function withAdjuncts({ clauses, tokens }: RequestReading, cuts: readonly number[]): ReadonlySet<number> {
  return new Set(cuts.map((cut) => clauseWithAdjunct(clauses, tokens, cut)));
}

/** The cuts whose chunks share most with the steps, in their order (dynamic programming over clauses and steps). */
function bestCuts({ text, clauses }: RequestReading, steps: readonly string[]): readonly number[] {
  const size = clauses.length;
  const wanted = steps.map(contentWords);
  const pieces = clauses.map((clause, index) => contentWords(text.slice(index === 0 ? 0 : clause.start, clauses[index + 1]?.start ?? text.length)));
  const width = wanted.length + 1;
  const best = new Float64Array((size + 1) * width).fill(Number.NEGATIVE_INFINITY);
  const cameFrom = new Int32Array((size + 1) * width).fill(-1);
  const skipped = -2;
  best.fill(0, 0, width);
  for (let end = 1; end <= size; end++) {
    const words = new Set<string>();
    for (let begin = end - 1; begin >= 0; begin--) {
      for (const word of pieces[begin] ?? []) words.add(word);
      for (let step = 1; step < width; step++) {
        const score = (best[begin * width + step - 1] as number) + overlap(words, wanted[step - 1] as ReadonlySet<string>) - price;
        if (score <= (best[end * width + step] as number) + 1e-9) continue;
        best[end * width + step] = score;
        cameFrom[end * width + step] = begin;
      }
    }
    for (let step = 1; step < width; step++) {
      if ((best[end * width + step - 1] as number) <= (best[end * width + step] as number)) continue;
      best[end * width + step] = best[end * width + step - 1] as number;
      cameFrom[end * width + step] = skipped;
    }
  }
  const cuts: number[] = [];
  let step = width - 1;
  for (let end = size; end > 0 && step >= 0; ) {
    const begin = cameFrom[end * width + step] as number;
    step--;
    if (begin === skipped) continue;
    if (begin > 0) cuts.push(begin);
    end = begin;
    if (begin < 0) break;
  }
  return cuts.reverse();
}

const strong = new Set(['paragraph', 'item', 'line', 'sentence']);

/** For each marked span but the first: the last sentence, else the last clause, that begins after the span before it and not after the span. */
function cutsBefore({ clauses }: RequestReading, spans: readonly (readonly [number, number])[]): readonly number[] {
  return spans.slice(1).flatMap(([start], index) => {
    const earliest = (spans[index]?.[1] ?? 0) - 3;
    const between = clauses.flatMap((clause, at) => (at > 0 && clause.start >= earliest && clause.start <= start + 3 ? [at] : []));
    const found = between.filter((at) => strong.has(clauses[at]?.opening ?? '')).at(-1) ?? between.at(-1);
    return found === undefined ? [] : [found];
  });
}
