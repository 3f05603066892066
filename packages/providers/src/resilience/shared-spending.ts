/** The account of a run that several processes spend from: what calls may cost is set aside where all of them see it. */
import type { Clock, SharedAccount } from '@ratchet/core';
import { insistently } from './insistently.ts';
import { keptList } from './kept-list.ts';
import type { Reservation, Spending } from './spending.ts';

export interface SharedSpendingParts {
  readonly clock: Clock;
  /** Unique among all who spend from the account. */
  readonly newId: () => string;
  /** Told when the account cannot be reached, or is no longer this process's to use: what is refused then says nothing of money. */
  readonly onFault: (error: unknown) => void;
}

export interface SharedSpending extends Spending {
  /** Resolves when all that was spent until now is booked. */
  booked(): Promise<void>;
}

/** How often it is looked whether others have given back what is needed. */
const lookAgainMs = 100;

/** `spentUsd` is what was spent when that was last asked for. */
export function sharedSpending(account: SharedAccount, { clock, newId, onFault }: SharedSpendingParts): SharedSpending {
  let spentUsd = 0;
  let booking: Promise<unknown> = Promise.resolve();
  /** US dollars of each. */
  const held = keptList<number>();

  const hold = (id: string, usd: number): Reservation => {
    const one = held.add(usd);
    const end = (costUsd: number): void => {
      if (!held.remove(one)) return;
      booking = Promise.all([booking, insistently(clock, () => account.settle(id, costUsd)).catch(onFault)]);
    };
    return { settle: (costUsd) => end(costUsd ?? usd), refund: () => end(0) };
  };
  const ask = async (id: string, usd: number): Promise<'held' | 'later' | 'never'> => {
    try {
      const end = await account.reserve(id, usd);
      if (end === 'never') spentUsd = await account.spentUsd();
      return end;
    } catch (error) {
      onFault(error);
      return 'never';
    }
  };
  return {
    reserve: async (worstUsd, signal) => {
      const id = newId();
      for (;;) {
        signal?.throwIfAborted();
        const end = await ask(id, worstUsd);
        if (end === 'never') return undefined;
        if (end === 'later') {
          await clock.sleep(lookAgainMs, signal);
          continue;
        }
        const reservation = hold(id, worstUsd);
        if (signal?.aborted) reservation.refund();
        signal?.throwIfAborted();
        return reservation;
      }
    },
    spentUsd: () => spentUsd,
    reservedUsd: () => held.all.reduce((sum, { item }) => sum + item, 0),
    booked: async () => {
      await booking;
    },
  };
}
