/** The account of a run: what calls may cost is set aside before them, so that no number of them at once spends more than there is. */
import { keptList } from './kept-list.ts';
import { waitingQueue } from './waiting-queue.ts';

export interface Reservation {
  /** Ends it with what was really spent; null where nobody knows, which counts as all that was set aside. */
  settle(costUsd: number | null): void;
  /** Ends it with nothing spent. */
  refund(): void;
}

export interface Spending {
  /**
   * Waits while others hold what it would need. Resolves to undefined where it can never be had: all that is not spent
   * would not do. Rejects with the signal's reason.
   */
  reserve(worstUsd: number, signal: AbortSignal | undefined): Promise<Reservation | undefined>;
  spentUsd(): number;
  reservedUsd(): number;
}

/** `budgetUsd` may be infinite. `spentUsd`: what was spent of it before. */
export function spending(budgetUsd: number, spentUsd = 0): Spending {
  let spent = spentUsd;
  /** US dollars of each. */
  const held = keptList<number>();
  // Summed anew each time, so that nothing is left of what was added and taken away.
  const reserved = (): number => held.all.reduce((sum, { item }) => sum + item, 0);

  const queue = waitingQueue<number, Reservation | undefined>(() => pump());
  const pump = (): void => {
    for (let worstUsd = queue.first(); worstUsd !== undefined; worstUsd = queue.first()) {
      if (spent + worstUsd > budgetUsd) queue.serve(undefined);
      // Without a limit, what others hold need not be summed.
      else if (budgetUsd === Number.POSITIVE_INFINITY || spent + reserved() + worstUsd <= budgetUsd) queue.serve(hold(worstUsd));
      else return;
    }
  };
  const hold = (usd: number): Reservation => {
    const one = held.add(usd);
    const end = (costUsd: number): void => {
      if (!held.remove(one)) return;
      spent += costUsd;
      pump();
    };
    return { settle: (costUsd) => end(costUsd ?? usd), refund: () => end(0) };
  };

  return {
    reserve: queue.wait,
    spentUsd: () => spent,
    reservedUsd: reserved,
  };
}
