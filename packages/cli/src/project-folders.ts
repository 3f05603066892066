/** Where things stand: what is shipped, beside the program; what a person names, relative to where they are. */
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProjectFolders } from '@ratchet/harness';

export const projectRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

export const projectFolders: ProjectFolders = { experiments: join(projectRoot, 'experiments'), scenarios: join(projectRoot, 'scenarios') };

/** pnpm changes to the project's root and says in INIT_CWD where the person was. */
export function fromHere(path: string): string {
  return resolve(process.env['INIT_CWD'] ?? process.cwd(), path);
}

/** A path that a person named, as manifests keep it: from the project's root, so that it holds wherever one is when a run is rebuilt. */
export function fromRoot(path: string): string {
  return relative(projectRoot, fromHere(path));
}

/** Results and snapshots of a person's runs. */
export const resultsRoot = process.env['RATCHET_RESULTS'] === undefined ? join(projectRoot, 'results') : fromHere(process.env['RATCHET_RESULTS']);
const home = process.env['RATCHET_HOME'] === undefined ? join(projectRoot, '.ratchet') : fromHere(process.env['RATCHET_HOME']);
/** What the last request cost, where it was answered by live models. */
export const executedRoot = join(home, 'executed');
/** Where requests leave their steps. */
export const tracesFile = join(home, 'traces.jsonl');
/** A folder for each scenario. */
export const snapshotsRoot = join(home, 'snapshots');
/** A folder for each log that was learned from. */
export const learnedRoot = join(home, 'learned');
