/** Wires live models, cassettes and caches to the harness: the part of `compose.ts` for answers that come from elsewhere. */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LanguageModel, type ModelDirectory, modelsOf, type SharedAccount, seededRandom, systemClock, virtualClock } from '@ratchet/core';
import { configError, type Scenario, type World } from '@ratchet/harness';
import {
  answerCache,
  availabilityOf,
  chooseLiveModel,
  exchangeSession,
  insistently,
  liveModels,
  luckHeaders,
  type ModelGround,
  modelDirectory,
  openExchangeFile,
  type Price,
  type PriceTable,
  recordingModel,
  replayingModel,
  type SharedLimits,
  type Simulation,
  type SpentTry,
  sharedSpending,
  UnknownPriceError,
} from '@ratchet/providers';
import { statusText } from './commands/models.ts';
import { keptAccount, type LiveAccount, unkeptAccount } from './live-account.ts';
import { type LivePrices, livePrices, type NamedChoice, priceOfChoice } from './live-prices.ts';
import { loadCatalogue } from './load-catalogue.ts';
import { fromHere } from './project-folders.ts';
import { UsageError } from './usage-error.ts';

export interface LiveWords {
  /** A catalogue of the user's own. */
  readonly models?: string;
  /** A cassette to write. */
  readonly record?: string;
  /** A file of answers that need not be asked for again. */
  readonly cache?: string;
  readonly cacheRepeats?: boolean;
  readonly budgetUsd?: number;
  /** Tries of a call after its first, in the place of what the catalogue says. */
  readonly maxRetries?: number;
  /** Of a judge among the scorers, beside that of the run. */
  readonly judgeBudgetUsd?: number;
}

/** A world whose answers do not follow from the scenario alone. */
export interface OutsideWorld {
  readonly world: World;
  /** What they come from: part of the plan's identity. */
  readonly answersFrom: string;
}

export interface LiveWorld extends OutsideWorld {
  /** What a person should know before it costs anything. */
  readonly notes: readonly string[];
  /** Opens the run's account in its folder: what was spent there before counts. Needed before anything is executed. */
  begin(directory: string, fresh: boolean): void;
  /** In its place: accounts without a limit and without a record, for who keeps what each request cost elsewhere. */
  beginUnkept(): void;
  /**
   * In the place of the run's own account: one that other processes spend from too. `note` is told what each try cost. Needs the limits that
   * are shared; what they or the account cannot be asked for ends attempts as a budget does.
   */
  draw(account: SharedAccount, note: (spent: SpentTry) => Promise<void>): void;
  /** Resolves when all that was spent from a shared account is booked and noted. */
  booked(): Promise<void>;
  /** Of the models in use; they come from a file that may change. */
  readonly prices: LivePrices & { readonly path: string; readonly stamp: string | null };
  /** For what is opened from now on. */
  reprice(prices: PriceTable): void;
  /** What the judge among the scorers cost so far; not part of any arm's cost. */
  judgedUsd(): number;
  close(): Promise<void>;
}

interface Chosen extends NamedChoice {
  readonly price: Price | undefined;
}

