/** Decides with which arm a request is answered, and says what that rests on. */
import { type Analysis, type Arm, armId, armSchema, type Candidate, type Random } from '@ratchet/core';
import type { UtilityPrices } from '@ratchet/learning';
import { ServiceError } from '../service-error.ts';
import type { Ask } from './ask.ts';
import { drawCandidate, type ExplorationSettings, estimatedUsd, mixedCandidates, type PriceOfModel, restricted } from './exploration.ts';
import type { Generation, Prediction } from './generation.ts';
import { predictedRegret } from './predicted-regret.ts';

export interface Choice {
  readonly arm: Arm;
  readonly armId: string;
  readonly propensity: number;
  /** Empty where nothing was left to chance on purpose. */
  readonly candidates: readonly Candidate[];
  readonly explored: boolean;
  /** False where the choice was not the policy's. */
  readonly learnable: boolean;
  readonly prediction: Prediction | null;
  readonly predictedRegret: number | null;
}

export interface ChoiceGround {
  readonly generation: Generation;
  /** Those of generation 0 too, which may be no candidates of the learner's. */
  readonly byId: ReadonlyMap<string, Arm>;
  /** null where nothing but what serves may decide. */
  readonly exploration: Pick<ExplorationSettings, 'share' | 'canaryShare' | 'dearest'> | null;
  readonly candidate: Generation | null;
  /** What recent requests cost on the mean, in US dollars; null where that is not known. */
  readonly usualUsd: number | null;
  readonly priceOf: PriceOfModel;
  readonly prices: UtilityPrices;
  /** The arm that the request's session has, while it is warm. */
  readonly warm: Arm | undefined;
  readonly random: Random;
}

/** A warm session changes its arm for so much more quality, or for so much less cost. */
const worthwhile = { quality: 0.05, costShare: 0.5 };

/** Throws a `ServiceError` (400) where no arm can carry what the request needs. */
export function chooseArm(ask: Ask, analysis: Analysis, ground: ChoiceGround): Choice {
  const { generation, byId, random, warm } = ground;
  if (ask.model !== 'auto') return certain(armSchema.parse({ strategy: 'direct', model: ask.model.fixed }), null);
  const any = ask.conversation === undefined;
  const fits = (id: string): boolean => any || byId.get(id)?.strategy === 'direct';
  const able = any ? null : [...byId.values()].filter((arm) => arm.strategy === 'direct');
  if (able?.length === 0) {
    throw new ServiceError(
      400,
      'earlier turns, tools and forced formats need an arm of the strategy "direct", and this service has none; name a model instead',
      {
        param: 'messages',
      },
    );
  }
  const fitting = (candidates: readonly Candidate[]): readonly Candidate[] => (able === null ? candidates : restricted(candidates, fits, able));
  const served = generation.exploit.decide(analysis, random);
  const exploit = fitting(served.candidates);
  const explore = fitting(generation.explore.decide(analysis, random).candidates);
  const predictions = generation.predict(analysis);
  const usual = likeliest(exploit);
  if (warm !== undefined && fits(armId(warm)) && !paysToSwitch(predictions, { from: armId(warm), to: usual })) {
    return certain(warm, predictions?.get(armId(warm)) ?? null);
  }
  const costs = new Map<string, number | null>();
  const costOf = (id: string): number | null => {
    let cost = costs.get(id);
    if (cost === undefined) {
      const arm = byId.get(id);
      cost = arm === undefined ? null : estimatedUsd(analysis, arm, { priceOf: ground.priceOf, kind: 'expected' });
      costs.set(id, cost);
    }
    return cost;
  };
  const { exploration, candidate } = ground;
  const own = exploration === null ? null : costOf(usual);
  const limit = own === null ? null : Math.max(own, ground.usualUsd ?? 0);
  const affordable = (id: string): boolean => limit === null || exploration === null || (costOf(id) ?? 0) <= exploration.dearest * limit;
  const tried =
    candidate === null || exploration === null
      ? exploit
      : mixedCandidates({ exploit, explore: fitting(candidate.exploit.decide(analysis, random).candidates) }, { share: exploration.canaryShare, affordable });
  const candidates = mixedCandidates({ exploit: tried, explore }, { share: exploration?.share ?? 0, affordable });
  const chosen = drawCandidate(candidates, random.uniform('serve'));
  return {
    arm: byId.get(chosen.armId) ?? served.arm,
    ...chosen,
    candidates,
    explored: !exploit.some((one) => one.armId === chosen.armId),
    learnable: true,
    prediction: predictions?.get(chosen.armId) ?? null,
    predictedRegret: predictedRegret(predictions, { chosen: chosen.armId, able: fits }, { prices: ground.prices, scale: generation.state.scale }),
  };
}

function certain(arm: Arm, prediction: Prediction | null): Choice {
  return { arm, armId: armId(arm), propensity: 1, candidates: [], explored: false, learnable: false, prediction, predictedRegret: null };
}

function likeliest(candidates: readonly Candidate[]): string {
  return candidates.reduce((best, one) => (one.propensity > best.propensity ? one : best)).armId;
}

function paysToSwitch(predictions: ReadonlyMap<string, Prediction> | null, { from, to }: { readonly from: string; readonly to: string }): boolean {
  const [before, after] = [predictions?.get(from), predictions?.get(to)];
  if (before === undefined || after === undefined) return false;
  if (after.quality - before.quality > worthwhile.quality) return true;
  const cheaper = before.costUsd !== null && after.costUsd !== null && after.costUsd < worthwhile.costShare * before.costUsd;
  return cheaper && after.quality >= before.quality - 0.01;
}
