/** What is under way, when every call adds to it and takes away from it. */

export interface Kept<Item> {
  readonly item: Item;
  /** Among those that are kept; below 0 for one that is not any more. */
  place: number;
}

export interface KeptList<Item> {
  /** In no order. */
  readonly all: readonly Kept<Item>[];
  add(item: Item): Kept<Item>;
  /** False for one that is not kept any more. */
  remove(kept: Kept<Item>): boolean;
}

/**
 * No set: each of its tables, of which there is a new one every so many calls, points to the next, so that one that grew old keeps all later
 * ones, with everything that was ever in them, until the whole heap is looked through.
 */
export function keptList<Item>(): KeptList<Item> {
  const all: Kept<Item>[] = [];
  return {
    all,
    add: (item) => {
      const one = { item, place: all.length };
      all.push(one);
      return one;
    },
    remove: (one) => {
      if (one.place < 0) return false;
      // The last takes its place.
      const last = all.pop() as Kept<Item>;
      if (last !== one) {
        all[one.place] = last;
        last.place = one.place;
      }
      one.place = -1;
      return true;
    },
  };
}
