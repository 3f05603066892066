/** Where things stand: the project, results, and what a person names from where they are. */
import { join, resolve } from 'node:path';

export const projectRoot = resolve(import.meta.dirname, '../../..');

/** pnpm changes to the project's root and says in INIT_CWD where the person was. */
export function fromHere(path: string): string {
  return resolve(process.env['INIT_CWD'] ?? process.cwd(), path);
}

export const benchResults = join(
  process.env['RATCHET_RESULTS'] === undefined ? join(projectRoot, 'results') : fromHere(process.env['RATCHET_RESULTS']),
  'bench',
);
