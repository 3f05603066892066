/** Which arms will be raced against which, and on how many tasks, before learners begin (the `tuning` of an experiment). */
import { type Arm, armId } from '@ratchet/core';
import { type HalvingSettings, halvingRungs } from '@ratchet/learning';
import type { Scenario } from '../scenario/scenario.ts';
import { learns } from './contenders.ts';
import type { TuningSettings } from './experiment-file.ts';
import type { ExperimentPlan } from './experiment-plan.ts';
import type { Split } from './split.ts';

/** Most arms that learners may have, with those of the heuristic. */
const mostArms = 16;

export interface PlannedRace {
  /** The strategy and the models that its arms share, or `all`. */
  readonly name: string;
  readonly settings: HalvingSettings & { readonly keep: number };
}

export interface TuningPlan {
  /** Not raced: what generation 0 does must stay among what learners can do. */
  readonly heuristic: readonly Arm[];
  /** Each with the arms that differ in their parameters alone, of which there are more than are to be kept. */
  readonly families: readonly (PlannedRace & { readonly arms: readonly Arm[] })[];
  /** Arms with fewer rivals than that. */
  readonly unrivalled: readonly Arm[];
  /** Between all that are left, where they are more than learners may have. */
  readonly final: PlannedRace | null;
  /** Executions, each of one arm on one task, when nothing fails; fewer else. */
  readonly trials: number;
}

/** Of a run: null where the experiment does not say so, where nothing learns, and without training tasks. */
export function tuningOf({ experiment, policies, scenario }: ExperimentPlan, split: Split): TuningPlan | null {
  if (experiment.tuning === undefined || experiment.generations === 0 || !policies.some(learns) || split.train.length === 0) return null;
  return planTuning(scenario, experiment.tuning, split.train.length);
}

/** Pure. `taskCount` is that of the training tasks, at least 1. */
export function planTuning({ arms, heuristic }: Pick<Scenario, 'arms' | 'heuristic'>, tuning: TuningSettings, taskCount: number): TuningPlan {
  const settings = { eta: tuning.eta, firstBudget: Math.min(tuning.firstTasks, taskCount), mostBudget: taskCount };
  const fixed = new Set(Object.values(heuristic ?? {}).map(armId));
  const families = new Map<string, Arm[]>();
  for (const arm of arms) {
    if (fixed.has(armId(arm))) continue;
    const name = familyOf(arm);
    const family = families.get(name);
    if (family === undefined) families.set(name, [arm]);
    else family.push(arm);
  }
  const raced: (TuningPlan['families'][number] & { readonly budget: number })[] = [];
  const unrivalled: Arm[] = [];
  let trials = 0;
  for (const [name, family] of families) {
    if (family.length <= tuning.keep) {
      unrivalled.push(...family);
      continue;
    }
    const own = { ...settings, keep: tuning.keep };
    const budget = halvingRungs(family.length, own).at(-1)?.budget as number;
    trials += addedBudget(family.length, own);
    raced.push({ name, arms: family, settings: own, budget });
  }
  const left = unrivalled.length + raced.length * tuning.keep;
  const keep = mostArms - fixed.size;
  // All begin where the race of a family went furthest: what was run for that is not run again.
  const firstBudget = Math.max(settings.firstBudget, ...raced.map(({ budget }) => budget));
  const final = left > keep ? { name: 'all', settings: { ...settings, firstBudget, keep } } : null;
  if (final !== null) trials += addedBudget(left, final.settings) - raced.reduce((sum, { budget }) => sum + tuning.keep * budget, 0);
  return {
    heuristic: arms.filter((arm) => fixed.has(armId(arm))),
    families: raced.map(({ budget: _budget, ...race }) => race),
    unrivalled,
    final,
    trials,
  };
}

/** Strategy and models. */
function familyOf(arm: Arm): string {
  return armId(arm).split('?')[0] as string;
}

/** Of a race in which a rung adds to what was run for the one before. */
function addedBudget(count: number, settings: HalvingSettings): number {
  let before = 0;
  let sum = 0;
  for (const { configurations, budget } of halvingRungs(count, settings)) {
    sum += configurations * (budget - before);
    before = budget;
  }
  return sum;
}
