/** Runs an experiment as a person would, in a process and a results folder of its own, and gives back its summary. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { type Summary, summarySchema } from '@ratchet/harness';
import { projectRoot } from './project-root.ts';

export interface RatchetRun {
  /** The checkout whose program is run; this one unless told. */
  readonly checkout?: string;
  /** Where its results go. */
  readonly results: string;
  readonly words: readonly string[];
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
}

/** `experiment ...words --json`. Throws where the run does not end well, with what it said. */
export async function runExperiment({ words, ...where }: RatchetRun): Promise<Summary> {
  const { code, stdout } = await runRatchet({ ...where, words: ['experiment', ...words, '--json', '--quiet'] });
  if (code !== 0) throw new Error(`experiment ${words.join(' ')} ended with exit code ${code}`);
  return summarySchema.parse(JSON.parse(stdout));
}

export function runRatchet({ checkout = projectRoot, results, words }: RatchetRun): Promise<Ended> {
  const child = spawn(process.execPath, ['--max-semi-space-size=64', join(checkout, 'packages/cli/src/main.ts'), ...words], {
    env: { ...process.env, RATCHET_RESULTS: results, RATCHET_HOME: join(results, 'home'), NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? -1, stdout }));
  });
}
