/** What each arm would have come to on each request, estimated so that neither models nor chance of choice mislead alone. */
import type { StackGround } from '../models/stack.ts';
import type { EvidenceDataset } from './evidence-dataset.ts';

export interface ScoreGround {
  readonly data: EvidenceDataset;
  /** Requests x arms: what is expected before the members speak; each request predicted without its own outcomes. */
  readonly base: Float64Array;
  readonly ground: StackGround;
  readonly folds: { readonly count: number; readonly of: Int32Array };
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

/**
 * Requests x arms: prediction + (importance-weighted outcomes - prediction x weights) / decisions. In a full table this is the outcome
 * itself; where an arm was never tried it is the prediction.
 */
export function doublyRobustScores(input: ScoreGround, weights: Float64Array): Float64Array {
  const { data, ground } = input;
  const { requests, arms, offsets, arm } = ground.dataset;
  const scores = predictedQuality(input, weights);
  for (let request = 0; request < requests; request++) {
    for (let which = 0; which < arms; which++) scores[request * arms + which] = (scores[request * arms + which] as number) + (ground.level[request] as number);
    const decisions = data.decisions[request] as number;
    if (!(decisions > 0)) continue;
    for (let cell = offsets[request] as number; cell < (offsets[request + 1] as number); cell++) {
      const at = request * arms + (arm[cell] as number);
      scores[at] = (scores[at] as number) + ((data.inverseQuality[cell] as number) - (scores[at] as number) * (data.inverse[cell] as number)) / decisions;
    }
  }
  return scores;
}

/** Standard deviation of what predictions of an arm are wrong by, over all requests, before any estimate of it. */
const biasSd = 0.03;

/**
 * Mean doubly robust score of each arm less half its standard error (of two arms that seem alike, the better known one), and
 * how far predictions are from it, shrunk by its standard error. Requests count by their decisions: that is how often they
 * were asked.
 */
export function armQualities(
  scores: Float64Array,
  input: ScoreGround,
  { weights, without }: { readonly weights: Float64Array; readonly without: number },
): { readonly assured: Float64Array; readonly correction: Float64Array } {
  const { data, ground, folds } = input;
  const { arms } = ground.dataset;
  const predicted = predictedQuality(input, weights);
  const assured = new Float64Array(arms);
  const correction = new Float64Array(arms);
  let total = 0;
  const counted: number[] = [];
  for (let request = 0; request < data.decisions.length; request++) {
    if (folds.of[request] === without || !((data.decisions[request] as number) > 0)) continue;
    counted.push(request);
    total += data.decisions[request] as number;
  }
  for (let arm = 0; arm < arms; arm++) {
    let sum = 0;
    let gap = 0;
    for (const request of counted) {
      const at = request * arms + arm;
      const share = (data.decisions[request] as number) / total;
      sum += share * (scores[at] as number);
      gap += share * ((scores[at] as number) - (predicted[at] as number) - (ground.level[request] as number));
    }
    let variance = 0;
    for (const request of counted) {
      const at = request * arms + arm;
      variance +=
        (((data.decisions[request] as number) / total) * ((scores[at] as number) - (predicted[at] as number) - (ground.level[request] as number) - gap)) ** 2;
    }
    correction[arm] = gap * (biasSd ** 2 / (biasSd ** 2 + variance));
    assured[arm] = sum - 0.5 * Math.sqrt(variance);
  }
  return { assured, correction };
}