/** Throws a `UsageError` that says of every model of the arms that cannot be called why not, and what to do. */
export async function composeLiveWorld(scenario: Scenario, words: LiveWords, shared?: SharedLimits): Promise<LiveWorld> {
  const loaded = await loadCatalogue(words.models);
  const ground = withRetries(loaded, words.maxRetries);
  const chosen = new Map(chooseModels(scenario, ground).map((one) => [one.name, one]));
  if (words.budgetUsd !== undefined || words.judgeBudgetUsd !== undefined) requirePrices([...chosen.values()], ground);
  const clock = systemClock();
  let faulted = false;
  let booking: Promise<unknown> = Promise.resolve();
  let booked = async (): Promise<void> => undefined;
  const onFault = (error: unknown): void => {
    faulted = true;
    shared?.onFault(error);
  };
  const live = liveModels(ground, { clock, ...(shared === undefined ? {} : { shared: { rate: shared.rate, onFault } }) });
  const priced = livePrices([...chosen.values()], scenario, loaded);
  const cassette = words.record === undefined ? undefined : openExchangeFile(fromHere(words.record));
  const cache = words.cache === undefined ? undefined : answerCache(openExchangeFile(fromHere(words.cache)));
  const scorerVersion = createHash('sha256').update(JSON.stringify(scenario.file.scorer)).digest('hex').slice(0, 12);
  let account: LiveAccount | undefined;
  let judging: LiveAccount | undefined;
  const worldAt = (prices: PriceTable): World => ({
    evidence: 'live',
    repeats: 'never',
    keepsBudget: true,
    open: (luck, attempt) => {
      if (account === undefined) throw new Error('a live world is opened before its account');
      const { spending, log } = account;
      const epoch = words.cacheRepeats === true ? [] : [`${luck.uniform('epoch')}`];
      const session = exchangeSession(attempt);
      let refused = false;
      const luckOf = luckHeaders(luck);
      const make = ({ name, modelId }: Chosen): LanguageModel => {
        const asked = live.model(modelId, {
          spending,
          prices,
          random: luck.child('retries'),
          headersOf: (id, call) => (takesLuck(id, ground) ? luckOf(id, call) : {}),
          onSpent: log,
          onRefused: () => {
            refused = true;
          },
        });
        const named = { ...asked, id: name };
        const cached = cache === undefined ? named : cache(named, { scope: [modelId, ...epoch, scorerVersion], attempt });
        return cassette === undefined ? cached : recordingModel(cached, { cassette, session, clock });
      };
      return { clock, models: directoryOf([...chosen.values()], make), outOfBudget: () => refused || faulted };
    },
    judges: (name, judgement) => {
      const one = chosen.get(name);
      if (one === undefined || judging === undefined) throw new Error(`the judge ${name} is asked before its account is opened`);
      const { spending, log } = judging;
      const account = { spending, prices, random: seededRandom('judge', judgement), onSpent: log };
      const named = { ...live.model(one.modelId, account), id: name };
      const cached = cache === undefined ? named : cache(named, { scope: [one.modelId, scorerVersion], attempt: judgement });
      return cassette === undefined ? cached : recordingModel(cached, { cassette, session: exchangeSession(judgement), clock });
    },
    tokenPrice: (name) => prices[chosen.get(name)?.modelId ?? ''],
  });
  let now = worldAt(priced.first.prices);
  const world: World = {
    ...now,
    open: (luck, attempt) => now.open(luck, attempt),
    judges: (name, judgement) => (now.judges as NonNullable<World['judges']>)(name, judgement),
    tokenPrice: (name) => now.tokenPrice?.(name),
    steady: () => now,
  };
  return {
    world,
    answersFrom: `live ${[...chosen.values()]
      .map(({ name, modelId }) => `${name}=${modelId}`)
      .sort()
      .join(' ')}`,
    notes: notesOf([...chosen.values()], ground),
    begin: (directory, fresh) => {
      mkdirSync(directory, { recursive: true });
      account = keptAccount(join(directory, 'spending.jsonl'), { fresh, budgetUsd: words.budgetUsd });
      judging = keptAccount(join(directory, 'judging.jsonl'), { fresh, budgetUsd: words.judgeBudgetUsd });
    },
    beginUnkept: () => {
      account = unkeptAccount();
      judging = unkeptAccount();
    },
    draw: (common, note) => {
      faulted = false;
      const drawn = sharedSpending(common, { clock, newId: randomUUID, onFault });
      account = {
        spending: drawn,
        log: (spent) => {
          booking = Promise.all([booking, insistently(clock, () => note(spent)).catch(onFault)]);
        },
      };
      booked = async () => {
        await booking;
        await drawn.booked();
      };
    },
    booked: () => booked(),
    prices: { ...priced, path: loaded.path, stamp: loaded.stamp },
    reprice: (prices) => {
      now = worldAt(prices);
    },
    judgedUsd: () => judging?.spending.spentUsd() ?? 0,
    close: () => live.close(),
  };
}

function withRetries(ground: ModelGround, maxRetries: number | undefined): ModelGround {
  if (maxRetries === undefined) return ground;
  const providers = Object.fromEntries(Object.entries(ground.catalogue.providers).map(([name, provider]) => [name, { ...provider, maxRetries }]));
  return { ...ground, catalogue: { ...ground.catalogue, providers } };
}

