/** How far a run is, what it cost so far, and how long the rest will take. */
import type { Clock } from '@ratchet/core';

export interface RunStatus {
  begin(total: number): void;
  /** Units that were `reused` took no time. */
  advance(units: number, costUsd: number, reused: boolean): void;
  /** In [0, 1]. */
  share(): number;
  /** `$1.20 so far, about 12 s left` */
  text(): string;
}

/** Fewer say nothing about the rest. */
const fewestUnits = 50;

export function runStatus(clock: Clock): RunStatus {
  let [total, done, reused, costUsd] = [0, 0, 0, 0];
  const begun = clock.now();
  const left = (): string => {
    const fresh = done - reused;
    if (fresh < fewestUnits || done >= total) return '';
    const seconds = (((clock.now() - begun) / fresh) * (total - done)) / 1000;
    return `, about ${seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`} left`;
  };
  return {
    begin: (units) => {
      total = units;
    },
    advance: (units, cost, wasReused) => {
      done += units;
      costUsd += cost;
      if (wasReused) reused += units;
    },
    share: () => Math.min(1, done / Math.max(1, total)),
    text: () => `$${costUsd.toFixed(2)} so far${left()}`,
  };
}
