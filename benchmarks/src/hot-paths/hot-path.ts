/** A piece of work that is done often, at any size: what hot paths are measured by. */

export interface HotPath {
  readonly name: string;
  /** What `n` counts. */
  readonly unit: string;
  /** n, 10 n and 100 n. */
  readonly sizes: readonly [number, number, number];
  /** The work for a size; each call does it once, on inputs that differ where equal ones would be remembered. */
  readonly prepare: (n: number) => Work;
}

export interface Work {
  readonly run: () => unknown;
  /** Gives back what was taken: files, folders. */
  readonly close?: () => void;
}
