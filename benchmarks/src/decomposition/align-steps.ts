/** Aligns the chunks of a request with its known steps by the content words that they share. */

/** Function words, which two texts may share by chance. */
const functionWords = new Set(
  'a an the of in on at to for from by with and or but then also is are was were be been i we you my our your me us it its this that these those please can could would will need want like help as into about have has had do does did so if after before once any all some their them they he she his her'.split(
    ' ',
  ),
);

export function contentWords(text: string): ReadonlySet<string> {
  return new Set((text.toLowerCase().match(/[a-z0-9]+/g) ?? []).filter((word) => !functionWords.has(word)));
}

/** Dice's coefficient of two sets of words, in [0, 1]; 0 where one is empty. */
export function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0) return 0;
  let shared = 0;
  for (const word of a) if (b.has(word)) shared++;
  return (2 * shared) / (a.size + b.size);
}

/** Pairs with less in common are not the same step. */
const leastOverlap = 0.2;

/** From chunk to step: greedy and one to one, the closest pair first, ties in the order of the text. */
export function alignSteps(chunks: readonly string[], steps: readonly string[]): ReadonlyMap<number, number> {
  const chunkWords = chunks.map(contentWords);
  const stepWords = steps.map(contentWords);
  const pairs = chunkWords
    .flatMap((words, chunk) => stepWords.map((others, step) => ({ chunk, step, score: overlap(words, others) })))
    .filter(({ score }) => score >= leastOverlap)
    .sort((a, b) => b.score - a.score || a.chunk - b.chunk || a.step - b.step);
  const stepOf = new Map<number, number>();
  const taken = new Set<number>();
  for (const { chunk, step } of pairs) {
    if (stepOf.has(chunk) || taken.has(step)) continue;
    stepOf.set(chunk, step);
    taken.add(step);
  }
  return stepOf;
}
