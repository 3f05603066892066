/** Keeps what was made of files, until they change; the least used makes way. */
import { statSync } from 'node:fs';

export interface FileCache<Value> {
  /** Makes the value anew where one of the files was written, made or taken away since. */
  get(key: string, files: readonly string[], make: () => Value): Value;
}

/** `weigh`: what a value takes, of `most` for all; a single one that takes more is kept alone. */
export function fileCache<Value>(most: number, weigh: (value: Value) => number = () => 1): FileCache<Value> {
  // In the order of their last use, so that the first is the least used.
  const kept = new Map<string, { readonly stamp: string; readonly value: Value }>();
  return {
    get: (key, files, make) => {
      const stamp = files.map(stampOf).join(' ');
      const known = kept.get(key);
      const entry = known?.stamp === stamp ? known : { stamp, value: make() };
      kept.delete(key);
      kept.set(key, entry);
      let weight = 0;
      for (const { value } of kept.values()) weight += weigh(value);
      for (const [oldest, { value }] of kept) {
        if (weight <= most || oldest === key) break;
        weight -= weigh(value);
        kept.delete(oldest);
      }
      return entry.value;
    },
  };
}

function stampOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? '-' : `${found.mtimeMs}/${found.size}`;
}
