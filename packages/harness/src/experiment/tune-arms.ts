/** Races arms on training tasks, and says which of them learners get. */
import { type Arm, armId } from '@ratchet/core';
import { floorPenalty, outcomeUtility, successiveHalving, type UtilityPrices, type UtilityScale } from '@ratchet/learning';
import type { Task } from '../scenario/scenario.ts';
import type { TrialRecord } from './trial.ts';
import type { PlannedRace, TuningPlan } from './tuning-plan.ts';

export interface RaceRecord {
  /** The strategy and the models that its arms share, or `all`. */
  readonly name: string;
  /** Ids of the arms. */
  readonly raced: readonly string[];
  /** How many were run on how many tasks, and which went on, best first. */
  readonly rungs: readonly { readonly tasks: number; readonly raced: number; readonly kept: readonly string[] }[];
  readonly kept: readonly string[];
}

export interface Tuned {
  /** Of the heuristic, of the races, and those that had no rivals; in the order of the scenario. */
  readonly arms: readonly Arm[];
  readonly races: readonly RaceRecord[];
}

export interface TuningParts {
  /** All arms, in the order in which learners get them. */
  readonly arms: readonly Arm[];
  /** Training tasks, in the order in which every race takes them. */
  readonly tasks: readonly Task[];
  /** Runs an arm on tasks: a trial each, with luck that depends on the task and not on the arm. */
  readonly run: (arm: Arm, tasks: readonly Task[]) => Promise<readonly TrialRecord[]>;
  readonly score: (trials: readonly TrialRecord[]) => number;
}

/** One evaluation after the other, so that the order of the log does not depend on how many trials run at once. Throws what `run` throws. */
export async function tuneArms(plan: TuningPlan, parts: TuningParts): Promise<Tuned> {
  const trials = new Map<Arm, readonly TrialRecord[]>();
  let turn: Promise<unknown> = Promise.resolve();
  const evaluate = (arm: Arm, taskCount: number): Promise<number> => {
    const evaluation = turn.then(async () => {
      const before = trials.get(arm) ?? [];
      const all = [...before, ...(await parts.run(arm, parts.tasks.slice(before.length, taskCount)))];
      trials.set(arm, all);
      return parts.score(all);
    });
    turn = evaluation;
    return evaluation;
  };
  const races: RaceRecord[] = [];
  const race = async ({ name, settings }: PlannedRace, arms: readonly Arm[]): Promise<readonly Arm[]> => {
    const { kept, rungs } = await successiveHalving(arms, settings, evaluate);
    // A race takes an evaluation that throws for one that is lost; here it means that the run has stopped.
    await turn;
    // Where nothing is known of any of them, as listed.
    const chosen = kept.length > 0 ? kept : arms.slice(0, settings.keep);
    races.push({
      name,
      raced: arms.map(armId),
      rungs: rungs.map(({ configurations, budget, passed }) => ({
        tasks: budget,
        raced: configurations,
        kept: passed.map((position) => armId(arms[position] as Arm)),
      })),
      kept: chosen.map(armId),
    });
    return chosen;
  };
  const survivors: Arm[] = [...plan.unrivalled];
  for (const family of plan.families) survivors.push(...(await race(family, family.arms)));
  const inOrder = (arms: Iterable<Arm>): readonly Arm[] => {
    const some = new Set(arms);
    return parts.arms.filter((arm) => some.has(arm));
  };
  const left = plan.final === null ? survivors : await race(plan.final, inOrder(survivors));
  return { arms: inOrder([...plan.heuristic, ...left]), races };
}

/** The utility that these trials give a policy: the mean, less the penalty for a mean quality below the floor. NaN when none has a score. */
export function utilityOfTrials(trials: readonly TrialRecord[], prices: UtilityPrices, scale: UtilityScale): number {
  let [count, utility, quality] = [0, 0, 0];
  for (const trial of trials) {
    const own = outcomeUtility(trial, prices, scale);
    if (own === null || trial.quality === null) continue;
    count++;
    utility += own;
    quality += trial.quality;
  }
  return count === 0 ? Number.NaN : utility / count - floorPenalty(quality / count, prices, scale);
}
