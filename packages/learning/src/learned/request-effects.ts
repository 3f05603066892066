/** What the outcomes of a request's arms have in common: a request on which one arm does better than foretold is easier for the others, too. */
import type { OutcomeDataset } from '../models/outcome-dataset.ts';

/** By cell of the dataset. */
export interface CellErrors {
  /** Outcome less prediction. */
  readonly error: Float64Array;
  /** How much of an outcome it is, above 0. */
  readonly known: Float64Array;
  /** What it weighs in the mean error of its arm. */
  readonly weight: Float64Array;
}

export interface RequestEffects {
  /** By arm: its mean error. */
  readonly gap: Float64Array;
  /** By request: how much easier it is than foretold, for any arm. */
  readonly effect: Float64Array;
  /** By cell: the same, as the other arms' outcomes on the request tell it. */
  readonly othersEffect: Float64Array;
}

type Rows = Pick<OutcomeDataset, 'requests' | 'arms' | 'offsets' | 'arm'>;

/** Pairs of outcomes that "arms have nothing in common" counts as. */
const pairPrior = 100;
const mostSweeps = 50;

/**
 * error = gap of the arm + effect of the request + noise, the effect being random: best linear unbiased prediction (Henderson 1975; Robinson
 * 1991) by back-fitting, its variance by the products of errors of two arms on one request. Where no request was asked of two arms there are no
 * effects, nor where they are not wanted (`shared`). Which arms a request is asked of depends on what others made of it before; given the effect that no longer misleads (missing at random: Rubin 1976).
 */
export function requestEffects(rows: Rows, { error, known, weight }: CellErrors, shared = true): RequestEffects {
  const { requests, arms, offsets, arm } = rows;
  const effect = new Float64Array(requests);
  const gap = new Float64Array(arms);
  const totals = armTotals(rows, weight);
  const left = error.slice();
  let ratio = Number.POSITIVE_INFINITY;
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    gap.fill(0);
    for (let request = 0; request < requests; request++)
      for (let cell = offsets[request] as number; cell < (offsets[request + 1] as number); cell++) {
        const which = arm[cell] as number;
        gap[which] = (gap[which] as number) + (weight[cell] as number) * ((error[cell] as number) - (effect[request] as number));
      }
    for (let which = 0; which < arms; which++) gap[which] = (gap[which] as number) / (totals[which] as number);
    for (let cell = 0; cell < error.length; cell++) left[cell] = (error[cell] as number) - (gap[arm[cell] as number] as number);
    // Gaps are known well enough after a few sweeps, and from then on what converges is fixed.
    if (shared && sweep <= 3) ratio = varianceRatio(rows, { error: left, known });
    if (ratio === Number.POSITIVE_INFINITY) break;
    let moved = 0;
    for (let request = 0; request < requests; request++) {
      const { sum, count } = rowSums(rows, request, { error: left, known });
      const next = sum / (count + ratio);
      moved = Math.max(moved, Math.abs(next - (effect[request] as number)));
      effect[request] = next;
    }
    if (moved < 1e-9) break;
  }
  const othersEffect = new Float64Array(error.length);
  if (ratio < Number.POSITIVE_INFINITY)
    for (let request = 0; request < requests; request++) {
      const { sum, count } = rowSums(rows, request, { error: left, known });
      for (let cell = offsets[request] as number; cell < (offsets[request + 1] as number); cell++) {
        const own = known[cell] as number;
        othersEffect[cell] = (sum - own * (left[cell] as number)) / (count - own + ratio);
      }
    }
  return { gap, effect, othersEffect };
}

/** By arm: the weight of its outcomes and of one more of their mean weight, which says that predictions are right. */
function armTotals({ arms, arm }: Rows, weight: Float64Array): Float64Array {
  const sums = new Float64Array(arms);
  const counts = new Float64Array(arms);
  for (let cell = 0; cell < weight.length; cell++) {
    const which = arm[cell] as number;
    sums[which] = (sums[which] as number) + (weight[cell] as number);
    counts[which] = (counts[which] as number) + 1;
  }
  return sums.map((sum, which) => ((counts[which] as number) > 0 ? sum + sum / (counts[which] as number) : 1));
}

type Known = Pick<CellErrors, 'error' | 'known'>;

function rowSums({ offsets }: Rows, request: number, { error, known }: Known): { readonly sum: number; readonly count: number } {
  let sum = 0;
  let count = 0;
  for (let cell = offsets[request] as number; cell < (offsets[request + 1] as number); cell++) {
    sum += (known[cell] as number) * (error[cell] as number);
    count += known[cell] as number;
  }
  return { sum, count };
}

/** Variance of what an arm has by itself over that of what arms share; infinite where they share nothing. */
function varianceRatio(rows: Rows, { error, known }: Known): number {
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
