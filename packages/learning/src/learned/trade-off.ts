/** Finds how much quality may cost: the price at which the policy is cheapest while its quality, honestly estimated, holds. */
import { type StackSums, stackWeights } from '../models/stack.ts';
import { type ArmStandings, affordableArms, frontierArms } from './affordable-arms.ts';
import { type ChosenErrors, chosenErrors } from './chosen-errors.ts';
import { armQualities, biasSd, type ImputedScores, imputedScores, type ScoreGround } from './imputed-scores.ts';
import { cheapestReaching, excess, frontierQuality, lagrangian, mostUseful, type PolicyRun, type PriceGround, priceGrid } from './price-of-quality.ts';
import { floorArm, floorScore, marginOf, type QualityFloor } from './quality-floor.ts';
import { plentyOfRequests } from './request-ground.ts';

export interface TradeOffGround extends ScoreGround, PriceGround {
  readonly sums: StackSums;
  /** Requests x arms: what an execution is expected to cost, in points of quality. */
  readonly prices: Float64Array;
  readonly floor: QualityFloor;
  /** Whether some arms have the same models, so that each is known from others too. */
  readonly armsRelated: boolean;
  /** Most that the mean price may be, in the unit of `prices`: a budget takes the place of the floor. null: there is none. */
  readonly mostPrice: number | null;
}

export interface TradeOff {
  /** Weight of each member of the stack. */
  readonly weights: Float64Array;
  /** What is added to the predictions of each arm, so that their mean over the requests is right. */
  readonly correction: Float64Array;
  /** The policy takes the arm with the most quality - priceOfQuality x price. */
  readonly priceOfQuality: number;
  /** Position of the arm with the best mean quality. */
  readonly reference: number;
  /** By arm: its mean quality, less half a standard error and something for its price, which is most for the reference; and the standard error. */
  readonly standing: Float64Array;
  readonly standingError: Float64Array;
  /** By arm: 1 where it may serve (see `affordableArms`). */
  readonly affordable: Uint8Array;
  /** Where false, only the reference reaches the floor; or, under a budget, not even the cheapest policy keeps within it. */
  readonly reached: boolean;
  /** Estimates of the policy and of what it is held to, cross-fitted; and of its price. */
  readonly estimate: { readonly quality: number; readonly floor: number; readonly price: number; readonly standardError: number };
  readonly ridge: number;
}

interface Search {
  /** How far the stack may be shrunk. */
  readonly ridges: readonly number[];
  readonly priceSteps: number;
}

const carefulSearch: Search = { ridges: [0, 0.01, 0.03, 0.1, 0.3], priceSteps: 36 };
const fineSearch: Search = { ridges: [0], priceSteps: 72 };
/** Of the stack that scores are imputed by. */
const imputingRidge = 0.01;
/** Of `ArmLimits`: what is not left to luck. */
const slack = 0.02;
/** What quality an arm must have more than another at half of its price, to be the reference: of arms that seem alike, the cheaper. */
const doublingOfPrice = 0.002;

type Fit = Pick<TradeOff, 'weights' | 'correction' | 'reference' | 'standing' | 'standingError' | 'affordable'>;
/** `mean`: by arm, its mean quality over the requests that it was fitted on. */
type ArmFit = Omit<Fit, 'affordable'> & { readonly mean: Float64Array };

/**
 * The constrained objective as a Lagrangian: of the policies "most quality - lambda x price", that of the largest lambda
 * whose mean quality is at or above the floor; where quality beyond the floor has a value, see `mostUseful`. Qualities of policies are means of `imputedScores`, from
 * predictions that left the request out; arms' means, the reference and the stack's weights are fitted without the request's
 * fold, so that neither the policy nor what it is compared with is flattered by having been chosen (winner's curse); what the choice repeats of
 * the luck of predictions is taken off by `chosenErrors`. How far the
 * stack is shrunk, and whether all arms may be chosen that are cheap enough, is chosen by the same estimates, averaged over lambda. Under a budget, lambda is its dual price: the smallest whose
 * policy has a mean expected price within the budget; where none has, the largest.
 */
