/** From the manifest of a run to the plan and the world that it was run with, as far as files still say so. */
import { join } from 'node:path';
import type { Manifest } from '@ratchet/harness';
import type { ProviderName } from './compose.ts';
import { isExperimentFile, type PreparedExperiment, prepareExperiment } from './prepare-experiment.ts';
import { projectRoot } from './project-folders.ts';
import type { RunOptions } from './run-manifest.ts';

/** The plan's id may be another than the manifest's: then something has changed since. Throws what preparing throws. */
export async function prepareRun(manifest: Manifest): Promise<PreparedExperiment> {
  type Later = 'experiment' | 'heldoutData' | 'answersFrom';
  const {
    experiment = manifest.experiment,
    heldoutData = null,
    answersFrom = null,
    ...options
  } = manifest.facts['options'] as unknown as Omit<RunOptions, Later> & Partial<Pick<RunOptions, Later>>;
  const protocol = manifest.facts['protocol'] as { readonly generations: number; readonly seeds: number };
  return prepareExperiment({
    name: isExperimentFile(experiment) ? join(projectRoot, experiment) : experiment,
    policies: manifest.facts['policies'] as readonly string[],
    generations: protocol.generations,
    seeds: protocol.seeds,
    ...(answersFrom === null ? {} : { answersFrom, provider: options.provider as ProviderName }),
    ...(options.data === null ? {} : { data: join(projectRoot, options.data) }),
    ...(heldoutData === null ? {} : { heldoutData: join(projectRoot, heldoutData) }),
    ...(options.scenario === null ? {} : { scenario: join(projectRoot, options.scenario) }),
    ...(options.filter === null ? {} : { filter: options.filter }),
    ...(options.limit === null ? {} : { limit: options.limit }),
  });
}
