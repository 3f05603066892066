/** What each arm comes to on each request: the outcome where it was tried, else the prediction, mended by what predictions were off, of the arm and of the request. */
import type { OutcomeDataset } from '../models/outcome-dataset.ts';
import type { StackGround } from '../models/stack.ts';
import { armErrors, type WeightedErrors } from './arm-errors.ts';
import { type CrossedEffects, crossedEffects } from './crossed-effects.ts';
import type { EvidenceDataset } from './evidence-dataset.ts';

export interface ScoreGround {
  readonly data: EvidenceDataset;
  /** Requests x arms: what is expected before the members speak; each request predicted without its own outcomes. */
  readonly base: Float64Array;
  readonly ground: StackGround;
  readonly folds: { readonly count: number; readonly of: Int32Array };
}

export interface ImputedScores {
  /** Requests x arms. */
  readonly values: Float64Array;
  /** Requests x arms: how much of the score is the outcome, in [0, 1]; less than 1 where outcomes were discounted. */
  readonly known: Float64Array;
  /** By arm: variance of what is added to its predictions where it was not tried. */
  readonly gapVariance: Float64Array;
  /** By arm: what a score that is only predicted adds to the variance of a sum of scores. 0 where every request has an outcome. */
  readonly imputedVariance: Float64Array;
  /** By cell of the dataset: its outcome less what its score would have been, had only the request's other arms been asked of it. */
  readonly surprise: Float64Array;
}

/** Requests x arms, cross-fitted but for the arms' corrections. */
function predictedQuality({ base, ground }: ScoreGround, weights: Float64Array): Float64Array {
  const { dataset, centred } = ground;
  const { requests, arms } = dataset;
  const predicted = base.slice();
  centred.forEach((member, index) => {
    const weight = weights[index] as number;
    if (weight > 0) for (let at = 0; at < requests * arms; at++) predicted[at] = (predicted[at] as number) + weight * (member[at] as number);
  });
  return predicted;
}

/** Fewest requests, as a share of all, that an arm's errors are taken to be known from. */
const leastKnownShare = 0.02;

/**
 * The difference estimator of survey sampling (Särndal, Swensson and Wretman 1992, section 6.3): what was asked need not be
 * estimated, and the rest is predicted, plus what predictions are off by where they can be held against outcomes: those of the `arm` (`armErrors`), or
 * those of the `arm and request` (`crossedEffects`): where one arm does well others are not asked any more, so that those which were not asked would seem
 * worse than they are. Doubly robust scores (Dudik, Langford and Li 2011) weigh every outcome by its inverse propensity, whatever else is known of that
 * request: they are noisier where requests come back, and biased where weights must be clipped, as those of eliminated arms must.
 * In a full table the scores are the outcomes.
 */
export function imputedScores(input: ScoreGround, weights: Float64Array, mendedBy: 'arm' | 'arm and request' = 'arm and request'): ImputedScores {
  const { data, ground } = input;
  const { requests, arms, offsets, arm, value } = ground.dataset;
  const predicted = predictedQuality(input, weights);
  for (let at = 0; at < requests * arms; at++) predicted[at] = (predicted[at] as number) + (ground.level[Math.floor(at / arms)] as number);
  const values = new Float64Array(requests * arms);
  const known = new Float64Array(requests * arms);
  const error = new Float64Array(arm.length);
  for (let request = 0; request < requests; request++) {
    for (let cell = offsets[request] as number; cell < (offsets[request + 1] as number); cell++) {
      const at = request * arms + (arm[cell] as number);
      // Residuals of the dataset are against the base.
      const outcome = (value[cell] as number) + (input.base[at] as number);
      error[cell] = outcome - (predicted[at] as number);
      known[at] = data.known[cell] as number;
      values[at] = outcome;
    }
  }
  const effects =
    mendedBy === 'arm' || !tellsOfRequests(ground.dataset)
      ? ofArmsAlone(ground.dataset, { error, weight: data.inverse, variance: data.variance })
      : crossedEffects(ground.dataset, { error, known: ground.dataset.weight }, { armSd: biasSd, variance: data.variance });
  const surprise = error.map((own, cell) => own - (effects.arm[arm[cell] as number] as number) - (effects.othersOfRequest[cell] as number));
  const shares = new Float64Array(arms);
  const squares = new Float64Array(arms);
  for (let request = 0; request < requests; request++) {
    for (let cell = offsets[request] as number; cell < (offsets[request + 1] as number); cell++) {
      const which = arm[cell] as number;
      add(shares, which, data.known[cell] as number);
      add(squares, which, (data.known[cell] as number) * ((error[cell] as number) - (effects.request[request] as number)) ** 2);
    }
  }
  const imputedVariance = shares.map(
    (share, which) => ((squares[which] as number) + data.variance) / (share + 1) / Math.max(leastKnownShare, share / Math.max(1, requests)),
  );
  for (let at = 0; at < requests * arms; at++) {
    const share = known[at] as number;
    if (share === 1) continue;
    const imputed = (predicted[at] as number) + (effects.arm[at % arms] as number) + (effects.request[Math.floor(at / arms)] as number);
    values[at] = share * (values[at] as number) + (1 - share) * imputed;
  }
  return { values, known, gapVariance: effects.armVariance, imputedVariance, surprise };
}

