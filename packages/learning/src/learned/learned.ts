/** `learned` (and `greedy`): learns strategy, model and parameters together, from the outcomes of the arms it chose. */
import { type Analysis, armId, type Policy, seededRandom } from '@ratchet/core';
import type { Learner, LearningTask } from '../learner.ts';
import type { UtilityPrices, UtilityScale } from '../objective.ts';
import type { LearningEvent } from '../outcome.ts';
import { decideFrom } from '../policies/decide-from.ts';
import { type ArmForecasts, greedyArm } from './choose-arm.ts';
import { type Elimination, eliminationPropensities, rivalries } from './eliminate-arms.ts';
import { type Evidence, foldEvidence, ofCellKey, slot } from './evidence.ts';
import { type FitSettings, type FittedModels, fitModels, type MemberName, memberNames } from './fitted-models.ts';
import { initialState, type LearnedState, withEmbedding } from './learned-state.ts';
import { requestEntry, requestKey } from './request-entry.ts';
import { restoreState, saveState } from './saved-state.ts';
import { type WatchedForecasts, watchDrift } from './watch-drift.ts';

export interface LearnedSettings {
  readonly name: string;
  /** Least probability that is spread evenly over the allowed arms while exploring, in [0, 1]; more in early generations. */
  readonly epsilon: number;
  /** Whether it explores by elimination; `greedy` trusts its means. */
  readonly explores: boolean;
  /** Outcome models that are combined. */
  readonly members: readonly MemberName[];
  /** Largest share of an arm's outcomes that one of several tenants may stand for, in (0, 1]. */
  readonly tenantShare: number;
}

export const learnedSettings: LearnedSettings = { name: 'learned', epsilon: 0.05, explores: true, members: memberNames, tenantShare: 0.25 };
export const greedySettings: LearnedSettings = { ...learnedSettings, name: 'greedy', epsilon: 0, explores: false };

/** Where only the floor counts, the price of quality that keeps it is not known well: arms that are the best at less of it are in contention. */
const priceShares = [0, 0.3, 1];
/** z of the 90th percentile. */
const z90 = 1.2815515655446004;

/** Explores by elimination on a stack of outcome models, at the price of quality that the objective calls for. */
export function learnedLearner(task: LearningTask, settings: LearnedSettings = learnedSettings): Learner<LearnedState> {
  const parts = { task, settings, ids: task.arms.map(armId) };
  return {
    name: settings.name,
    initial: () => initialState,
    learn: (state, events) => learnGeneration(state, events, parts),
    policy: (state, mode) =>
      // Nobody is served by guesses: while no answer has been judged, they are for exploring only.
      state.generation === 0 || (mode === 'exploit' && !isJudged(state))
        ? { name: settings.name, decide: (analysis, random) => task.initialPolicy.decide(analysis, random) }
        : policyFrom(state, mode, parts),
    save: saveState,
    restore: restoreState,
  };
}

function learnGeneration(state: LearnedState, events: readonly LearningEvent[], parts: PolicyParts): LearnedState {
  const { task } = parts;
  const watched = state.generation === 0 || !isJudged(state) ? state : watchDrift(state, events, watchedForecasts(state, parts));
  const folded = foldEvidence(watched.evidence, events, { clip: 3 * task.arms.length, baselineOf: (analysis) => baselineArm(task, analysis) });
  return { ...withEmbedding(folded, state.embedding), generation: state.generation + 1, scale: state.scale ?? scaleOf(folded), drift: watched.drift };
}

function watchedForecasts(state: LearnedState, parts: PolicyParts): WatchedForecasts {
  const models = modelsOfState(state, parts);
  const positions = new Map(parts.ids.map((id, index) => [id, index]));
  const known = new Map<Analysis, Float64Array>();
  return {
    variance: models.variance,
    repeatability: models.repeatability,
    expected: ({ analysis, arm }) => {
      const position = positions.get(armId(arm));
      if (position === undefined) return null;
      let quality = known.get(analysis);
      if (quality === undefined) {
        ({ quality } = models.forecast(models.view(requestEntry(analysis))));
        known.set(analysis, quality);
      }
      return quality[position] as number;
    },
  };
}

