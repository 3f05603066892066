/** Runs what is not logged yet, in order, as long as the budget allows and nobody interrupts. */
import type { RunEnd } from './piece-result.ts';
import { RunBudgetSpent } from './run-budget-spent.ts';
import { runInOrder } from './run-in-order.ts';

/** Thrown to unwind when the run stops early. */
export class Stopped extends Error {
  readonly end: RunEnd;

  constructor(end: RunEnd) {
    super(end);
    this.end = end;
  }
}

export interface BudgetLimits {
  readonly concurrency: number;
  /** When it is aborted, nothing that is not logged is begun any more. */
  readonly signal?: AbortSignal;
  readonly budgetUsd?: number;
}

export interface LoggedSteps<Item, Result> {
  readonly logged: (item: Item) => Result | undefined;
  readonly costUsd: (result: Result) => number;
  readonly worstUsd: (item: Item) => number;
  readonly run: (item: Item) => Promise<Result>;
  /** `reused` when it was logged already. */
  readonly finish: (result: Result, reused: boolean) => void;
}

/** Throws `Stopped` when the budget or the user ends it. */
export type RunWithinBudget = <Item, Result>(items: readonly Item[], steps: LoggedSteps<Item, Result>) => Promise<void>;

/** What is spent is counted over all calls of what it returns. */
export function withinBudget({ concurrency, signal, budgetUsd = Number.POSITIVE_INFINITY }: BudgetLimits): RunWithinBudget {
  let spentUsd = 0;
  let reservedUsd = 0;
  return async <Item, Result>(items: readonly Item[], steps: LoggedSteps<Item, Result>): Promise<void> => {
    let why: RunEnd = 'interrupted';
    const reserved = new Map<Item, number>();
    const complete = await runInOrder(items, concurrency, {
      mayStart: (item) => {
        const logged = steps.logged(item);
        if (logged !== undefined) {
          // Counted before anything after it is begun.
          spentUsd += steps.costUsd(logged);
          return 'now';
        }
        if (signal?.aborted) return 'never';
        const worst = steps.worstUsd(item);
        if (spentUsd + reservedUsd + worst > budgetUsd) {
          // What is under way will cost less than is set aside for it.
          if (reserved.size > 0) return 'later';
          why = 'budget';
          return 'never';
        }
        reserved.set(item, worst);
        reservedUsd += worst;
        return 'now';
      },
      run: async (item) => {
        try {
          return steps.logged(item) ?? (await steps.run(item));
        } catch (error) {
          if (!(error instanceof RunBudgetSpent)) throw error;
          why = 'budget';
          return undefined;
        }
      },
      finish: (result, item) => {
        const held = reserved.get(item);
        if (held !== undefined) {
          reserved.delete(item);
          reservedUsd -= held;
          spentUsd += steps.costUsd(result);
        }
        steps.finish(result, held === undefined);
      },
    });
    if (!complete) throw new Stopped(why);
  };
}