/** Replays a cassette. Throws a `ConfigError` where there is none. */
export function cassetteWorld(scenario: Scenario, path: string): OutsideWorld {
  if (!existsSync(path)) throw configError(path, 'there is no such cassette. Record one with --provider live --record FILE');
  const cassette = openExchangeFile(path);
  const names = namesOf(scenario).map((name) => ({ name }));
  return {
    answersFrom: `cassette ${createHash('sha256').update(readFileSync(path)).digest('hex')}`,
    world: {
      evidence: 'recorded',
      repeats: 'never',
      open: (_luck, attempt) => {
        const clock = virtualClock();
        const session = exchangeSession(attempt);
        return { clock, models: directoryOf(names, ({ name }) => replayingModel(name, { cassette, session, clock })) };
      },
      judges: (name, judgement) => replayingModel(name, { cassette, session: exchangeSession(judgement), clock: virtualClock() }),
    },
  };
}

/** For reports that are rebuilt from a log: nothing can be executed in it. */
export function finishedWorld(evidence: World['evidence']): World {
  return {
    evidence,
    repeats: 'never',
    open: () => {
      throw new Error('nothing is executed in a world of the past');
    },
  };
}

/** Of all models that arms name, and of the judge among the scorers. */
function namesOf({ arms, file }: Scenario): readonly string[] {
  return [...new Set([...arms.flatMap(modelsOf), ...(file.scorer.kind === 'judge' ? [file.scorer.model] : [])])];
}

function directoryOf<Named extends { readonly name: string }>(names: readonly Named[], make: (one: Named) => LanguageModel): ModelDirectory {
  return modelDirectory(new Map(names.map((one) => [one.name, () => make(one)])));
}

/** Only of a server of the user's that says so: a provider would be told nothing it could use. */
function takesLuck(id: string, { catalogue, served }: ModelGround): boolean {
  const list = served[catalogue.models[id]?.provider ?? ''];
  return list?.kind === 'listed' && list.takesLuck;
}

function chooseModels(scenario: Scenario, ground: ModelGround): readonly Chosen[] {
  const meantBy = new Map((scenario.file.simulation as Simulation | undefined)?.models.map(({ id, pricedAs }) => [id, pricedAs]));
  const faults: string[] = [];
  const chosen = namesOf(scenario).flatMap((name): Chosen[] => {
    const meant = meantBy.get(name);
    const choice = chooseLiveModel(name, meant, ground);
    const status = choice === undefined ? undefined : availabilityOf(choice.modelId, ground);
    if (choice !== undefined && status?.kind === 'usable') return [{ ...choice, name, price: priceOfChoice({ ...choice, name }, scenario, ground.catalogue) }];
    faults.push(`  ${name}: ${whyNot(choice?.modelId ?? meant ?? name, ground)}`);
    return [];
  });
  if (faults.length > 0) {
    throw new UsageError(
      `the scenario ${scenario.name} cannot run with --provider live: of its models,\n${faults.join('\n')}\nSet a key (environment or .env), or say in ratchet.models.yaml which model answers instead: \`use: { ${faults[0]?.trim().split(':')[0]}: <model> }\`, with "*" for all. \`pnpm ratchet models\` lists what can be called.`,
    );
  }
  return chosen;
}

function whyNot(id: string, ground: ModelGround): string {
  if (!Object.hasOwn(ground.catalogue.models, id)) return `"${id}" is in no catalogue`;
  return `${id}: ${statusText(availabilityOf(id, ground))}`;
}

function requirePrices(chosen: readonly Chosen[], { catalogue }: ModelGround): void {
  const unpriced = new Set<string>();
  for (const { modelId, price } of chosen) {
    if (price === undefined) unpriced.add(modelId);
    for (let next = catalogue.models[modelId]?.fallback; next !== undefined; next = catalogue.models[next]?.fallback) {
      if (unpriced.has(next)) break;
      if (catalogue.models[next]?.price === undefined) unpriced.add(next);
    }
  }
  if (unpriced.size === 0) return;
  throw new UnknownPriceError(
    `nobody can keep to a budget with models whose price is not known: ${[...unpriced].join(', ')}. Give each a \`price\` in ratchet.models.yaml (0 for what runs at home)`,
  );
}

function notesOf(chosen: readonly Chosen[], { catalogue }: ModelGround): readonly string[] {
  return chosen.map(({ name, modelId, kind, price }) => {
    const why = { named: '', chosen: ' (as you chose)', 'stand-in': ' (it stands in: what the scenario means cannot be called)' }[kind];
    return `live: ${name} is ${modelId} of ${catalogue.models[modelId]?.provider}${why}${price === undefined ? ', price not known' : ''}`;
  });
}
