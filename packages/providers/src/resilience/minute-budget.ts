/** How much of something (requests, tokens) may still be used: a bucket that a minute fills (token bucket). */

export interface MinuteBudget {
  /** Of a minute; infinite where no limit is known. */
  readonly perMinute: number;
  readonly available: number;
  /** When `available` held, by the clock; of no meaning without a limit. */
  readonly at: number;
}

export function fullBudget(perMinute: number, at: number): MinuteBudget {
  return { perMinute, available: perMinute, at };
}

export function refilled(budget: MinuteBudget, now: number): MinuteBudget {
  if (budget.perMinute === Number.POSITIVE_INFINITY) return budget;
  const available = Math.min(budget.perMinute, budget.available + (budget.perMinute * (now - budget.at)) / 60_000);
  return { ...budget, available, at: now };
}

/** `amount` below 0 gives back. */
export function spend(budget: MinuteBudget, amount: number): MinuteBudget {
  if (budget.perMinute === Number.POSITIVE_INFINITY) return budget;
  return { ...budget, available: Math.min(budget.perMinute, budget.available - amount) };
}

/** Milliseconds until there is as much; what is more than a minute's waits for a full one. The budget must be refilled to now. */
export function waitFor({ perMinute, available }: MinuteBudget, amount: number): number {
  const short = Math.min(amount, perMinute) - available;
  return short <= 1e-9 ? 0 : (short * 60_000) / perMinute;
}
