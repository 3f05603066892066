/** The port to money that several processes spend together: set aside before a call, so that they never spend more than there is. */

export interface SharedAccount {
  /** `later`: others hold what it would need. `never`: what is not spent would not do. Rejects where the account cannot be reached, or is no longer the caller's to use. */
  reserve(id: string, usd: number): Promise<'held' | 'later' | 'never'>;
  /** Ends a reservation with what was spent. Of one that was ended already nothing is spent again. */
  settle(id: string, usd: number): Promise<void>;
  /** US dollars, of all. */
  spentUsd(): Promise<number>;
}
