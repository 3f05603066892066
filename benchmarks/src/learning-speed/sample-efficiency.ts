/** From the generations of a run: how fast a policy learns, and how many tasks it takes to a share of the oracle's gain. */
import type { Summary } from '@ratchet/harness';

export const sharesOfGain = [0.5, 0.8, 0.95] as const;

export interface LearningSpeed {
  readonly policy: string;
  /** Mean cost of a training task in US dollars, over the first five and the last five generations; and what was saved, as a part of the first. */
  readonly earlyUsd: number;
  readonly lateUsd: number;
  readonly costReduction: number;
  /** The part of the oracle's gain over generation 0 that the last five generations have, in expected utility while still exploring. */
  readonly shareAtEnd: number;
  /** The same held out, serving, by the generation that was promoted; null where it is not known. */
  readonly shareHeldOut: number | null;
  /** Training tasks until the mean of three generations reaches each share; null where it never does. */
  readonly tasksUntil: readonly (number | null)[];
}

/** Of every policy that learns; measured from the regret of the baseline, which is generation 0 of `learned`. */
export function learningSpeeds(summary: Summary): readonly LearningSpeed[] {
  const policies = [...new Set(summary.generationRows.map(({ policy }) => policy))];
  const start = summary.generationRows.find(({ policy, phase }) => policy === 'learned' && phase === 'train')?.metrics.regret?.mean ?? 0;
  return policies.flatMap((policy) => {
    const rows = summary.generationRows.filter((row) => row.policy === policy && row.phase === 'train').sort((a, b) => a.generation - b.generation);
    const costs = rows.flatMap(({ metrics }) => metrics.costUsd?.mean ?? []);
    const regrets = rows.flatMap(({ metrics }) => metrics.regret?.mean ?? []);
    if (costs.length !== rows.length || regrets.length !== rows.length || rows.length < 10 || start <= 0) return [];
    const early = mean(costs.slice(0, 5));
    const late = mean(costs.slice(-5));
    const shares = regrets.map((regret) => 1 - regret / start);
    const tasksBefore = cumulative(rows.map(({ trials }) => trials / summary.seeds.length));
    return [
      {
        policy,
        earlyUsd: early,
        lateUsd: late,
        costReduction: (early - late) / early,
        shareAtEnd: mean(shares.slice(-5)),
        shareHeldOut: shareOnHeldOut(summary, policy),
        tasksUntil: sharesOfGain.map((share) => firstReached(shares, share, tasksBefore)),
      },
    ];
  });
}

/** The part of the gain from the baseline to the best arm of each task, in expected utility. */
export function shareOnHeldOut(summary: Summary, policy: string): number | null {
  const regret = (name: string) => summary.policies[name]?.heldout.regret?.mean;
  const [own, start] = [regret(policy), regret(summary.baseline)];
  return own === undefined || start === undefined || start <= 0 ? null : 1 - own / start;
}

/** Tasks learned from before the first of three generations whose mean share is high enough. */
function firstReached(shares: readonly number[], share: number, tasksBefore: readonly number[]): number | null {
  for (let first = 0; first + 3 <= shares.length; first++) if (mean(shares.slice(first, first + 3)) >= share) return Math.round(tasksBefore[first] as number);
  return null;
}

function cumulative(values: readonly number[]): readonly number[] {
  let sum = 0;
  return values.map((value) => {
    const before = sum;
    sum += value;
    return before;
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