function baselineArm(task: LearningTask, analysis: Analysis): string | null {
  const { candidates, armId: id } = task.initialPolicy.decide(analysis, seededRandom('floor'));
  return candidates.length === 1 ? id : null;
}

/** Whether the quality of any answer is known: until then, generation 0 serves. */
export function isJudged({ evidence }: LearnedState): boolean {
  for (const { decisions } of evidence.requests.values()) if (decisions > 0) return true;
  return false;
}

/** Means of all outcomes so far; null while none is judged. Sums are exact, so neither order nor duplicates matter. */
function scaleOf({ overall }: Evidence): UtilityScale | null {
  const mean = (sum: number, count: number): number | null => {
    let total = 0;
    let times = 0;
    for (const sums of overall.values()) {
      total += sums[sum] as number;
      times += sums[count] as number;
    }
    return times === 0 ? null : total / times;
  };
  const quality = mean(slot.quality, slot.count);
  return quality === null ? null : { quality, costUsd: mean(slot.cost, slot.costs), latencyMs: mean(slot.latency, slot.latencies) };
}

interface PolicyParts {
  readonly task: LearningTask;
  readonly settings: LearnedSettings;
  readonly ids: readonly string[];
}

/** Exploring and exploiting share them, and so do both policies of a promotion. */
const modelsByState = new WeakMap<LearnedState, { readonly parts: PolicyParts; readonly models: FittedModels }>();

/** The models that a learner's state comes to; fitted when first asked for. */
export function modelsOfState(state: LearnedState, parts: PolicyParts): FittedModels {
  const known = modelsByState.get(state);
  if (known?.parts.task === parts.task && known.parts.settings === parts.settings) return known.models;
  const { task, settings } = parts;
  const models = fitModels(state.evidence, {
    arms: task.arms,
    embedding: state.embedding?.embedding ?? null,
    ...pricesAndScale(task, state),
    settings: fitSettings(task, settings),
  });
  modelsByState.set(state, { parts, models });
  return models;
}

function fitSettings({ objective, prices }: LearningTask, { members, tenantShare }: LearnedSettings): FitSettings {
  const common = { members, tenantShare, floor: { kind: 'none' }, qualityValue: 0, caution: 0, belowFloor: prices.belowFloor, mostPrice: null } as const;
  switch (objective.kind) {
    case 'constrained':
      return { ...common, floor: objective.floor, qualityValue: objective.qualityValue, caution: objective.caution };
    case 'weighted':
      return { ...common, qualityValue: 1 };
    case 'budget':
      return { ...common, mostPrice: 1 };
    default:
      return objective satisfies never;
  }
}

/** Under a budget only cost has a price, and 1 is the budget. */
function pricesAndScale({ objective, prices }: LearningTask, { scale }: LearnedState): { readonly prices: UtilityPrices; readonly scale: UtilityScale | null } {
  if (objective.kind !== 'budget') return { prices, scale };
  return { prices: { ...prices, cost: 1, latency: 0 }, scale: { quality: scale?.quality ?? 0, costUsd: objective.usdPerRequest, latencyMs: null } };
}

function policyFrom(state: LearnedState, mode: 'explore' | 'exploit', parts: PolicyParts): Policy {
  const { task, ids, settings } = parts;
  const models = modelsOfState(state, parts);
  const { tradeOff } = models;
  const onlyReference = servesOnlyReference(models, task);
  const elimination = { ...contention(models, task), epsilon: explorationShare(settings, state) };
  // The same request is decided again and again within a generation, and nothing changes in between.
  const known = new WeakMap<Analysis, readonly number[]>();
  const propensitiesOf = (analysis: Analysis): readonly number[] => {
    const forecasts = forecastArms(analysis, models, task);
    if (mode === 'explore' && settings.explores)
      return eliminationPropensities(forecasts, { ...elimination, known: knownShares(state, analysis, { ids, repeatability: models.repeatability }) });
    const best =
      onlyReference && (forecasts.allowed[tradeOff.reference] as boolean)
        ? tradeOff.reference
        : greedyArm(servable(forecasts, tradeOff), tradeOff.priceOfQuality);
    return ids.map((_, arm) => (arm === best ? 1 : 0));
  };
  return {
    name: settings.name,
    decide: (analysis, random) => {
      let propensities = known.get(analysis);
      if (propensities === undefined) {
        propensities = propensitiesOf(analysis);
        known.set(analysis, propensities);
      }
      return decideFrom(task.arms, ids, propensities, random);
    },
  };
}

