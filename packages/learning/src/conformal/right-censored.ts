/** A value that was observed, or the bound it had reached when observation ended: a timeout after 30 s says "at least 30 s". */

export type MaybeCensored = number | AtLeast;

export interface AtLeast {
  readonly atLeast: number;
}

/** The value itself, or the bound it had reached. */
export function leastValue(observed: MaybeCensored): number {
  return typeof observed === 'number' ? observed : observed.atLeast;
}
