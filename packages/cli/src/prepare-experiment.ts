/** From the command line's words to a plan and a world: what running, estimating, validating and rebuilding share. */
import { type ExperimentChanges, type ExperimentPlan, loadExperiment, loadScenario, planExperiment, type World } from '@ratchet/harness';
import { simulationSchema } from '@ratchet/providers';
import { composeWorld, type ProviderName } from './compose.ts';
import { cassetteWorld, composeLiveWorld, finishedWorld, type LiveWords, type LiveWorld, type OutsideWorld } from './compose-live.ts';
import { fromHere, projectFolders } from './project-folders.ts';
import { UsageError } from './usage-error.ts';

export interface ExperimentWords extends ExperimentChanges, LiveWords {
  readonly name: string;
  readonly scenario?: string;
  readonly data?: string;
  readonly heldoutData?: string;
  readonly provider?: ProviderName;
  /** To replay, with the provider `recorded`. */
  readonly cassette?: string;
}

export interface PreparedExperiment {
  readonly plan: ExperimentPlan;
  readonly world: World;
  /** What the answers come from where they do not follow from the scenario alone. */
  readonly answersFrom?: string;
  readonly live?: LiveWorld;
}

/** Whether it is a path of an experiment, and not the name of one that is shipped. */
export function isExperimentFile(name: string): boolean {
  return /\.ya?ml$/.test(name);
}

/** Throws for whatever is wrong with names, files and flags, before anything is run or written. */
export async function prepareExperiment(words: ExperimentWords): Promise<PreparedExperiment> {
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
  const { provider, answersFrom } = words;
  if (provider !== 'live' && (words.record !== undefined || words.cache !== undefined)) throw new UsageError('--record and --cache are for --provider live');
  if (provider !== 'recorded' && words.cassette !== undefined) throw new UsageError('--cassette is for --provider recorded');
  // A run that is rebuilt from its log: of that world only its name is left.
  if (answersFrom !== undefined) return { plan: planExperiment(experiment, scenario, words), world: finishedWorld(provider ?? 'live'), answersFrom };
  const live = provider === 'live' ? await composeLiveWorld(scenario, words) : undefined;
  const outside: OutsideWorld | undefined = live ?? (words.cassette === undefined ? undefined : cassetteWorld(scenario, fromHere(words.cassette)));
  if (outside === undefined)
    return { plan: planExperiment(experiment, scenario, words), world: composeWorld(scenario, provider === 'live' ? undefined : provider) };
  const plan = planExperiment(experiment, scenario, { ...words, answersFrom: outside.answersFrom });
  return { plan, world: outside.world, answersFrom: outside.answersFrom, ...(live === undefined ? {} : { live }) };
}
