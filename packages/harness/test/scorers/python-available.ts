/** Tests that execute Python are skipped, saying so, where there is none. */
import { spawnSync } from 'node:child_process';

export const withoutPython = spawnSync(process.env['RATCHET_PYTHON'] ?? 'python3', ['-I', '-c', 'import resource']).status !== 0;

export const pythonNeeded = withoutPython ? ' (skipped: there is no python3 here)' : '';
