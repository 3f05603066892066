/** The catalogue of models as it holds for a person: the shipped one, their own file, and what their servers serve. */
import { systemClock } from '@ratchet/core';
import { ConfigError, problemAt, readYamlFile } from '@ratchet/harness';
import {
  type Catalogue,
  catalogueFaults,
  catalogueFile,
  catalogueSchema,
  type ModelGround,
  mergeCatalogues,
  servedModels,
  withServedModels,
} from '@ratchet/providers';
import { fileStamp } from './file-stamp.ts';
import { fromHere } from './project-folders.ts';
import { readEnvironment } from './read-environment.ts';

/** Looked for where the person stands, unless `--models` or RATCHET_MODELS names another. */
const ownCatalogueName = 'ratchet.models.yaml';

/** With the file that it was read from, which may change. */
export interface LoadedCatalogue extends ModelGround {
  /** Of the user's own, whether or not there is one. */
  readonly path: string;
  /** As the file was before it was read. */
  readonly stamp: string | null;
  /** Models that it, or the shipped one, names: without those that only servers do. */
  readonly named: readonly string[];
  /** As it says now. Throws a `ConfigError`, as `loadCatalogue` does. */
  read(): { readonly catalogue: Catalogue; readonly named: readonly string[] };
}

/** Throws a `ConfigError` for a file that does not fit. Servers of the user's are asked what they serve; nobody else is. */
export async function loadCatalogue(file: string | undefined): Promise<LoadedCatalogue> {
  const environment = readEnvironment();
  const named = file ?? environment['RATCHET_MODELS'];
  const path = fromHere(named ?? ownCatalogueName);
  const stamp = fileStamp(path);
  const catalogue = named === undefined && stamp === null ? catalogueFile : readOwnCatalogue(path);
  const served = await servedModels(catalogue, environment, systemClock());
  const whole = (one: Catalogue) => ({ catalogue: withServedModels(one, served), named: Object.keys(one.models) });
  return { ...whole(catalogue), environment, served, path, stamp, read: () => whole(readOwnCatalogue(path)) };
}

function readOwnCatalogue(path: string): Catalogue {
  const catalogue = mergeCatalogues(catalogueFile, readYamlFile(path, catalogueSchema));
  const faults = catalogueFaults(catalogue);
  if (faults.length > 0) throw new ConfigError(faults.map(({ at, message }) => problemAt(path, at, message)));
  return catalogue;
}
