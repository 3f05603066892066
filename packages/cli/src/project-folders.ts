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

/** Results of a person's runs. */
export function resultsRoot(): string {
  const named = process.env['RATCHET_RESULTS'];
  return named === undefined ? join(projectRoot, 'results') : fromHere(named);
}

/** What was learned, and traces. */
export function home(): string {
  const named = process.env['RATCHET_HOME'];
  return named === undefined ? join(projectRoot, '.ratchet') : fromHere(named);
}

/** A folder for each scenario. */
export function snapshotsRoot(): string {
  return join(home(), 'snapshots');
}

/** A folder for each log that was learned from. */
export function learnedRoot(): string {
  return join(home(), 'learned');
}

/** What the last request cost, where it was answered by live models. */
export function executedRoot(): string {
  return join(home(), 'executed');
}

/** What was traced: a folder for each run of an experiment, a file for single requests. */
export function tracesRoot(): string {
  return join(home(), 'traces');
}

/** What waits for a service that traces are sent to. */
export function spoolRoot(): string {
  return join(home(), 'spool');
}
