/** Decides on requests with what serves, or with a generation that somebody names; explains what it would decide. */
import type { Arm, Candidate, DetailedAnalysis, Random, Store } from '@ratchet/core';
import { type DecisionExplanation, SnapshotError, type UtilityPrices } from '@ratchet/learning';
import { ServiceError } from '../service-error.ts';
import type { Ask } from './ask.ts';
import { type Choice, chooseArm } from './choose-arm.ts';
import type { ExplorationAccount, ExplorationSettings, PriceOfModel } from './exploration.ts';
import type { Generation } from './generation.ts';
import { knownAnalyses } from './known-analyses.ts';
import type { LivePolicy } from './live-policy.ts';

/** A decision that was made for a request. */
export interface Suggestion extends Choice {
  readonly generation: number;
  readonly analysis: DetailedAnalysis;
}

/** With the probability of every arm, and what its generation makes of each. */
export interface ExplainedSuggestion {
  readonly suggestion: Suggestion;
  readonly probabilities: readonly Candidate[];
  readonly explanation: DecisionExplanation;
}

export interface DeciderParts {
  readonly byId: ReadonlyMap<string, Arm>;
  readonly prices: UtilityPrices;
  readonly store: Store;
  readonly live: LivePolicy;
  readonly random: Random;
  readonly exploration: ExplorationSettings;
  readonly account: ExplorationAccount;
  readonly priceOf: PriceOfModel;
}

export interface Decider {
  /** `warm`: the arm of the request's session. Rejects with a `ServiceError` for a generation that cannot be had. */
  decide(ask: Ask, options: { readonly tenant: string; readonly warm: Arm | undefined; readonly explores: boolean }): Promise<Suggestion>;
  /** With what serves, without exploring, and without trace. */
  suggest(ask: Ask, tenant: string): Suggestion;
  /** The same with what stands beside it. Rejects with a `ServiceError` for a generation that cannot be had. */
  explain(ask: Ask, tenant: string): Promise<ExplainedSuggestion>;
}

export function decider({ byId, prices, store, live, random, exploration, account, priceOf }: DeciderParts): Decider {
  const explores = (): boolean => exploration.share > 0 && account.open();
  const analyses = knownAnalyses();

  const choose = (ask: Ask, { analysis, generation, explores: may, warm }: Ground): Suggestion => {
    const ground = {
      generation,
      byId,
      candidate: live.candidate(),
      usualUsd: account.usualUsd(),
      priceOf,
      prices,
      random: random.child(ask.id),
      exploration: may ? exploration : null,
      warm,
    };
    return { ...chooseArm(ask, analysis, ground), generation: generation.generation, analysis: { ...analysis, requestId: ask.id } };
  };

  const generationOf = async ({ generation }: Ask): Promise<Generation> => {
    if (generation === undefined || generation === live.current().generation) return live.current();
    if (generation > 0 && (await store.snapshot(generation)) === undefined)
      throw new ServiceError(404, `there is no generation ${generation}`, { code: 'generation_not_found', param: 'generation' });
    try {
      return await live.open(generation);
    } catch (error) {
      if (!(error instanceof SnapshotError)) throw error;
      throw new ServiceError(409, error.message, { code: 'generation_unusable', cause: error, param: 'generation' });
    }
  };

  return {
    decide: async (ask, { tenant, warm, explores: may }) => {
      const named = ask.generation !== undefined;
      const generation = named ? await generationOf(ask) : live.current();
      return choose(ask, { analysis: analyses.of(ask, tenant), generation, warm: named ? undefined : warm, explores: may && !named && explores() });
    },
    suggest: (ask, tenant) => choose(ask, { analysis: analyses.of(ask, tenant), generation: live.current(), warm: undefined, explores: false }),
    explain: async (ask, tenant) => {
      const ground = { analysis: analyses.of(ask, tenant), generation: await generationOf(ask), warm: undefined };
      const suggestion = choose(ask, { ...ground, explores: false });
      // As requests are decided on now; a generation that is named does not explore.
      const { candidates } = choose(ask, { ...ground, explores: ask.generation === undefined && explores() });
      return { suggestion, probabilities: candidates, explanation: ground.generation.explain(ground.analysis, random.child(ask.id)) };
    },
  };
}

interface Ground {
  readonly analysis: DetailedAnalysis;
  readonly generation: Generation;
  readonly warm: Arm | undefined;
  readonly explores: boolean;
}