export function findTradeOff(input: TradeOffGround): TradeOff {
  const { ground, sums, folds, prices, qualityValue, mostPrice } = input;
  const { requests, arms } = ground.dataset;
  const { ridges, priceSteps } = searchFor(input);
  const lambdas = priceGrid(qualityValue, priceSteps);
  const meanPrice = meanPrices(prices, requests, arms);
  let best: { ridge: number; value: number; fitAt: (lambda: number) => Fit; runs: readonly PolicyRun[] } | null = null;
  const onlyFloor = onlyFloorCounts(input);
  const estimates = imputedScores(input, stackWeights(sums, imputingRidge, -1), onlyFloor ? 'arm and request' : 'arm');
  const plenty = requests > plentyOfRequests;
  // Pools of few arms are compared at one price; where requests are plenty, shares of each policy's own kept the floor better (docs/learning.md).
  const fullPrice = ([ofQualityAlone]: readonly PolicyRun[], ofReference: number): number => (plenty ? (ofQualityAlone as PolicyRun).price : ofReference);
  for (const ridge of ridges) {
    const fitOf = (without: number): ArmFit => {
      const weights = stackWeights(sums, ridge, without);
      const { mean, standardError, correction } = armQualities(estimates, input, { weights, without });
      let reference = 0;
      const standing = mean.map(
        (quality, arm) => quality - 0.5 * (standardError[arm] as number) - doublingOfPrice * Math.log2(Math.max(meanPrice[arm] as number, 1e-9)),
      );
      for (let arm = 1; arm < arms; arm++) if ((standing[arm] as number) > (standing[reference] as number)) reference = arm;
      return { weights, correction, mean, reference, standing, standingError: standardError };
    };
    const armFits = Array.from({ length: folds.count }, (_, fold) => fitOf(fold));
    const predicted = foldPredictions(input, armFits);
    const whole = fitOf(-1);
    for (const pool of armPools(input)) {
      const withArms = ({ mean, ...fit }: ArmFit): ((lambda: number) => Fit) => {
        const affordable = pool({ mean, price: meanPrice, reference: fit.reference });
        return (lambda) => ({ ...fit, affordable: affordable(lambda) });
      };
      const foldFits = armFits.map(withArms);
      const runs = lambdas.map((lambda) => runPolicy(input, estimates, { perFold: foldFits.map((fitAt) => fitAt(lambda)), predicted, lambda }));
      const value = qualityValue === 0 ? frontierQuality(runs, fullPrice(runs, meanPrice[whole.reference] as number)) : lagrangian(runs, 0.1 / qualityValue);
      if (best === null || value > best.value + 1e-12) best = { ridge, value, fitAt: withArms(whole), runs };
    }
  }
  const { ridge, fitAt, runs } = best as NonNullable<typeof best>;
  const chosen = mostPrice !== null ? runs.find((run) => run.price <= mostPrice) : qualityValue > 0 ? mostUseful(runs, input) : cheapestReaching(runs, input);
  const run = chosen ?? (runs.at(mostPrice === null ? 0 : -1) as PolicyRun);
  return {
    ...fitAt(run.lambda),
    priceOfQuality: run.lambda,
    reached: chosen !== undefined && (mostPrice !== null || excess(run, input) >= 0),
    estimate: { quality: run.quality, floor: run.floor, price: run.price, standardError: run.standardError },
    ridge,
  };
}

/** Where thousands of requests have the outcomes of most arms, the stack that foretells best also chooses best, and policies of nearby prices differ by more than luck. */
function searchFor({ ground }: TradeOffGround): Search {
  const { arm, arms } = ground.dataset;
  return arm.length > plentyOfRequests * arms ? fineSearch : carefulSearch;
}

/** There the largest price is sought that is just enough, so that every error of an estimate is bought; elsewhere nothing was gained by mending more (docs/learning.md). */
function onlyFloorCounts({ qualityValue, mostPrice }: Pick<TradeOffGround, 'qualityValue' | 'mostPrice'>): boolean {
  return qualityValue === 0 && mostPrice === null;
}

/** By arm: 1 where it may serve, at a price of quality. */
type ArmPool = (standings: ArmStandings) => (priceOfQuality: number) => Uint8Array;

/** All that are cheap enough, or fewer. Arms that have to do with each other tell of each other, and which of them to leave out would be a matter of luck on few tasks. */
function armPools(input: TradeOffGround): readonly ArmPool[] {
  const dearer = !onlyFloorCounts(input);
  const within = (most: number): ArmPool => {
    return (standings) => {
      const affordable = affordableArms(standings, { slack: most, dearer });
      return () => affordable;
    };
  };
  const every = within(Number.POSITIVE_INFINITY);
  if (dearer && (input.armsRelated || input.mostPrice !== null)) return [every];
  // Where requests are plenty, most arms are the best somewhere.
  if (dearer || input.ground.dataset.requests > plentyOfRequests) return [every, within(slack)];
  // Of equal ones, fewer.
  return [(standings) => (priceOfQuality) => frontierArms(standings, priceOfQuality), every];
}

