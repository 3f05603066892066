/** Which of the decisions of late explored: what feedback on them says is put to the account of exploring. */

export interface RecentDecisions {
  add(id: string, explored: boolean): void;
  /** undefined for one that is not among them. */
  explored(id: string): boolean | undefined;
}

const most = 10_000;

export function recentDecisions(): RecentDecisions {
  // In the order in which they were made, so that the first is the oldest.
  const known = new Map<string, boolean>();
  return {
    add: (id, explored) => {
      known.set(id, explored);
      if (known.size > most) known.delete(known.keys().next().value as string);
    },
    explored: (id) => known.get(id),
  };
}
