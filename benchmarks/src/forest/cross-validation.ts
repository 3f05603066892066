/** Repeated cross-validation, and the standard error that its overlapping folds allow. */
import type { Random } from '@ratchet/core';

export interface Fold {
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/** `repeats` times, the rows are shuffled and dealt into `folds` parts, each of which is tested on once. */
export function repeatedFolds(rows: number, { folds, repeats }: { readonly folds: number; readonly repeats: number }, random: Random): readonly Fold[] {
  return Array.from({ length: repeats }, (_, repeat) => {
    const order = Array.from({ length: rows }, (_, row) => row).toSorted((one, other) => random.uniform(repeat, one) - random.uniform(repeat, other));
    return Array.from({ length: folds }, (_, fold) => ({
      train: order.filter((_, place) => place % folds !== fold),
      test: order.filter((_, place) => place % folds === fold),
    }));
  }).flat();
}

export interface Estimate {
  readonly mean: number;
  readonly standardError: number;
}

/**
 * The mean over folds; its standard error has 1 / J replaced by 1 / J + test / train, for the folds share most of their
 * training rows (Nadeau and Bengio 2003).
 */
export function foldEstimate(scores: readonly number[], { train, test }: Fold): Estimate {
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / (scores.length - 1);
  return { mean, standardError: Math.sqrt(variance * (1 / scores.length + test.length / train.length)) };
}
