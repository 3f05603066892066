/** From the command line's words to a plan and a world: what running, estimating, validating and rebuilding share. */
import { type ExperimentChanges, type ExperimentPlan, loadExperiment, loadScenario, planExperiment } from '@ratchet/harness';
import { type SharedLimits, simulationSchema } from '@ratchet/providers';
import { type ChosenWorld, chooseWorld, type ProviderWords, requireFitting } from './choose-world.ts';
import { finishedWorld } from './compose-live.ts';
import { fromHere, projectFolders } from './project-folders.ts';

export interface ExperimentWords extends ExperimentChanges, ProviderWords {
  readonly name: string;
  readonly scenario?: string;
  readonly data?: string;
  readonly heldoutData?: string;
}

export interface PreparedExperiment extends ChosenWorld {
  readonly plan: ExperimentPlan;
}

/** Whether it is a path of an experiment, and not the name of one that is shipped. */
export function isExperimentFile(name: string): boolean {
  return /\.ya?ml$/.test(name);
}

/** `shared`: limits that other processes keep too. Throws for whatever is wrong with names, files and flags, before anything is run or written. */
export async function prepareExperiment(words: ExperimentWords, shared?: SharedLimits): Promise<PreparedExperiment> {
  const { experiment, scenarioPath } = loadExperiment(
    isExperimentFile(words.name) ? fromHere(words.name) : words.name,
    projectFolders,
    words.scenario === undefined ? undefined : fromHere(words.scenario),
  );
  const scenario = loadScenario({
    path: scenarioPath,
    simulation: simulationSchema,
    ...(words.data === undefined ? {} : { dataDirectory: fromHere(words.data) }),
    ...(words.heldoutData === undefined ? {} : { heldoutDirectory: fromHere(words.heldoutData) }),
  });
  requireFitting(words);
  const { provider, answersFrom } = words;
  // A run that is rebuilt from its log: of that world only its name is left.
  if (answersFrom !== undefined) return { plan: planExperiment(experiment, scenario, words), world: finishedWorld(provider ?? 'live'), answersFrom };
  const chosen = await chooseWorld(scenario, words, shared);
  const from = chosen.answersFrom === undefined ? {} : { answersFrom: chosen.answersFrom };
  return { plan: planExperiment(experiment, scenario, { ...words, ...from }), ...chosen };
}
