/** Experiments of the project with what a list of them says. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, listExperiments, loadExperiment, type ProjectFolders, readYamlFile } from '@ratchet/harness';
import type { ExperimentList } from '@ratchet/service';
import { z } from 'zod';
import { fileCache } from './file-cache.ts';

type Experiments = ExperimentList['experiments'];

const titled = z.looseObject({ title: z.string() });

/** Left out are files that cannot be read, and experiments on data that somebody has to name. */
export function runnableExperiments(folders: ProjectFolders): () => Promise<Experiments> {
  const cache = fileCache<Experiments>(1000);
  return async () =>
    listExperiments(folders).flatMap((name) => {
      const file = join(folders.experiments, `${name}.yaml`);
      return cache.get(name, [file], () => listed(name, folders));
    });
}

function listed(name: string, folders: ProjectFolders): Experiments {
  try {
    const { experiment, scenarioPath } = loadExperiment(name, folders);
    const { scenario, generations, seeds, policies } = experiment;
    const file = scenarioPath.endsWith('.yaml') ? scenarioPath : join(scenarioPath, 'scenario.yaml');
    const { title } = existsSync(file) ? readYamlFile(file, titled) : { title: name };
    return [{ name, title, scenario, generations, seeds, policies: [...policies] }];
  } catch (error) {
    if (error instanceof ConfigError) return [];
    throw error;
  }
}
