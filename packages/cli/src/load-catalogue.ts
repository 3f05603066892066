/** The catalogue of models as it holds for a person: the shipped one, their own file, and what their servers serve. */
import { existsSync } from 'node:fs';
import { systemClock } from '@ratchet/core';
import { ConfigError, problemAt, readYamlFile } from '@ratchet/harness';
import { catalogueFaults, catalogueFile, catalogueSchema, type ModelGround, mergeCatalogues, servedModels, withServedModels } from '@ratchet/providers';
import { fromHere } from './project-folders.ts';
import { readEnvironment } from './read-environment.ts';

/** Looked for where the person stands, unless `--models` or RATCHET_MODELS names another. */
const ownCatalogueName = 'ratchet.models.yaml';

/** Throws a `ConfigError` for a file that does not fit. Servers of the user's are asked what they serve; nobody else is. */
export async function loadCatalogue(file: string | undefined): Promise<ModelGround> {
  const environment = readEnvironment();
  const named = file ?? environment['RATCHET_MODELS'];
  const path = fromHere(named ?? ownCatalogueName);
  let catalogue = catalogueFile;
  if (named !== undefined || existsSync(path)) {
    catalogue = mergeCatalogues(catalogueFile, readYamlFile(path, catalogueSchema));
    const faults = catalogueFaults(catalogue);
    if (faults.length > 0) throw new ConfigError(faults.map(({ at, message }) => problemAt(path, at, message)));
  }
  const served = await servedModels(catalogue, environment, systemClock());
  return { catalogue: withServedModels(catalogue, served), environment, served };
}
