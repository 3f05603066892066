/** The other side of `PieceHelpers`: runs pieces that are ordered one after another, in a thread that has the plan and the world too. */
import { ExperimentLoop, type ExperimentProgress, type LoopParts, type RecordStore } from './experiment-loop.ts';
import type { ExperimentPlan } from './experiment-plan.ts';
import type { PieceResult } from './piece-result.ts';
import type { PieceOrder } from './run-experiment.ts';

export type PieceRunner = (order: PieceOrder, advance: ExperimentProgress['advance']) => Promise<PieceResult>;

/** What is worked out for one piece is kept for the next. Orders must not overlap. */
export function pieceRunner(plan: ExperimentPlan, parts: Pick<LoopParts, 'world' | 'scorer' | 'concurrency' | 'signal' | 'tracer'>): PieceRunner {
  const trials = memoryStore<PieceOrder['trials'][number]>();
  const profiles = memoryStore<PieceOrder['profiles'][number]>();
  let advance: ExperimentProgress['advance'] = () => undefined;
  const loop = new ExperimentLoop(plan, { ...parts, trials, profiles, progress: { advance: (...units) => advance(...units) } });
  return (order, advanced) => {
    advance = advanced;
    trials.hold(order.trials);
    profiles.hold(order.profiles);
    loop.know(order.profiles);
    return loop.run(order.piece);
  };
}

function memoryStore<Outcome extends { readonly id: string }>(): RecordStore<Outcome> & { hold(outcomes: readonly Outcome[]): void } {
  const held = new Map<string, Outcome>();
  return {
    get: (id) => held.get(id),
    append: (outcome) => {
      held.set(outcome.id, outcome);
    },
    all: () => held.values(),
    hold: (outcomes) => {
      held.clear();
      for (const outcome of outcomes) held.set(outcome.id, outcome);
    },
  };
}
