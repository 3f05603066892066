/** What scores are off by where a policy chose: of many arms the one whose prediction is too high is chosen too often. */

export interface ChosenErrors {
  /** An outcome of the arm that the policy chose, less what would have been its score had it not been asked. */
  add(weight: number, error: number): void;
  /** Mean error, weighted and shrunk, for those requests of which the chosen arm was not asked. */
  expected(): number;
}

/**
 * The correction of a doubly robust estimate (Dudik, Langford and Li 2011), self-normalised, and shrunk by how surely it is known: `biasSd` is the
 * standard deviation of such errors before any is seen, `variance` that of one outcome. Scores that are only predicted repeat the luck of the
 * prediction that the arm was chosen for (optimizer's curse: Smith and Winkler 2006); these outcomes were not predicted from themselves.
 */
export function chosenErrors({ biasSd, variance }: { readonly biasSd: number; readonly variance: number }): ChosenErrors {
  let count = 0;
  let weights = 0;
  let sum = 0;
  const squares = { weights: 0, errors: 0, both: 0 };
  return {
    add: (weight, error) => {
      count++;
      weights += weight;
      sum += weight * error;
      squares.weights += weight * weight;
      squares.both += weight * weight * error;
      squares.errors += weight * weight * error * error;
    },
    expected: () => {
      if (!(weights > 0)) return 0;
      const mean = sum / weights;
      const spread = Math.max(0, squares.errors - 2 * mean * squares.both + mean * mean * squares.weights) / weights ** 2;
      // A few outcomes that happen to be alike do not make the mean known.
      const noise = spread + variance / (1 + count);
      return mean * (biasSd ** 2 / (biasSd ** 2 + noise));
    },
  };
}
