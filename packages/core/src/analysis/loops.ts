/** Finds the loops that a request asks for: a part that is to be repeated until something holds. */
import type { ChunkReading } from './chunk-reading.ts';
import { indefinitePronouns, isClosedClass, personalPronouns, questionWords, untilWords } from './closed-classes.ts';
import type { RequestReading } from './read-request.ts';
import type { Token } from './tag-tokens.ts';

export interface Loop {
  readonly from: number;
  readonly to: number;
}

/**
 * For "fix the code until they pass": an edge back from the chunk to the one whose result the condition speaks of, and one
 * forward between them; an edge from the chunk to itself where it speaks of no other. A request that names code as it would be
 * called has loops in its specifications, too. There, only what is done to something known is one, by the chunk's own first
 * verb, or in a sentence at its end that names no code ("... Improve it until all tests pass.").
 */
export function findLoops(reading: RequestReading, chunks: readonly ChunkReading[]): readonly Loop[] {
  return chunks.flatMap((chunk, index) => {
    const until = untilOf(reading, chunk);
    if (until === null) return [];
    const back = repeatedFrom(reading, chunks, index, until);
    return back === index
      ? [{ from: index, to: index }]
      : [
          { from: back, to: index },
          { from: index, to: back },
        ];
  });
}

/** The token of an "until" that a finite clause about a result follows, and that stands right after a clause which asks. */
function untilOf(reading: RequestReading, chunk: ChunkReading): number | null {
  const { tokens, clauses, traits, namesCode } = reading;
  for (let index = chunk.firstClause; index < chunk.endClause; index++) {
    const clause = clauses[index];
    if (clause === undefined) return null;
    for (let at = clause.first; at < clause.end; at++) {
      if (!untilWords.has((tokens[at] as Token).lower) || !isFiniteClause(tokens, at + 1)) continue;
      const asks = at === clause.first ? index - 1 : index;
      const firstAsking = traits.findIndex(({ asking }, clauseIndex) => asking && clauseIndex >= chunk.firstClause);
      const repeated = traits[asks]?.asking === true || clauses[asks]?.kind === 'infinitive';
      const again = changesWhatIsThere(tokens[(clauses[asks]?.head ?? 0) + 1]);
      const asksForIt = asks === firstAsking || isWordAtTheEnd(reading, chunk, at);
      if (asks >= chunk.firstClause && repeated && (!namesCode || (again && asksForIt))) return at;
    }
  }
  return null;
}

/** "fix it", "improve the code": what is repeated is done to something known. */
function changesWhatIsThere(object: Token | undefined): boolean {
  return object !== undefined && (personalPronouns.has(object.lower) || object.lower === 'the' || object.lower === 'your');
}

/** The last sentence of a chunk of several, without a name of code. */
function isWordAtTheEnd({ tokens, source }: RequestReading, { firstToken, endToken, end }: ChunkReading, until: number): boolean {
  const { sentence } = tokens[until] as Token;
  if ((tokens[firstToken] as Token).sentence === sentence) return false;
  for (let at = until + 1; at < endToken; at++) if ((tokens[at] as Token).sentence !== sentence) return false;
  let first = until;
  while (first > firstToken && tokens[first - 1]?.sentence === sentence) first--;
  const { start } = tokens[first] as Token;
  return !source.inlineCode.some((code) => code.start >= start && code.end <= end);
}

/** A subject that is no date or time, and a verb, before the sentence ends: "until it passes", "until all tests are green". */
function isFiniteClause(tokens: readonly Token[], from: number): boolean {
  const first = tokens[from];
  if (
    first === undefined ||
    questionWords.has(first.lower) ||
    !(
      personalPronouns.has(first.lower) ||
      indefinitePronouns.has(first.lower) ||
      first.pos === 'DET' ||
      first.pos === 'NOUN' ||
      first.pos === 'PRON' ||
      isClosedClass(first.lower)
    )
  )
    return false;
  for (let at = from + 1; at < Math.min(tokens.length, from + 10); at++) {
    const token = tokens[at] as Token;
    if (token.sentence !== first.sentence || /^[,;.]$/.test(token.value)) return false;
    if (token.pos === 'AUX' || token.pos === 'VERB') return true;
    // The tagger takes "passes" after a noun for a noun.
    if (personalPronouns.has(first.lower) && at === from + 1 && /s$/.test(token.lower)) return true;
  }
  return false;
}

/** The earliest of the chunks that the words after "until" or an ordinal speak of; with a pronoun, the one before. */
function repeatedFrom({ tokens }: RequestReading, chunks: readonly ChunkReading[], index: number, until: number): number {
  const chunk = chunks[index] as ChunkReading;
  const places = chunk.references.flatMap(({ kind, place }) => (kind === 'ordinal' && place !== null && place < index ? [place] : []));
  if (places.length > 0) return Math.min(...places);
  const subject = tokens[until + 1] as Token;
  for (let at = until + 1; at < Math.min(until + 8, chunk.endToken); at++) {
    const { lower, pos } = tokens[at] as Token;
    if (pos !== 'NOUN' && pos !== 'PROPN') continue;
    for (let other = index - 1; other >= 0; other--) if (chunks[other]?.nouns.has(lower)) return other;
  }
  const plural = subject.lower === 'they' || subject.lower === 'them';
  return plural && index > 0 ? index - 1 : index;
}
