/** The account of a run: what calls may cost is set aside before them, so that no number of them at once spends more than there is. */

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

interface Waiting {
  readonly worstUsd: number;
  readonly answer: (reservation: Reservation | undefined) => void;
}

/** `budgetUsd` may be infinite. `spentUsd`: what was spent of it before. */
export function spending(budgetUsd: number, spentUsd = 0): Spending {
  let spent = spentUsd;
  const held = new Set<{ readonly usd: number }>();
  const queue: Waiting[] = [];
  // Summed anew each time, so that nothing is left of what was added and taken away.
  const reserved = (): number => [...held].reduce((sum, { usd }) => sum + usd, 0);

  const pump = (): void => {
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      if (spent + next.worstUsd > budgetUsd) {
        queue.shift();
        next.answer(undefined);
      } else if (spent + reserved() + next.worstUsd <= budgetUsd) {
        queue.shift();
        next.answer(hold(next.worstUsd));
      } else return;
    }
  };
  const hold = (usd: number): Reservation => {
    const one = { usd };
    held.add(one);
    const end = (costUsd: number): void => {
      if (!held.delete(one)) return;
      spent += costUsd;
      pump();
    };
    return { settle: (costUsd) => end(costUsd ?? usd), refund: () => end(0) };
  };

  return {
    reserve: (worstUsd, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const abort = (): void => {
          queue.splice(queue.indexOf(waiting), 1);
          reject(signal?.reason);
          pump();
        };
        const waiting: Waiting = {
          worstUsd,
          answer: (reservation) => {
            signal?.removeEventListener('abort', abort);
            resolve(reservation);
          },
        };
        signal?.addEventListener('abort', abort, { once: true });
        queue.push(waiting);
        pump();
      }),
    spentUsd: () => spent,
    reservedUsd: reserved,
  };
}
