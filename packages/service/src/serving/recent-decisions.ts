/** Which of the decisions of late explored: what feedback on them says is put to the account of exploring. */
import { lateEntries } from './late-entries.ts';

export interface RecentDecisions {
  add(id: string, explored: boolean): void;
  /** undefined for one that is not among them. */
  explored(id: string): boolean | undefined;
}

/** So many at least, and at most twice as many. */
const most = 10_000;

export function recentDecisions(): RecentDecisions {
  const known = lateEntries<boolean>(most);
  return { add: known.set, explored: known.get };
}
