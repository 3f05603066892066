/** What each arm comes to on each request: the outcome where it was tried, else the prediction, mended by what predictions were off, of the arm and of the request. */
import type { StackGround } from '../models/stack.ts';
import type { EvidenceDataset } from './evidence-dataset.ts';
import { requestEffects } from './request-effects.ts';

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
  /** By cell of the dataset: its outcome less what its score would have been, had only the request's other arms been asked. */
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
 * estimated, and the rest is predicted, plus the mean error of the arm's predictions where it was asked, by self-normalised
 * importance weights (Swaminathan and Joachims 2015), plus, from all arms, what the request's others tell of it (`requestEffects`): where one arm does
 * well others are not asked any more, so that those which were not asked would seem worse than they are. Doubly robust scores (Dudik, Langford and Li
 * 2011) weigh every outcome by its inverse propensity, whatever else is known of that request: they are noisier where requests come back, and
 * biased where weights must be clipped, as those of eliminated arms must.
 * In a full table the scores are the outcomes.
 */
export function imputedScores(input: ScoreGround, weights: Float64Array, from: 'own arm' | 'all arms' = 'all arms'): ImputedScores {
  const { data, ground } = input;
  const { requests, arms, offsets, arm, value } = ground.dataset;
  const predicted = predictedQuality(input, weights);
  for (let at = 0; at < requests * arms; at++) predicted[at] = (predicted[at] as number) + (ground.level[Math.floor(at / arms)] as number);
  const values = predicted.slice();
  const known = new Float64Array(requests * arms);
  const errors = new Float64Array(arm.length);
  for (let request = 0; request < requests; request++) {
    for (let cell = offsets[request] as number; cell < (offsets[request + 1] as number); cell++) {
      const at = request * arms + (arm[cell] as number);
      // Residuals of the dataset are against the base.
      const outcome = (value[cell] as number) + (input.base[at] as number);
      errors[cell] = outcome - (predicted[at] as number);
      known[at] = data.known[cell] as number;
      values[at] = outcome;
    }
  }
  const { gap, effect, othersEffect } = requestEffects(ground.dataset, { error: errors, known: data.known, weight: data.inverse }, from === 'all arms');
  const surprise = errors.map((error, cell) => error - (gap[arm[cell] as number] as number) - (othersEffect[cell] as number));
  const totals = {
    weights: new Float64Array(arms),
    cells: new Float64Array(arms),
    known: new Float64Array(arms),
    squares: new Float64Array(arms),
  };
  for (let request = 0; request < requests; request++) {
    for (let cell = offsets[request] as number; cell < (offsets[request + 1] as number); cell++) {
      const which = arm[cell] as number;
      errors[cell] = (errors[cell] as number) - (effect[request] as number);
      add(totals.weights, which, data.inverse[cell] as number);
      add(totals.squares, which, (data.known[cell] as number) * (errors[cell] as number) ** 2);
      add(totals.cells, which, 1);
      add(totals.known, which, data.known[cell] as number);
    }
  }
  const gapVariance = new Float64Array(arms);
  const imputedVariance = new Float64Array(arms);
  const prior = new Float64Array(arms);
  for (let which = 0; which < arms; which++) {
    const cells = totals.cells[which] as number;
    // One outcome of the weight of the others says that predictions are right.
    prior[which] = cells > 0 ? (totals.weights[which] as number) / cells : 1;
    const total = (totals.weights[which] as number) + (prior[which] as number);
    gapVariance[which] = ((prior[which] as number) / total) ** 2 * data.variance;
    const share = totals.known[which] as number;
    imputedVariance[which] = ((totals.squares[which] as number) + data.variance) / (share + 1) / Math.max(leastKnownShare, share / Math.max(1, requests));
  }
  for (let cell = 0; cell < arm.length; cell++) {
    const which = arm[cell] as number;
    const total = (totals.weights[which] as number) + (prior[which] as number);
    add(gapVariance, which, (((data.inverse[cell] as number) / total) * ((errors[cell] as number) - (gap[which] as number))) ** 2);
  }
  for (let at = 0; at < requests * arms; at++) {
    const share = known[at] as number;
    if (share < 1)
      values[at] =
        share * (values[at] as number) + (1 - share) * ((predicted[at] as number) + (gap[at % arms] as number) + (effect[Math.floor(at / arms)] as number));
  }
  return { values, known, gapVariance, imputedVariance, surprise };
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
    standardError[arm] = Math.sqrt((1 - asked * data.repeatability) * spread + extrapolated);
  }
  return { mean, standardError, correction };
}

function add(sums: Float64Array, at: number, value: number): void {
  sums[at] = (sums[at] as number) + value;
}
