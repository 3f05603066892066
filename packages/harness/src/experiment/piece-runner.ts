/** The other side of `PieceHelpers`: runs pieces that are ordered one after another, in a thread that has the plan and the world too. */
import { ExperimentLoop } from './experiment-loop.ts';
import type { ExperimentPlan } from './experiment-plan.ts';
import type { ExperimentProgress, LoopParts, RecordStore } from './loop-parts.ts';
import type { PieceResult } from './piece-result.ts';
import type { PieceOrder } from './run-experiment.ts';
import type { ProfileRecord, TrialRecord } from './trial.ts';

/** Told of a piece while it runs. */
export interface PieceListener extends Pick<ExperimentProgress, 'advance'> {
  /** Of each record that the order lacked, in the order of the plan. */
  readonly trial?: (record: TrialRecord) => void;
  readonly profile?: (record: ProfileRecord) => void;
}

export type PieceRunner = (order: PieceOrder, listener: PieceListener) => Promise<PieceResult>;

/** What is worked out for one piece is kept for the next. Orders must not overlap. */
export function pieceRunner(plan: ExperimentPlan, parts: Pick<LoopParts, 'world' | 'scorer' | 'concurrency' | 'signal' | 'tracer' | 'traced'>): PieceRunner {
  let listener: PieceListener = { advance: () => undefined };
  const trials = memoryStore<TrialRecord>((record) => listener.trial?.(record));
  const profiles = memoryStore<ProfileRecord>((record) => listener.profile?.(record));
  const loop = new ExperimentLoop(plan, { ...parts, trials, profiles, progress: { advance: (...units) => listener.advance(...units) } });
  return (order, listens) => {
    listener = listens;
    trials.hold(order.trials);
    profiles.hold(order.profiles);
    loop.know(order.profiles);
    return loop.run(order.piece);
  };
}

function memoryStore<Outcome extends { readonly id: string }>(
  appended: (outcome: Outcome) => void,
): RecordStore<Outcome> & { hold(outcomes: readonly Outcome[]): void } {
  const held = new Map<string, Outcome>();
  const append = (outcome: Outcome): void => {
    held.set(outcome.id, outcome);
    appended(outcome);
  };
  return {
    get: (id) => held.get(id),
    append,
    appendAll: (outcomes) => outcomes.forEach(append),
    all: () => held.values(),
    hold: (outcomes) => {
      held.clear();
      for (const outcome of outcomes) held.set(outcome.id, outcome);
    },
  };
}
