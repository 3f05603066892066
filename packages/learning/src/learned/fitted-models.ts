/** All models of outcomes that a policy decides by, fitted on the evidence: a pure function of it. */
import { type Arm, armId, seededRandom } from '@ratchet/core';
import { betaSd } from '../beta/beta-distribution.ts';
import { hierarchicalBeta } from '../beta/hierarchical-beta.ts';
import type { TextEmbedding } from '../embedding/text-embedding.ts';
import { cellMember } from '../models/cell-member.ts';
import { type ForestMember, forestMember } from '../models/forest-member.ts';
import { neighbourMember } from '../models/neighbour-member.ts';
import type { MemberFit, OutcomeDataset, RequestView } from '../models/outcome-dataset.ts';
import { stackGround, stackSums } from '../models/stack.ts';
import type { UtilityPrices, UtilityScale } from '../objective.ts';
import { frontierGaps } from './affordable-arms.ts';
import { armFeatures } from './arm-features.ts';
import type { Evidence } from './evidence.ts';
import { armParents, type EvidenceDataset, evidenceDataset, modelsKey } from './evidence-dataset.ts';
import { type ExecutionModel, executionModel } from './execution-model.ts';
import { type LinearBase, linearBase, marginalBase } from './linear-base.ts';
import { emptyForecast, executionForecasts, type OutcomeForecast, qualityForecasts } from './outcome-forecasts.ts';
import type { QualityFloor } from './quality-floor.ts';
import type { RequestEntry } from './request-entry.ts';
import { type ComparedRequests, plentyOfRequests, type RequestGround, requestGround, treeFeatures } from './request-ground.ts';
import { findTradeOff, meanPrices, type TradeOff, type TradeOffGround } from './trade-off.ts';

/** What mends the predictions of the base. */
export type MemberName = 'neighbours' | 'cells' | 'forest';
export const memberNames: readonly MemberName[] = ['neighbours', 'cells', 'forest'];

export interface FitSettings {
  readonly members: readonly MemberName[];
  readonly tenantShare: number;
  readonly qualityValue: number;
  readonly floor: QualityFloor;
  readonly caution: number;
  /** As of `TradeOffGround`. */
  readonly belowFloor: number;
  /** As of `TradeOffGround`. */
  readonly mostPrice: number | null;
}

export interface FitGround {
  readonly arms: readonly Arm[];
  readonly embedding: TextEmbedding | null;
  readonly prices: UtilityPrices;
  readonly scale: UtilityScale | null;
  readonly settings: FitSettings;
}

/** What says how far forecasts are off: predictions of quality that left the request out, and what came of it. */
export interface CrossFitted extends Pick<TradeOffGround, 'base' | 'ground' | 'sums' | 'folds'> {
  readonly data: EvidenceDataset;
}

export interface FittedModels {
  readonly tradeOff: TradeOff;
  readonly members: readonly MemberFit[];
  readonly cost: ExecutionModel | null;
  readonly latency: ExecutionModel | null;
  readonly crossFitted: CrossFitted;
  /** Of one outcome around the mean of its arm, and the share of it that repeats with the request. */
  readonly variance: number;
  readonly repeatability: number;
  /** A request as the members see it: the most of a forecast's time, and none of it depends on the arms. */
  view(entry: RequestEntry): RequestView;
  forecast(view: RequestView): OutcomeForecast;
}

const folds = 10;
/** Answers that a new arm's relatives count as. */
const betaStrength = 10;
const priorQuality = 0.7;
/** A quality difference that is worth a third of the relevance of the best arm. */
const contention = 0.05;
const leastRelevance = 0.05;
/** Of dozens of arms that will not serve, all together are to weigh less than one that may. */
const leastBelowFrontier = 0.001;

