/** Which rows of a long list are in sight, and a few more on both sides. */

interface Sight {
  /** Pixels scrolled. */
  readonly top: number;
  readonly height: number;
  readonly rowHeight: number;
  readonly count: number;
}

const spare = 6;

/** From `first` to `last`, both included; `last` is before `first` where there are no rows. */
export function visibleRows({ top, height, rowHeight, count }: Sight): { readonly first: number; readonly last: number } {
  const first = Math.max(0, Math.min(count - 1, Math.floor(top / rowHeight)) - spare);
  const last = Math.min(count - 1, Math.ceil((top + height) / rowHeight) + spare);
  return { first, last };
}
