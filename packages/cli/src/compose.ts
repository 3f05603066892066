/** The one place that names adapters and wires them to the harness. */
import { armId, type LanguageModel, modelsOf, type Random, seededRandom, virtualClock } from '@ratchet/core';
import { ConfigError, didYouMean, problemAt, recordedOutcome, type Scenario, type World } from '@ratchet/harness';
import {
  listPrices,
  modelDirectory,
  type RecordedAnswer,
  recordedModel,
  retryingModel,
  type SimulatedModels,
  type Simulation,
  simulatedBank,
  simulatedModels,
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
  const models = composeSimulatedModels(scenario);
  checkArms(scenario, models.ids);
  checkJudge(scenario, models.ids);
  return {
    evidence: 'simulated',
    repeats: 'with-luck',
    open: (luck: Random) => {
      const clock = virtualClock();
      const make = (id: string) => (): LanguageModel => retryingModel(models.open(id, { clock, luck }), { clock, random: luck.child('retries') });
      return { models: modelDirectory(new Map(models.ids.map((id) => [id, make(id)]))), clock };
    },
    judges: (id, judgement) => models.open(id, { clock: virtualClock(), luck: seededRandom(judgement) }),
    tokenPrice: models.price,
  };
}

/** The simulated models of a scenario, as its world and a mock server open them. Throws a `UsageError` where it has none. */
export function composeSimulatedModels(scenario: Scenario): SimulatedModels {
  const simulation = scenario.file.simulation as Simulation | undefined;
  if (simulation === undefined) throw new UsageError(`the scenario ${scenario.name} has no \`simulation\`: simulated models need their profiles there`);
  const bank = simulatedBank(
    [...scenario.parts.values()].map((part) => ({ ...part, reads: part.reads.map((id) => scenario.materials[id]?.trim() ?? '') })),
    scenario.tasks.flatMap((task) => task.asks),
  );
  return simulatedModels(simulation, { bank, nature: seededRandom('nature', scenario.name), prices: { ...listPrices, ...scenario.file.prices } });
}

function recordedWorld({ recording, arms, tasks }: Scenario): World {
  const recorded = new Map<string, ReadonlyMap<string, RecordedAnswer>>();
  const direct = new Map(arms.flatMap((arm) => (arm.strategy === 'direct' ? [[armId(arm), arm] as const] : [])));
  for (const model of new Set([...direct.values()].flatMap(modelsOf))) {
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
  return {
    evidence: 'recorded',
    repeats: 'always',
    open: () => {
      const clock = virtualClock();
      return { models: modelDirectory(new Map([...recorded].map(([model, answers]) => [model, () => recordedModel(model, answers, clock)]))), clock };
    },
    ...(table === undefined
      ? {}
      : {
          knownOutcome: (taskId: string, id: string) => {
            const arm = direct.get(id);
            return arm === undefined ? undefined : recordedOutcome(table, taskId, arm);
          },
        }),
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

/** Throws a `ConfigError` for a judge that is not there, or that is asked for what no simulated model can do. */
function checkJudge({ file, path }: Scenario, known: readonly string[]): void {
  const { scorer } = file;
  if (scorer.kind !== 'judge') return;
  if (!known.includes(scorer.model)) {
    throw new ConfigError([problemAt(path, ['scorer', 'model'], `there is no simulated model "${scorer.model}".${didYouMean(scorer.model, known)}`)]);
  }
  if (scorer.by.kind === 'rubric')
    throw new ConfigError([problemAt(path, ['scorer', 'by'], 'simulated models cannot judge by a rubric: pairwise, or --provider live')]);
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
