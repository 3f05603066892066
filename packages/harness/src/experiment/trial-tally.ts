/** Trials of one policy, phase and generation summed up: what there is to see of a run while it runs. */
import type { Phase, TrialRecord } from './trial.ts';

export interface TrialTally {
  readonly policy: string;
  readonly phase: Phase;
  readonly generation: number;
  readonly trials: number;
  /** Of those that have one. */
  readonly quality: Sum;
  readonly costUsd: Sum;
  readonly latencyMs: Sum;
  /** Trials by strategy. */
  readonly strategies: Readonly<Record<string, number>>;
}

export interface Sum {
  readonly sum: number;
  readonly count: number;
}

export function tallyOf({ policy, phase, generation, quality, costUsd, latencyMs, strategy }: Tallied): TrialTally {
  return { policy, phase, generation, trials: 1, quality: sumOf(quality), costUsd: sumOf(costUsd), latencyMs: sumOf(latencyMs), strategies: { [strategy]: 1 } };
}

export type Tallied = Pick<TrialRecord, 'policy' | 'phase' | 'generation' | 'quality' | 'costUsd' | 'latencyMs' | 'strategy'>;

/** Of the same policy, phase and generation. */
export function addTallies(a: TrialTally, b: TrialTally): TrialTally {
  const strategies: Record<string, number> = { ...a.strategies };
  for (const [name, count] of Object.entries(b.strategies)) strategies[name] = (strategies[name] ?? 0) + count;
  return {
    ...a,
    trials: a.trials + b.trials,
    quality: add(a.quality, b.quality),
    costUsd: add(a.costUsd, b.costUsd),
    latencyMs: add(a.latencyMs, b.latencyMs),
    strategies,
  };
}

/** One for each policy, phase and generation. */
export function gatherTallies(tallies: Iterable<TrialTally>, into = new Map<string, TrialTally>()): Map<string, TrialTally> {
  for (const tally of tallies) {
    const key = `${tally.policy}/${tally.phase}/${tally.generation}`;
    const before = into.get(key);
    into.set(key, before === undefined ? tally : addTallies(before, tally));
  }
  return into;
}

/** null where nothing is known. */
export function meanOf({ sum, count }: Sum): number | null {
  return count === 0 ? null : sum / count;
}

const sumOf = (value: number | null): Sum => ({ sum: value ?? 0, count: value === null ? 0 : 1 });
const add = (a: Sum, b: Sum): Sum => ({ sum: a.sum + b.sum, count: a.count + b.count });
