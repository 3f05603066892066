/** Runs an experiment piece by piece, here or side by side in helpers, and puts the results together in the order of the plan. */
import type { UtilityScale } from '@ratchet/learning';
import pLimit from 'p-limit';
import { type Contender, learns } from './contenders.ts';
import { ExperimentLoop } from './experiment-loop.ts';
import { countUnits, inOrderOfStart, type Piece, piecesOf } from './experiment-pieces.ts';
import type { ExperimentPlan } from './experiment-plan.ts';
import type { ExperimentProgress, LoopParts } from './loop-parts.ts';
import type { PieceResult, PromotionRecord, RunEnd, TuningRecord } from './piece-result.ts';
import type { Profiles } from './profiles.ts';
import { type Split, splitTasks } from './split.ts';
import type { ProfileRecord, TrialRecord } from './trial.ts';

/** What a piece is run from elsewhere: all that the logs hold of it, and the profiles where it needs them. */
export interface PieceOrder {
  readonly piece: Piece;
  readonly trials: readonly TrialRecord[];
  readonly profiles: readonly ProfileRecord[];
}

/** Other threads, or machines, that run pieces of the same plan in the same world. */
export interface PieceHelpers {
  /** How many pieces they run at once; at least 1. */
  readonly count: number;
  /** The result is that of running the piece here. Rejects where a helper fails for whatever reason: the piece is then run here. */
  run(order: PieceOrder, advance: ExperimentProgress['advance']): Promise<PieceResult>;
  /** Nothing further is begun, and what was ordered ends soon, as far as it went. */
  interrupt(): void;
}

export interface ExperimentParts extends LoopParts {
  readonly progress: ExperimentProgress;
  /** Without `budgetUsd`. What they have not handed on when the run is killed is lost, unless they keep it: then only for worlds that cost nothing. */
  readonly helpers?: PieceHelpers;
}

export interface ExperimentRun {
  readonly end: RunEnd;
  /** All trials of the plan that have an outcome, in the order of the plan. */
  readonly trials: readonly TrialRecord[];
  readonly profiles: Profiles;
  readonly promotions: readonly PromotionRecord[];
  readonly tuning: readonly TuningRecord[];
  /** The scale of utility, and the sizes of the splits, by seed. */
  readonly seeds: ReadonlyMap<number, { readonly scale: UtilityScale; readonly split: Split }>;
  readonly kinds: ReadonlyMap<string, Contender['kind']>;
}

/** Every trial is executed at most once: what stands in the log is taken from it. */
export async function runExperiment(plan: ExperimentPlan, parts: ExperimentParts): Promise<ExperimentRun> {
  const { helpers, progress, world } = parts;
  const splits = new Map(plan.seeds.map((seed) => [seed, splitTasks(plan.tasks, plan.experiment.split, seed)]));
  const profiled = world.knownOutcome === undefined;
  progress.begin(countUnits(plan, profiled));
  const loop = new ExperimentLoop(plan, parts);
  const pieces = piecesOf(plan, { profiled, helpers: helpers?.count ?? 0 });
  const results: (readonly [Piece, PieceResult])[] = [];
  let end: RunEnd = 'complete';
  // All profiles are known before the first seed begins.
  for (const kind of ['profiles', 'seed'] as const) {
    const own = pieces.filter((piece) => piece.kind === kind);
    for await (const [piece, result] of helpers === undefined ? runHere(own, loop) : runTogether(own, loop, { ...parts, helpers })) {
      results.push([piece, result]);
      end = result.end;
      if (end !== 'complete') break;
    }
    if (end !== 'complete') break;
  }
  const seeds = new Map<number, { scale: UtilityScale; split: Split }>();
  for (const [piece, { scale }] of results)
    if (piece.kind === 'seed' && scale !== undefined) seeds.set(piece.seed, { scale, split: splits.get(piece.seed) as Split });
  return {
    end,
    trials: results.flatMap(([, { trials }]) => trials),
    profiles: loop.profiles,
    promotions: results.flatMap(([, { promotions }]) => promotions),
    tuning: results.flatMap(([, { tuning }]) => tuning),
    seeds,
    kinds: new Map(plan.policies.map((name) => [name, learns(name) ? 'learning' : 'static'])),
  };
}

async function* runHere(pieces: readonly Piece[], loop: ExperimentLoop): AsyncGenerator<readonly [Piece, PieceResult]> {
  for (const piece of pieces) yield [piece, await loop.run(piece)];
}

/** Results come in the order of the plan, and are logged in it: the logs are those of a run without helpers. */
async function* runTogether(
  pieces: readonly Piece[],
  loop: ExperimentLoop,
  parts: ExperimentParts & { readonly helpers: PieceHelpers },
): AsyncGenerator<readonly [Piece, PieceResult]> {
  const { helpers, trials, profiles, progress } = parts;
  const limit = pLimit(helpers.count);
  let stopped = false;
  let complete = false;
  const running = new Map<Piece, Promise<PieceResult | undefined>>();
  for (const piece of inOrderOfStart(pieces)) {
    const result = limit(async () => {
      if (stopped) return undefined;
      try {
        return await helpers.run(orderOf(piece, parts), (...advanced) => progress.advance(...advanced));
      } catch {
        // Whatever is wrong with the piece comes out when it is run here.
        return undefined;
      }
    });
    running.set(piece, result);
  }
  try {
    for (const piece of pieces) {
      const result = await running.get(piece);
      if (result === undefined) {
        yield [piece, await loop.run(piece)];
        continue;
      }
      profiles.appendAll(result.profiles.filter(({ id }) => profiles.get(id) === undefined));
      trials.appendAll(result.trials.filter(({ id }) => trials.get(id) === undefined));
      loop.know(result.profiles);
      yield [piece, result];
    }
    complete = true;
  } finally {
    stopped = true;
    if (!complete) helpers.interrupt();
    await Promise.all(running.values());
  }
}

function orderOf(piece: Piece, { trials, profiles }: ExperimentParts): PieceOrder {
  return piece.kind === 'profiles'
    ? { piece, trials: [], profiles: [...profiles.all()] }
    : { piece, trials: [...trials.all()].filter(({ seed }) => seed === piece.seed), profiles: [...profiles.all()] };
}
