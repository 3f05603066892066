/** Finds and reads an experiment by name, and the scenario that it names. */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { type ConfigError, configError } from '../scenario/config-error.ts';
import { didYouMean } from '../scenario/nearest-name.ts';
import { readYamlFile } from '../scenario/yaml-file.ts';
import { type ExperimentFile, experimentSchema } from './experiment-file.ts';

/** Where shipped experiments and scenarios stand. */
export interface ProjectFolders {
  readonly experiments: string;
  readonly scenarios: string;
}

/** Names of the experiments that can be run. */
export function listExperiments({ experiments }: ProjectFolders): readonly string[] {
  if (!existsSync(experiments)) return [];
  return readdirSync(experiments)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort();
}

export interface LoadedExperiment {
  readonly experiment: ExperimentFile;
  /** The folder of its scenario, or that scenario's file. */
  readonly scenarioPath: string;
}

/**
 * `name` is that of a file in the experiments folder, or a path to one. `scenario`, if given, takes the place of the
 * scenario that the file names; then an unknown name gets the default protocol. Throws a `ConfigError`.
 */
export function loadExperiment(name: string, folders: ProjectFolders, scenario?: string): LoadedExperiment {
  const shipped = join(folders.experiments, `${name}.yaml`);
  const file = /\.ya?ml$/.test(name) ? resolve(name) : shipped;
  if (!existsSync(file)) {
    if (scenario !== undefined && /^[a-z0-9][a-z0-9-]*$/.test(name)) {
      const experiment = experimentSchema.parse({ name, scenario, policies: ['heuristic', 'random', 'best-fixed', 'greedy', 'oracle', 'learned'] });
      return { experiment, scenarioPath: scenario };
    }
    throw unknownExperiment(name, file, listExperiments(folders));
  }
  const experiment = readYamlFile(file, experimentSchema);
  const named = experiment.scenario;
  const beside = /^[a-z0-9][a-z0-9-]*$/.test(named) ? join(folders.scenarios, named) : isAbsolute(named) ? named : resolve(dirname(file), named);
  return { experiment, scenarioPath: scenario ?? beside };
}

/** A path that is no .yaml file is most often a scenario's folder, and no name that anybody misspelt. */
function unknownExperiment(name: string, file: string, known: readonly string[]): ConfigError {
  const all = `Known: ${known.join(', ')}`;
  if (!/[\\/]/.test(name)) return configError(file, `there is no experiment "${name}".${didYouMean(name, known)} ${all}`);
  const what = existsSync(join(name, 'scenario.yaml')) ? "this is a scenario's folder, to be given with --scenario" : 'this is no experiment';
  return configError(name, `${what}; an experiment is told by its name, or by the path of its .yaml file. ${all}`);
}