const fewestPairs = 100;

/** Whether requests were asked of several arms often enough that arms tell of each other. */
function tellsOfRequests({ requests, offsets }: OutcomeDataset): boolean {
  let pairs = 0;
  for (let request = 0; request < requests; request++) {
    const asked = (offsets[request + 1] as number) - (offsets[request] as number);
    pairs += (asked * (asked - 1)) / 2;
  }
  return pairs >= fewestPairs;
}

function ofArmsAlone(dataset: OutcomeDataset, errors: WeightedErrors): CrossedEffects {
  const { mean, variance } = armErrors(dataset, errors);
  return { arm: mean, armVariance: variance, request: new Float64Array(dataset.requests), othersOfRequest: new Float64Array(dataset.arm.length) };
}

/** Standard deviation of what predictions of an arm, or of a policy's choices, are wrong by, over all requests, before any estimate of it. */
export const biasSd = 0.03;

export interface ArmQualities {
  /** By arm: mean score over the requests, which count by their decisions: that is how often they were asked. */
  readonly mean: Float64Array;
  /** By arm: standard error of that mean, as an estimate of what the arm comes to on these very requests. */
  readonly standardError: Float64Array;
  /** By arm: how far predictions are from the mean, shrunk by how surely that is known of any requests. */
  readonly correction: Float64Array;
}

export function armQualities(
  { values, known, gapVariance }: ImputedScores,
  input: ScoreGround,
  { weights, without }: { readonly weights: Float64Array; readonly without: number },
): ArmQualities {
  const { data, ground, folds } = input;
  const { arms } = ground.dataset;
  const predicted = predictedQuality(input, weights);
  const counted: number[] = [];
  let total = 0;
  for (let request = 0; request < data.decisions.length; request++) {
    if (folds.of[request] === without || !((data.decisions[request] as number) > 0)) continue;
    counted.push(request);
    total += data.decisions[request] as number;
  }
  const mean = new Float64Array(arms);
  const standardError = new Float64Array(arms);
  const correction = new Float64Array(arms);
  for (let arm = 0; arm < arms; arm++) {
    let gap = 0;
    let asked = 0;
    for (const request of counted) {
      const at = request * arms + arm;
      const share = (data.decisions[request] as number) / total;
      mean[arm] = (mean[arm] as number) + share * (values[at] as number);
      gap += share * ((values[at] as number) - (predicted[at] as number) - (ground.level[request] as number));
      asked += share * (known[at] as number);
    }
    let squares = 0;
    for (const request of counted) {
      const at = request * arms + arm;
      squares +=
        (known[at] as number) *
        (((data.decisions[request] as number) / total) * ((values[at] as number) - (predicted[at] as number) - (ground.level[request] as number) - gap)) ** 2;
    }
    // As if all requests erred as those do that were asked.
    const spread = asked > 0 ? squares / asked : 0;
    const extrapolated = (1 - asked) ** 2 * (gapVariance[arm] as number);
    correction[arm] = gap * (biasSd ** 2 / (biasSd ** 2 + spread + extrapolated));
    // Shares add up to 1 but for rounding.
    standardError[arm] = Math.sqrt(Math.max(0, 1 - asked * data.repeatability) * spread + extrapolated);
  }
  return { mean, standardError, correction };
}

function add(sums: Float64Array, at: number, value: number): void {
  sums[at] = (sums[at] as number) + value;
}