/** Forecasts of all arms, and which of them keep the deadline at their 90th percentile. */
export function forecastArms(
  analysis: Analysis,
  models: FittedModels,
  { objective, arms }: LearningTask,
): ArmForecasts & { readonly costUsd: Float64Array | null; readonly latencyMs: Float64Array | null } {
  const forecast = models.forecast(models.view(requestEntry(analysis)));
  const deadlineMs = objective.kind === 'constrained' ? objective.deadlineMs : undefined;
  const spread = latencyP90Factor(models);
  const allowed = arms.map((_, arm) => deadlineMs === undefined || forecast.latencyMs === null || (forecast.latencyMs[arm] as number) * spread <= deadlineMs);
  return { ...forecast, allowed };
}

/** From an expected latency to its 90th percentile. */
export function latencyP90Factor({ latency }: Pick<FittedModels, 'latency'>): number {
  return latency === null ? 1 : Math.exp(z90 * latency.logDeviation);
}

/** Where no policy is as good as the best arm less the margin, by the estimates, that arm serves every request. */
export function servesOnlyReference({ tradeOff }: Pick<FittedModels, 'tradeOff'>, { objective }: Pick<LearningTask, 'objective'>): boolean {
  return !tradeOff.reached && objective.kind === 'constrained' && objective.floor.kind === 'best-arm';
}

/** 1 / (generations seen + 1)^1.5, at least epsilon: the first outcomes are all of a few arms, on the requests the heuristic gave them. */
function explorationShare({ epsilon }: LearnedSettings, { generation }: LearnedState): number {
  return Math.max(epsilon, (1 + generation) ** -1.5);
}

/** Which arms outcomes are wanted of: at what prices of quality one may be the best, and which may be what the floor is taken from. */
function contention({ tradeOff }: FittedModels, { objective }: LearningTask): Pick<Elimination, 'pricesOfQuality' | 'references'> {
  const { priceOfQuality, standing, standingError } = tradeOff;
  const constrained = objective.kind === 'constrained';
  return {
    pricesOfQuality: constrained && objective.qualityValue === 0 ? priceShares.map((share) => share * priceOfQuality) : [priceOfQuality],
    references: constrained && objective.floor.kind === 'best-arm' ? rivalries(standing, standingError) : null,
  };
}

/** By arm: what of an outcome on this request repeats what was seen of it, by the reliability of the mean of so many (Spearman 1910, Brown 1910). */
function knownShares(
  { evidence }: LearnedState,
  analysis: Analysis,
  { ids, repeatability }: { readonly ids: readonly string[]; readonly repeatability: number },
): Float64Array {
  const counts = new Float64Array(ids.length);
  for (const [name, sums] of evidence.requests.get(requestKey(analysis))?.cells ?? []) {
    const arm = ids.indexOf(ofCellKey(name).armId);
    if (arm >= 0) counts[arm] = (counts[arm] as number) + (sums[slot.count] as number);
  }
  return counts.map((count) => (count * repeatability) / (1 + Math.max(0, count - 1) * repeatability));
}

/** Without the arms that cannot help, as the policy that was judged had it; unless there are no others in time. */
function servable(forecasts: ArmForecasts, { affordable }: FittedModels['tradeOff']): ArmForecasts {
  const allowed = forecasts.allowed.map((own, arm) => own && affordable[arm] === 1);
  return allowed.some(Boolean) ? { ...forecasts, allowed } : forecasts;
}
