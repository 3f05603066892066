/** What errors of predictions have in common: those of one arm, and those of one request, on which one arm's success tells of the others'. */
import type { OutcomeDataset } from '../models/outcome-dataset.ts';

/** By cell of the dataset. */
export interface CellErrors {
  /** Outcome less prediction. */
  readonly error: Float64Array;
  /** How much of an outcome it is, above 0. */
  readonly known: Float64Array;
}

export interface EffectPriors {
  /** Standard deviation of what predictions of an arm are wrong by, unless errors say that it is more. */
  readonly armSd: number;
  /** Of one outcome. */
  readonly variance: number;
}

export interface CrossedEffects {
  /** By arm: what its predictions are wrong by, and how surely that is known: its variance. */
  readonly arm: Float64Array;
  readonly armVariance: Float64Array;
  /** By request: how much easier it is than foretold, for any arm. */
  readonly request: Float64Array;
  /** By cell: the same, as the other arms' outcomes on the request tell it. */
  readonly othersOfRequest: Float64Array;
}

type Rows = Pick<OutcomeDataset, 'requests' | 'arms' | 'offsets' | 'arm'>;

/** Pairs of outcomes that "arms have nothing in common" counts as. */
const pairPrior = 100;
const mostSweeps = 50;

/**
 * error = effect of the arm + effect of the request + noise, both effects being random: best linear unbiased prediction (Henderson 1975; Robinson
 * 1991) by back-fitting. The requests' variance comes from the products of errors of two arms on one request, so where no request was asked of two arms
 * there is none; the arms' from their mean errors (DerSimonian and Laird 1986). Which arms a request is asked of depends on predictions, and on what others
 * made of it before: given both, outcomes are missing at random (Rubin 1976), and none weighs more than another for having been unlikely.
 */
export function crossedEffects(rows: Rows, { error, known }: CellErrors, { armSd, variance }: EffectPriors): CrossedEffects {
  const { requests, arms, offsets, arm } = rows;
  const request = new Float64Array(requests);
  const byArm = new Float64Array(arms);
  const counts = new Float64Array(arms);
  for (let cell = 0; cell < error.length; cell++) counts[arm[cell] as number] = (counts[arm[cell] as number] as number) + (known[cell] as number);
  const left = error.slice();
  let armRatio = 0;
  let requestRatio = Number.POSITIVE_INFINITY;
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    byArm.fill(0);
    for (let row = 0; row < requests; row++)
      for (let cell = offsets[row] as number; cell < (offsets[row + 1] as number); cell++) {
        const which = arm[cell] as number;
        byArm[which] = (byArm[which] as number) + (known[cell] as number) * ((error[cell] as number) - (request[row] as number));
      }
    // Variances are known well enough after a few sweeps, and from then on what converges is fixed.
    if (sweep <= 3) armRatio = variance / Math.max(armSd ** 2, armVarianceOf(byArm, counts, variance));
    for (let which = 0; which < arms; which++) byArm[which] = (byArm[which] as number) / ((counts[which] as number) + armRatio);
    for (let cell = 0; cell < error.length; cell++) left[cell] = (error[cell] as number) - (byArm[arm[cell] as number] as number);
    if (sweep <= 3) requestRatio = requestRatioOf(rows, { error: left, known });
    if (requestRatio === Number.POSITIVE_INFINITY) break;
    let moved = 0;
    for (let row = 0; row < requests; row++) {
      const { sum, count } = rowSums(rows, row, { error: left, known });
      const next = sum / (count + requestRatio);
      moved = Math.max(moved, Math.abs(next - (request[row] as number)));
      request[row] = next;
    }
    if (moved < 1e-9) break;
  }
  const othersOfRequest = new Float64Array(error.length);
  if (requestRatio < Number.POSITIVE_INFINITY)
    for (let row = 0; row < requests; row++) {
      const { sum, count } = rowSums(rows, row, { error: left, known });
      for (let cell = offsets[row] as number; cell < (offsets[row + 1] as number); cell++) {
        const own = known[cell] as number;
        othersOfRequest[cell] = (sum - own * (left[cell] as number)) / (count - own + requestRatio);
      }
    }
  return { arm: byArm, armVariance: counts.map((count) => variance / (count + armRatio)), request, othersOfRequest };
}

/** `sums`: of errors, by arm. */
function armVarianceOf(sums: Float64Array, counts: Float64Array, variance: number): number {
  let squares = 0;
  let total = 0;
  let asked = 0;
  for (let arm = 0; arm < sums.length; arm++) {
    const count = counts[arm] as number;
    if (!(count > 0)) continue;
    squares += (sums[arm] as number) ** 2 / count;
    total += count;
    asked++;
  }
  return total === 0 ? 0 : (squares - asked * variance) / total;
}

function rowSums({ offsets }: Rows, request: number, { error, known }: CellErrors): { readonly sum: number; readonly count: number } {
  let sum = 0;
  let count = 0;
  for (let cell = offsets[request] as number; cell < (offsets[request + 1] as number); cell++) {
    sum += (known[cell] as number) * (error[cell] as number);
    count += known[cell] as number;
  }
  return { sum, count };
}

/** Variance of what an arm has by itself over that of what arms share; infinite where they share nothing. */
function requestRatioOf(rows: Rows, { error, known }: CellErrors): number {
  let products = 0;
  let pairs = 0;
  let squares = 0;
  let outcomes = 0;
  for (let request = 0; request < rows.requests; request++) {
    const { sum, count } = rowSums(rows, request, { error, known });
    let ownProducts = 0;
    let ownPairs = 0;
    for (let cell = rows.offsets[request] as number; cell < (rows.offsets[request + 1] as number); cell++) {
      const share = known[cell] as number;
      ownProducts += (share * (error[cell] as number)) ** 2;
      ownPairs += share ** 2;
      squares += share * (error[cell] as number) ** 2;
    }
    products += (sum * sum - ownProducts) / 2;
    pairs += (count * count - ownPairs) / 2;
    outcomes += count;
  }
  const shared = products / (pairs + pairPrior);
  if (!(shared > 0)) return Number.POSITIVE_INFINITY;
  return Math.max(0.1, (squares / outcomes - shared) / shared);
}