/** Of each arm, over the requests. */
export function meanPrices(prices: Float64Array, requests: number, arms: number): Float64Array {
  const means = new Float64Array(arms);
  for (let request = 0; request < requests; request++)
    for (let arm = 0; arm < arms; arm++) means[arm] = (means[arm] as number) + (prices[request * arms + arm] as number) / requests;
  return means;
}

interface Predictions {
  /** Requests x arms. */
  readonly quality: Float64Array;
  /** Of each request, the arm of the best quality. */
  readonly finest: Int32Array;
}

/** Each request by the fit that left its fold out. */
function foldPredictions({ base, ground, folds }: TradeOffGround, perFold: readonly ArmFit[]): Predictions {
  const { dataset, centred } = ground;
  const { requests, arms } = dataset;
  const quality = base.slice();
  const finest = new Int32Array(requests);
  for (let request = 0; request < requests; request++) {
    const { weights, correction } = perFold[folds.of[request] as number] as ArmFit;
    const at = request * arms;
    let best = 0;
    for (let arm = 0; arm < arms; arm++) {
      let predicted = (base[at + arm] as number) + (correction[arm] as number);
      for (let member = 0; member < centred.length; member++)
        predicted += (weights[member] as number) * ((centred[member] as Float64Array)[at + arm] as number);
      quality[at + arm] = predicted;
      if (predicted > (quality[at + best] as number)) best = arm;
    }
    finest[request] = best;
  }
  return { quality, finest };
}

function runPolicy(
  input: TradeOffGround,
  { values: scores, known, imputedVariance, surprise }: ImputedScores,
  { perFold, predicted, lambda }: { readonly perFold: readonly Fit[]; readonly predicted: Predictions; readonly lambda: number },
): PolicyRun {
  const { data, ground, prices, folds, floor } = input;
  const { requests, arms, offsets, arm: asked } = ground.dataset;
  const repeatsLuck = onlyFloorCounts(input);
  const errors = [0, 1].map(() => chosenErrors({ biasSd, variance: data.variance }));
  const unknown = [0, 0];
  let total = 0;
  let quality = 0;
  let held = 0;
  let price = 0;
  const differences = new Float64Array(requests);
  let imputed = 0;
  for (let request = 0; request < requests; request++) {
    const decisions = data.decisions[request] as number;
    if (!(decisions > 0)) continue;
    const fit = perFold[folds.of[request] as number] as Fit;
    const at = request * arms;
    let chosen = fit.reference;
    let most = Number.NEGATIVE_INFINITY;
    for (let arm = 0; arm < arms; arm++) {
      const value = (predicted.quality[at + arm] as number) - lambda * (prices[at + arm] as number);
      if (fit.affordable[arm] === 1 && value > most) {
        most = value;
        chosen = arm;
      }
    }
    const own = scores[at + chosen] as number;
    const heldTo = floorArm(floor, { reference: fit.reference, finest: predicted.finest[request] as number, baseline: data.baseline[request] as number });
    const least = heldTo < 0 ? floorScore(floor, scores.subarray(at, at + arms)) : (scores[at + heldTo] as number) - marginOf(floor);
    total += decisions;
    quality += decisions * own;
    held += decisions * least;
    price += decisions * (prices[at + chosen] as number);
    differences[request] = own - least;
    // What both have in common, errors too, makes no difference.
    if (chosen === heldTo) continue;
    for (const [side, which] of [chosen, heldTo].entries()) {
      if (which < 0) continue;
      const missing = 1 - (known[at + which] as number);
      unknown[side] = (unknown[side] as number) + decisions * missing;
      imputed += missing * (imputedVariance[which] as number) * decisions ** 2;
      if (!repeatsLuck) continue;
      for (let cell = offsets[request] as number; cell < (offsets[request + 1] as number); cell++)
        if (asked[cell] === which) (errors[side] as ChosenErrors).add(data.inverse[cell] as number, surprise[cell] as number);
    }
  }
  if (!(total > 0)) return { lambda, quality: 0, floor: 0, price: 0, standardError: 0 };
  const mean = (quality - held) / total;
  const [ofChosen, ofFloor] = errors.map((own, side) => ((unknown[side] as number) / total) * own.expected()) as [number, number];
  let squares = 0;
  for (let request = 0; request < requests; request++) squares += ((data.decisions[request] as number) * ((differences[request] as number) - mean)) ** 2;
  return {
    lambda,
    quality: quality / total + ofChosen,
    floor: held / total + ofFloor,
    price: price / total,
    standardError: Math.sqrt(squares + imputed) / total,
  };
}
