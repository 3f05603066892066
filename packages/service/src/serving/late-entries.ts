/** Keeps what was put in or asked for of late, and forgets the rest by halves. */

export interface LateEntries<Value> {
  set(key: string, value: Value): void;
  get(key: string): Value | undefined;
}

/**
 * The last `fewest` at least, and at most twice as many. A map that loses its oldest entry at each new one looks for it among all that it
 * lost since it was last made anew, and each of its tables, which point to the next, outlives many.
 */
export function lateEntries<Value>(fewest: number): LateEntries<Value> {
  let late = new Map<string, Value>();
  let earlier = new Map<string, Value>();
  const set = (key: string, value: Value): void => {
    if (late.size >= fewest) {
      earlier = late;
      late = new Map();
    }
    late.set(key, value);
  };
  return {
    set,
    get: (key) => {
      const value = late.get(key);
      if (value !== undefined) return value;
      const before = earlier.get(key);
      if (before !== undefined) set(key, before);
      return before;
    },
  };
}
