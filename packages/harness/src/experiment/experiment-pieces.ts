/** Divides an experiment into pieces that do not depend on each other's answers, so that they can be run side by side. */
import { learns } from './contenders.ts';
import type { ExperimentPlan } from './experiment-plan.ts';
import { splitTasks } from './split.ts';
import { tuningOf } from './tuning-plan.ts';

export type Piece =
  /** Of all arms on the tasks of the plan from one position to before another. */
  | { readonly kind: 'profiles'; readonly from: number; readonly to: number }
  /** Policies of one seed; they need all profiles. */
  | { readonly kind: 'seed'; readonly seed: number; readonly policies: readonly string[] };

/** Pieces of the profiles for each helper: their tasks take unequal times. */
const profilePiecesPerHelper = 4;

/**
 * In the order of the plan. Policies of a seed share attempts, and stay together but in the seeds that are left when every helper
 * has had as many: these are shared out by learner. What is tuned is tuned for all policies of a seed.
 */
export function piecesOf(plan: ExperimentPlan, { profiled, helpers }: { readonly profiled: boolean; readonly helpers: number }): readonly Piece[] {
  const { tasks, seeds, policies, experiment } = plan;
  const size = helpers === 0 ? tasks.length : Math.ceil(tasks.length / (profilePiecesPerHelper * helpers));
  const starts = profiled ? Array.from({ length: Math.ceil(tasks.length / size) }, (_, index) => index * size) : [];
  const left = helpers === 0 ? 0 : seeds.length % helpers;
  return [
    ...starts.map((from): Piece => ({ kind: 'profiles', from, to: Math.min(tasks.length, from + size) })),
    ...seeds.flatMap((seed, index): readonly Piece[] => {
      const together = index < seeds.length - left || tuningOf(plan, splitTasks(tasks, experiment.split, seed)) !== null;
      return (together ? [policies] : byLearner(policies)).map((own) => ({ kind: 'seed', seed, policies: own }));
    }),
  ];
}

/** Runs of policies that stand as they are, and each that learns by itself. */
function byLearner(policies: readonly string[]): readonly (readonly string[])[] {
  const groups: string[][] = [];
  let open = false;
  for (const name of policies) {
    if (learns(name) || !open) groups.push([name]);
    else groups.at(-1)?.push(name);
    open = !learns(name);
  }
  return groups;
}

/**
 * So that all helpers end at about the same time: pieces of several policies that learn first, in the order of the plan, then those of one from the
 * last on (an experiment names last what it is about, which takes longest), then the rest. Longest processing time first: Graham 1969.
 */
export function inOrderOfStart(pieces: readonly Piece[]): readonly Piece[] {
  const learners = (piece: Piece): number => (piece.kind === 'profiles' ? 2 : piece.policies.filter(learns).length);
  const single = pieces.filter((piece) => learners(piece) === 1).reverse();
  return [...pieces.filter((piece) => learners(piece) > 1), ...single, ...pieces.filter((piece) => learners(piece) === 0)];
}

/** Trials, and attempts that profiles are made of. */
export function countUnits(plan: ExperimentPlan, profiled: boolean): number {
  const { experiment, scenario, tasks, policies, seeds } = plan;
  const learning = policies.filter(learns).length;
  let units = profiled ? tasks.length * scenario.arms.length * experiment.profileRepeats : 0;
  for (const seed of seeds) {
    const split = splitTasks(tasks, experiment.split, seed);
    const { train, validation, heldout } = split;
    units += tuningOf(plan, split)?.trials ?? 0;
    const trained = experiment.generations * experiment.trainRepeats * Math.max(1, Math.round(experiment.tasksPerGeneration * train.length));
    const validated = Math.ceil(experiment.generations / experiment.judgeEvery) * 2 * experiment.validationRepeats * validation.length;
    const judged = experiment.heldoutRepeats * heldout.length;
    units += policies.length * judged;
    units += learning * (trained + validated + (experiment.generations > 0 ? judged : 0));
  }
  return units;
}
