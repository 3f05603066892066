/** From the command line's words to a plan and a world: what running, estimating, validating and rebuilding share. */
import { type ExperimentChanges, type ExperimentPlan, loadExperiment, loadScenario, planExperiment, type World } from '@ratchet/harness';
import { simulationSchema } from '@ratchet/providers';
import { composeWorld, type ProviderName } from './compose.ts';
import { fromHere, projectFolders } from './project-folders.ts';

export interface ExperimentWords extends ExperimentChanges {
  readonly name: string;
  readonly scenario?: string;
  readonly data?: string;
  readonly heldoutData?: string;
  readonly provider?: ProviderName;
}

export interface PreparedExperiment {
  readonly plan: ExperimentPlan;
  readonly world: World;
}

/** Whether it is a path of an experiment, and not the name of one that is shipped. */
export function isExperimentFile(name: string): boolean {
  return /\.ya?ml$/.test(name);
}

/** Throws for whatever is wrong with names, files and flags, before anything is run or written. */
export function prepareExperiment(words: ExperimentWords): PreparedExperiment {
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
  const plan = planExperiment(experiment, scenario, words);
  return { plan, world: composeWorld(scenario, words.provider) };
}
