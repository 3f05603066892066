/** Counts by labels as cheaply as can be, and tells a counter of them when somebody asks: the counter checks and sorts labels at each count. */
import type { Counter } from 'prom-client';

export interface LabelTally {
  /** With the values of the labels, in the order of their names. */
  add(...values: readonly string[]): void;
  /** The counter has all that was counted then. */
  tell(): void;
}

interface Counted {
  readonly labels: Record<string, string>;
  untold: number;
}

export function labelTally<Name extends string>(counter: Counter<Name>, names: readonly Name[]): LabelTally {
  const counted = new Map<string, Counted>();
  return {
    add: (...values) => {
      const key = values.join('\n');
      const known = counted.get(key);
      if (known === undefined) counted.set(key, { labels: Object.fromEntries(names.map((name, at) => [name, values[at] as string])), untold: 1 });
      else known.untold++;
    },
    tell: () => {
      for (const one of counted.values()) {
        if (one.untold > 0) counter.inc(one.labels as Partial<Record<Name, string | number>>, one.untold);
        one.untold = 0;
      }
    },
  };
}
