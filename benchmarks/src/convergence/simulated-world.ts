/** The simulated models of a scenario, opened anew for each trial, with a watch on what each step answered last. */
import { type Clock, type ModelDirectory, type Random, readSections, seededRandom, virtualClock } from '@ratchet/core';
import type { Scenario } from '@ratchet/harness';
import { listPrices, modelDirectory, retryingModel, type Simulation, simulatedBank, simulatedModels } from '@ratchet/providers';

export interface SimulatedTrial {
  readonly models: ModelDirectory;
  readonly clock: Clock;
  /** The last answer to each step so far, by the step's text. */
  readonly lastAnswers: ReadonlyMap<string, string>;
}

export function simulatedTrials(scenario: Scenario): (luck: Random) => SimulatedTrial {
  const bank = simulatedBank(
    [...scenario.parts.values()].map((part) => ({ ...part, reads: part.reads.map((id) => scenario.materials[id]?.trim() ?? '') })),
    scenario.tasks.flatMap((task) => task.asks),
  );
  const prices = { ...listPrices, ...scenario.file.prices };
  const simulated = simulatedModels(scenario.file.simulation as Simulation, { bank, nature: seededRandom('nature', scenario.name), prices });
  return (luck) => {
    const clock = virtualClock();
    const lastAnswers = new Map<string, string>();
    const make = (id: string) => () => retryingModel(simulated.open(id, { clock, luck }), { clock, random: luck.child('retries') });
    const directory = modelDirectory(new Map(simulated.ids.map((id) => [id, make(id)])));
    const models: ModelDirectory = (id) => {
      const model = directory(id);
      return {
        id,
        complete: async (call, options) => {
          const answer = await model.complete(call, options);
          const sections = readSections(call.messages.at(-1)?.content ?? '');
          const step = sections.find(({ tag }) => tag === 'step')?.content;
          if (step !== undefined && !sections.some(({ tag }) => tag === 'candidate')) lastAnswers.set(step, answer.text);
          return answer;
        },
      };
    };
    return { models, clock, lastAnswers };
  };
}
