/** Finds the name that a misspelt one was probably meant to be. */
import { closest, distance } from 'fastest-levenshtein';

/** ` Did you mean "x"?`, or nothing when no name is near. */
export function didYouMean(name: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const nearest = closest(
    name.toLowerCase(),
    known.map((candidate) => candidate.toLowerCase()),
  );
  const original = known.find((candidate) => candidate.toLowerCase() === nearest) as string;
  return distance(name.toLowerCase(), nearest) <= Math.max(2, name.length / 3) ? ` Did you mean "${original}"?` : '';
}
