/** The one place that names adapters and wires them to the harness. */
import { armId, type LanguageModel, modelsOf, type Random, seededRandom, virtualClock } from '@ratchet/core';
import { ConfigError, didYouMean, problemAt, type Scenario, type World } from '@ratchet/harness';
import {
  callReader,
  listPrices,
  modelDirectory,
  type PriceTable,
  priceOf,
  type RecordedAnswer,
  recordedModel,
  retryingModel,
  type Simulation,
  simulatedBank,
  simulatedModel,
} from '@ratchet/providers';
import { UsageError } from './usage-error.ts';

export const providerNames = ['simulated', 'recorded', 'live'] as const;
export type ProviderName = (typeof providerNames)[number];

/** The world of a scenario that needs nothing else: its simulated models, or its recording. Throws a `UsageError` for a provider it has nothing for. */
export function composeWorld(scenario: Scenario, provider: Exclude<ProviderName, 'live'> | undefined): World {
  const fitting = scenario.recording === undefined ? 'simulated' : 'recorded';
  if (provider !== undefined && provider !== fitting) {
    throw new UsageError(
      `the scenario ${scenario.name} runs with --provider ${fitting}: it has no ${provider === 'recorded' ? 'recorded outcomes (a cassette of a live run is given with --cassette FILE)' : 'simulated models'}`,
    );
  }
  return fitting === 'recorded' ? recordedWorld(scenario) : simulatedWorld(scenario);
}

function simulatedWorld(scenario: Scenario): World {
  const simulation = scenario.file.simulation as Simulation | undefined;
  if (simulation === undefined) throw new UsageError(`the scenario ${scenario.name} has no \`simulation\`: simulated models need their profiles there`);
  const prices: PriceTable = { ...listPrices, ...scenario.file.prices };
  const priceByModel = new Map(simulation.models.map((profile) => [profile.id, priceOf(profile.pricedAs, prices)]));
  checkArms(scenario, [...priceByModel.keys()]);
  const bank = simulatedBank(
    [...scenario.parts.values()].map((part) => ({ ...part, reads: part.reads.map((id) => scenario.materials[id]?.trim() ?? '') })),
    scenario.tasks.flatMap((task) => task.asks),
  );
  const read = callReader();
  const nature = seededRandom('nature', scenario.name);
  return {
    evidence: 'simulated',
    repeats: 'with-luck',
    open: (luck: Random) => {
      const clock = virtualClock();
      const factories = simulation.models.map((profile) => {
        const price = priceByModel.get(profile.id) as ReturnType<typeof priceOf>;
        const make = (): LanguageModel =>
          retryingModel(simulatedModel(profile, { bank, read, world: simulation.world, price, clock, nature, luck }), { clock, random: luck.child('retries') });
        return [profile.id, make] as const;
      });
      return { models: modelDirectory(new Map(factories)), clock };
    },
    tokenPrice: (id) => priceByModel.get(id) as ReturnType<typeof priceOf>,
  };
}

function recordedWorld({ recording, arms, tasks }: Scenario): World {
  const recorded = new Map<string, ReadonlyMap<string, RecordedAnswer>>();
  for (const arm of arms) {
    if (arm.strategy !== 'direct') continue;
    const { model } = arm;
    recorded.set(
      model,
      new Map(
        tasks.flatMap(({ id }) => {
          const answer = recordedAnswer(recording, id, model);
          return answer === undefined ? [] : [[id, answer] as const];
        }),
      ),
    );
  }
  const table = recording?.kind === 'outcome-table' ? recording.table : undefined;
  const modelOf = new Map(arms.map((arm) => [armId(arm), arm.strategy === 'direct' ? arm.model : '']));
  return {
    evidence: 'recorded',
    repeats: 'always',
    open: () => {
      const clock = virtualClock();
      return { models: modelDirectory(new Map([...recorded].map(([model, answers]) => [model, () => recordedModel(model, answers, clock)]))), clock };
    },
    ...(table === undefined ? {} : { knownOutcome: (taskId: string, id: string) => table.outcome(taskId, modelOf.get(id) ?? '') }),
  };
}

function recordedAnswer(recording: Scenario['recording'], taskId: string, model: string): RecordedAnswer | undefined {
  if (recording?.kind === 'outcome-table') {
    const outcome = recording.table.outcome(taskId, model);
    return outcome === undefined
      ? undefined
      : { text: '', usage: { inputTokens: outcome.inputTokens, outputTokens: outcome.outputTokens }, costUsd: outcome.costUsd, latencyMs: outcome.latencyMs };
  }
  const text = recording?.answers.text(taskId, model);
  return text === undefined ? undefined : { text, usage: { inputTokens: 0, outputTokens: 0 }, costUsd: null, latencyMs: null };
}

/** Every model that an arm names must be there before anything is run. Throws a `ConfigError` that says where the name stands. */
function checkArms({ arms, file, path }: Scenario, known: readonly string[]): void {
  const places = [
    ...file.arms.map((grid, index) => ({ at: ['arms', index], grid })),
    ...Object.entries(file.heuristic ?? {}).map(([strategy, grid]) => ({ at: ['heuristic', strategy], grid })),
  ];
  const missing = [...new Set(arms.flatMap(modelsOf))].filter((model) => !known.includes(model));
  if (missing.length === 0) return;
  throw new ConfigError(
    missing.map((model) => {
      const place = places.flatMap(({ at, grid }) =>
        Object.entries(grid).flatMap(([key, value]) => (/model/i.test(key) && JSON.stringify(value).includes(JSON.stringify(model)) ? [[...at, key]] : [])),
      )[0];
      return problemAt(path, place ?? ['arms'], `there is no simulated model "${model}".${didYouMean(model, known)} There are: ${known.join(', ')}`);
    }),
  );
}