export function fitModels(evidence: Evidence, { arms, embedding, prices, scale, settings }: FitGround): FittedModels {
  const data = evidenceDataset(evidence, arms, { tenantShare: settings.tenantShare });
  const { quality: dataset, entries } = data;
  const standing = requestGround(entries, embedding);
  const { linear } = standing;
  // Arms that are no candidates any more still tell of their relatives.
  const everyArm = [...arms, ...retiredArms(evidence, arms)];
  const all = everyArm.length === arms.length ? data : evidenceDataset(evidence, everyArm, { tenantShare: settings.tenantShare });
  const features = armFeatures(everyArm);
  const armSd = armBase(all.quality, everyArm).slice(0, arms.length).map(betaSd);
  const contextual = withoutRetired(linearBase(all.quality, { linear, features }), all.quality, arms.length);
  // Where no two arms have the same models, the linear model knows nothing that members do not, and adds its noise.
  const related = new Set(everyArm.map(modelsKey)).size < everyArm.length;
  const base = related ? contextual : marginalBase(contextual, data.decisions);
  const means = marginalBase(contextual, data.decisions).leftOut.slice(0, arms.length);
  const residuals: OutcomeDataset = { ...dataset, value: residualsOf(dataset, base.leftOut) };
  const cost = executionModel(all, 'cost', { linear, features });
  const latency = executionModel(all, 'latency', { linear, features });
  const execution = executionForecasts({ cost, latency }, { prices, scale });
  const requestPrices = new Float64Array(dataset.requests * arms.length);
  linear.forEach((row, request) => {
    requestPrices.set(execution(row, emptyForecast(arms.length)).price, request * arms.length);
  });
  const price = meanPrices(requestPrices, dataset.requests, arms.length);
  const relevance = armRelevance(means, { price, deviation: armSd, settings, requests: dataset.requests });
  const { members, compared } = fitMembers(residuals, { standing, relevance, members: settings.members });
  const ground = stackGround(residuals, members);
  const fold = Int32Array.from({ length: dataset.requests }, (_, request) => Math.floor(seededRandom('fold').uniform(request) * folds));
  const allFolds = { count: folds, of: fold };
  const sums = stackSums(ground, relevance, allFolds);
  const tradeOff = findTradeOff({
    data,
    base: base.leftOut,
    ground,
    sums,
    folds: allFolds,
    prices: requestPrices,
    qualityValue: settings.qualityValue,
    floor: settings.floor,
    caution: settings.caution,
    belowFloor: settings.belowFloor,
    mostPrice: settings.mostPrice,
    armsRelated: related,
  });
  return {
    tradeOff,
    members,
    cost,
    latency,
    crossFitted: { data, base: base.leftOut, ground, sums, folds: allFolds },
    variance: data.variance,
    repeatability: data.repeatability,
    view: compared.view,
    forecast: qualityForecasts(dataset, { members, tradeOff, base, variance: data.variance, armSd, execution }),
  };
}

function retiredArms({ arms: known }: Evidence, arms: readonly Arm[]): readonly Arm[] {
  const candidates = new Set(arms.map(armId));
  return [...known.keys()]
    .filter((id) => !candidates.has(id))
    .sort()
    .map((id) => known.get(id) as Arm);
}

/** The first `candidates` columns. */
function withoutRetired(base: LinearBase, { requests, arms }: OutcomeDataset, candidates: number): LinearBase {
  if (candidates === arms) return base;
  const leftOut = new Float64Array(requests * candidates);
  for (let request = 0; request < requests; request++) leftOut.set(base.leftOut.subarray(request * arms, request * arms + candidates), request * candidates);
  return { ...base, leftOut };
}

function armBase({ arms: count, arm, value, weight }: OutcomeDataset, arms: readonly Arm[]) {
  const weights = new Float64Array(count);
  const sums = new Float64Array(count);
  for (let cell = 0; cell < arm.length; cell++) {
    const which = arm[cell] as number;
    weights[which] = (weights[which] as number) + (weight[cell] as number);
    sums[which] = (sums[which] as number) + (weight[cell] as number) * (value[cell] as number);
  }
  return hierarchicalBeta(
    arms.map((own, index) => ({
      parents: armParents(own),
      totals: { weight: weights[index] as number, sum: Math.min(sums[index] as number, weights[index] as number) },
    })),
    { mean: priorQuality, strength: betaStrength },
  );
}

