/** The live models of a catalogue: each with its API's adapter, limits, breaker, account and fallback, shared where they must be. */
import { type Clock, type LanguageModel, type ModelCall, ModelError, type Random, type RateLimits, type SharedRate } from '@ratchet/core';
import { type ModelGround, nameOf } from '../catalogue/callable-models.ts';
import type { ModelEntry, ProviderEntry } from '../catalogue/catalogue-schema.ts';
import { baseUrlOf, keyOf } from '../catalogue/environment.ts';
import type { Price } from '../price.ts';
import { type BudgetedParts, budgetedModel } from '../resilience/budgeted-model.ts';
import { type CircuitBreaker, circuitBreaker } from '../resilience/circuit-breaker.ts';
import { fallbackModel } from '../resilience/fallback-model.ts';
import { resilientModel } from '../resilience/resilient-model.ts';
import { sharedTraffic } from '../resilience/shared-traffic.ts';
import { type Traffic, traffic } from '../resilience/traffic.ts';
import { type CallDeadlines, defaultCallDeadlines } from './call-watch.ts';
import { fittedModel } from './fitted-model.ts';
import { liveModel } from './live-model.ts';
import { openWire } from './open-wire.ts';
import { redactor } from './redactor.ts';
import { sharedAlarm } from './shared-alarm.ts';
import { type WatchedFetch, watchedFetch } from './watched-fetch.ts';
import type { Wire } from './wire.ts';

export interface LiveModels {
  /**
   * For one piece of work, whose calls draw on `account`. `price`, if given, takes the place of the catalogue's. Throws a
   * `ModelError` of kind `unknown-model` for a model that the catalogue lacks.
   */
  model(id: string, account: LiveAccount): LanguageModel;
  /** Ends connections that are kept open, and lets go of the clock. */
  close(): Promise<void>;
}

export interface LiveAccount extends Omit<BudgetedParts, 'price'> {
  /** Prices that go before those of the catalogue. */
  readonly prices?: Readonly<Record<string, Price>>;
  /** For the jitter of retries. */
  readonly random: Random;
  /** Headers of a call beside those of the API, as a server for tests may want them; by default none. */
  readonly headersOf?: (id: string, call: ModelCall) => Readonly<Record<string, string>>;
}

/** What all calls of a model share. */
interface Shared {
  readonly open: () => Promise<Wire>;
  readonly traffic: Traffic;
  readonly breaker: CircuitBreaker;
  readonly deadlines: CallDeadlines;
}

const baseDelayMs = 500;
const longestWaitMs = 120_000;

/** Limits that other processes keep too. */
export interface SharedLimits {
  /** `name`: of what the limit is, a provider or a model. */
  rate(name: string, limits: RateLimits): SharedRate;
  /** Told when they cannot be asked for. */
  readonly onFault: (error: unknown) => void;
}

export interface LiveModelsParts {
  readonly clock: Clock;
  /** By default limits are this process's alone. */
  readonly shared?: SharedLimits;
}

/** SDKs are loaded when a model is first called. */
export function liveModels({ catalogue, environment }: ModelGround, { clock, shared: sharing }: LiveModelsParts): LiveModels {
  const { models, providers } = catalogue;
  const redact = redactor(Object.values(providers).map((provider) => keyOf(provider, environment)));
  const shared = new Map<string, Shared>();
  const trafficOfProviders = new Map<string, Traffic>();
  const alarm = sharedAlarm(clock);
  let transport: Promise<WatchedFetch> | undefined;

  const entriesOf = (id: string): { readonly model: ModelEntry; readonly provider: ProviderEntry } => {
    const model = Object.hasOwn(models, id) ? models[id] : undefined;
    const provider = model === undefined ? undefined : providers[model.provider];
    if (model === undefined || provider === undefined) throw new ModelError('unknown-model', id, `there is no model "${id}" in the catalogue`);
    return { model, provider };
  };
  /** Limits of a provider hold for all its models together; without any, each model finds its own. */
  const trafficOf = (name: string, concurrency: number, limits: RateLimits = {}): Traffic => {
    const own = traffic(clock, { concurrency, ...limits });
    return sharing === undefined ? own : sharedTraffic(own, { rate: sharing.rate(name, limits), clock, onFault: sharing.onFault });
  };
  const trafficFor = (id: string, { model, provider }: ReturnType<typeof entriesOf>): Traffic => {
    const { concurrency } = provider;
    if (model.limits !== undefined || provider.limits === undefined) return trafficOf(`model ${id}`, concurrency, model.limits);
    let common = trafficOfProviders.get(model.provider);
    if (common === undefined) {
      common = trafficOf(`provider ${model.provider}`, concurrency, provider.limits);
      trafficOfProviders.set(model.provider, common);
    }
    return common;
  };
  const sharedOf = (id: string): Shared => {
    const known = shared.get(id);
    if (known !== undefined) return known;
    const entries = entriesOf(id);
    const { model, provider } = entries;
    let opened: ReturnType<Shared['open']> | undefined;
    const open = async () => {
      transport ??= watchedFetch();
      const settings = { apiName: nameOf(id, model), baseUrl: baseUrlOf(provider, environment), key: keyOf(provider, environment), ignores: model.ignores };
      return openWire[provider.api]({ ...settings, transport: await transport });
    };
    const made: Shared = {
      open: () => {
        opened ??= open();
        return opened;
      },
      traffic: trafficFor(id, entries),
      breaker: circuitBreaker(clock),
      deadlines: { ...defaultCallDeadlines, ...Object.fromEntries(Object.entries(provider.deadlines ?? {}).filter(([, ms]) => ms !== undefined)) },
    };
    shared.set(id, made);
    return made;
  };
  const model = (id: string, account: LiveAccount): LanguageModel => {
    const { model: entry, provider } = entriesOf(id);
    const { open, traffic, breaker, deadlines } = sharedOf(id);
    const { random, prices, headersOf, ...parts } = account;
    const price = prices?.[id] ?? entry.price;
    const single = liveModel(id, { open, clock, alarm, price, redact, headersOf, deadlines, onResponse: traffic.observe });
    const paid = budgetedModel(single, { ...parts, price });
    const retries = { maxRetries: provider.maxRetries, baseDelayMs, longestWaitMs, afterContent: false };
    const whole = fittedModel(resilientModel(paid, { clock, random: random.child(id), traffic, breaker, retries }), entry);
    return entry.fallback === undefined ? whole : fallbackModel(whole, model(entry.fallback, account));
  };
  return {
    model,
    close: async () => {
      // It waits for what is under way, whose deadlines hold until then.
      await (await transport)?.close();
      alarm.end();
    },
  };
}
