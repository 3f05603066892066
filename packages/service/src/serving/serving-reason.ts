/** Why a generation serves, as the store's list of servings says it: written and read by these alone. */
import type { Serving } from '@ratchet/core';

export const promotedReason = 'promoted: better on requests it had not learned from';

/** `from`: the generation that turned out worse, where the service found so itself. */
export function rolledBackReason(why: string, from?: number): string {
  return from === undefined ? `rolled back: ${why}` : `rolled back from ${from}: ${why}`;
}

export type ServingCause = 'promoted' | 'rolled-back' | 'by-hand';

export function servingCause({ reason }: Pick<Serving, 'reason'>): ServingCause {
  if (reason.startsWith('promoted')) return 'promoted';
  return reason.startsWith('rolled back') ? 'rolled-back' : 'by-hand';
}

/** The generation that turned out worse; undefined where somebody rolled back by hand, or nobody did. */
export function rolledBackFrom({ reason }: Pick<Serving, 'reason'>): number | undefined {
  const from = /^rolled back from (\d+)/.exec(reason)?.[1];
  return from === undefined ? undefined : Number(from);
}
