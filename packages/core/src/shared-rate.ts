/** The port to a provider's limit that several processes keep together. */

export interface RateLimits {
  readonly requestsPerMinute?: number | undefined;
  readonly tokensPerMinute?: number | undefined;
}

export interface SharedRate {
  /** Takes a request and so many tokens: milliseconds until they are there, 0 where they are. Whoever takes them later waits longer. */
  take(tokens: number): Promise<number>;
  /** Tokens that were taken and not used; below 0 for those that were used beside. */
  giveBack(tokens: number): Promise<void>;
  /** For so many milliseconds nothing is there, for anybody. */
  pause(ms: number): Promise<void>;
}
