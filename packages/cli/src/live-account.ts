/** What live models are paid from, and where it is noted. */
import { rmSync } from 'node:fs';
import { type Spending, type SpentTry, spending } from '@ratchet/providers';
import { logSpending, spentBefore } from './spending-log.ts';

export interface LiveAccount {
  readonly spending: Spending;
  readonly log: (spent: SpentTry) => void;
}

/** Notes every try in `file`; what was noted there before is spent, unless it begins `fresh`. Without `budgetUsd` there is no limit. */
export function keptAccount(
  file: string,
  { fresh, budgetUsd = Number.POSITIVE_INFINITY }: { readonly fresh: boolean; readonly budgetUsd?: number | undefined },
): LiveAccount {
  if (fresh) rmSync(file, { force: true });
  return { log: (spent) => logSpending(file, spent), spending: spending(budgetUsd, spentBefore(file)) };
}

/** Without a limit and without a record: a line for each call would hold up a service, and be read whole when it starts again. */
export function unkeptAccount(): LiveAccount {
  return { log: () => undefined, spending: spending(Number.POSITIVE_INFINITY) };
}
