/** Which Python peers run in: the one that `pnpm bench:peers` installed them into, else the one that is named, else python3. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../suite/project-root.ts';

/** Git ignores it. */
export const peersFolder = join(projectRoot, '.peers');
export const peersPython = join(peersFolder, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']));

export function findPython(): string {
  return process.env['RATCHET_PYTHON'] || (existsSync(peersPython) ? peersPython : 'python3');
}