/** How much an arm's outcomes matter: those that might be chosen. In (0, 1], 1 for the best. */
function armRelevance(
  means: Float64Array,
  {
    price,
    deviation,
    settings,
    requests,
  }: { readonly price: Float64Array; readonly deviation: readonly number[]; readonly settings: FitSettings; readonly requests: number },
): Float64Array {
  // With outcomes enough to tell all arms apart, looking at a few of them only loses what the others say of a place.
  if (requests > plentyOfRequests) return new Float64Array(means.length).fill(1);
  const best = means.reduce((highest, mean) => Math.max(highest, mean), 0);
  if (settings.qualityValue > 0 || settings.mostPrice !== null) return means.map((mean) => Math.max(leastRelevance, Math.exp((mean - best) / contention)));
  // Where only a floor counts, those may be chosen that are on the frontier of the means, as well as these are known.
  return frontierGaps({ mean: means, price, reference: means.indexOf(best) }).map((gap, arm) =>
    Math.max(leastBelowFrontier, Math.exp(-gap / (deviation[arm] as number))),
  );
}

function residualsOf({ requests, arms, offsets, arm, value }: OutcomeDataset, predicted: Float64Array): Float64Array {
  const residuals = value.slice();
  for (let request = 0; request < requests; request++) {
    for (let cell = offsets[request] as number; cell < (offsets[request + 1] as number); cell++)
      residuals[cell] = (value[cell] as number) - (predicted[request * arms + (arm[cell] as number)] as number);
  }
  return residuals;
}

interface MemberGround {
  readonly standing: RequestGround;
  readonly relevance: Float64Array;
  readonly members: readonly MemberName[];
}

interface FittedMembers {
  readonly members: readonly MemberFit[];
  readonly compared: ComparedRequests;
}

/**
 * Where requests are plenty, neighbours and cells are those by what the forest found to tell outcomes apart: squared distances count by its importance
 * (Wettschereck, Aha and Mohri 1997).
 */
function fitMembers(dataset: OutcomeDataset, { standing, relevance, members }: MemberGround): FittedMembers {
  const { requests } = dataset;
  if (requests <= 1) return { members: [], compared: standing.alike };
  const plenty = requests > plentyOfRequests;
  const forest = members.includes('forest') ? fitForest(dataset, { standing, relevance }) : null;
  const compared = plenty && forest !== null ? standing.weighted(forest.importance) : standing.alike;
  // Large sets say more about each place.
  const prior = plenty ? { shared: 1, own: 3 } : { shared: 1, own: 8 };
  const fitted: MemberFit[] = [];
  // Weighed by what tells outcomes apart, more of the nearest requests are alike.
  if (members.includes('neighbours'))
    for (const neighbours of plenty ? [20, 60, 120] : [20, 60]) fitted.push(neighbourMember(dataset, compared.nearest(), { neighbours, prior }));
  if (members.includes('cells')) fitted.push(cellMember(dataset, compared.partitions(), prior));
  if (forest !== null) fitted.push(forest);
  return { members: fitted, compared };
}

function fitForest(dataset: OutcomeDataset, { standing, relevance }: Pick<MemberGround, 'standing' | 'relevance'>): ForestMember {
  return forestMember(
    dataset,
    { points: standing.points, relevance },
    {
      settings: {
        trees: dataset.requests > 500 ? 200 : 100,
        features: treeFeatures,
        minLeafRequests: 4,
        featureShare: 0.5,
        prior: { shared: 0.1, own: 0.1 },
      },
      random: seededRandom('members').child('forest'),
    },
  );
}
