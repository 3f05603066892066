/** Counts how often each key came before. */

const keptKeys = 100_000;

/** Gives 0 for a key that is new. Past a hundred thousand keys, it forgets them all. */
export function occurrences(): (key: string) => number {
  const counts = new Map<string, number>();
  return (key) => {
    const before = counts.get(key) ?? 0;
    if (before === 0 && counts.size >= keptKeys) counts.clear();
    counts.set(key, before + 1);
    return before;
  };
}
