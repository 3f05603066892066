/** The error of the statistics modules for data that no number can honestly be computed from, and its guard. */
import { RatchetError } from '@ratchet/core';

/** `not-finite`: NaN or an infinity where a number is needed. `empty`: no observation at all. */
export type StatisticsErrorKind = 'not-finite' | 'empty';

/**
 * Bad data. An argument that can only be a programmer's mistake (a level of 95, half a count) is a
 * `RangeError` instead.
 */
export class StatisticsError extends RatchetError {
  readonly kind: StatisticsErrorKind;

  constructor(kind: StatisticsErrorKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** Returns the value if it is finite; otherwise throws `not-finite`, naming `what` it was. */
export function requireFinite(value: number, what: string): number {
  if (Number.isFinite(value)) return value;
  throw new StatisticsError('not-finite', `${what} is ${value}; drop or score the observation before analysing it`);
}
