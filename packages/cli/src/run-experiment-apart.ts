/** Runs an experiment in a process of its own, for services: what it computes holds up no request, and it can be ended. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ExperimentRunner, ExperimentWish } from '@ratchet/service';
import { exitCodes } from './exit-codes.ts';
import { projectRoot } from './project-folders.ts';
import { progressMessageSchema } from './terminal/parent-progress.ts';

/** A failed gate, a spent budget and answers without a score are results; they are in the summary. */
const ends: readonly (number | null)[] = [exitCodes.ok, exitCodes.gateFailed, exitCodes.budget, exitCodes.execution];

/** Its progress is what the command writes to stderr, and tells its parent. Rejects where the run fails. */
export const runExperimentApart: ExperimentRunner = (wish, { signal, onProgress, onCount }) =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(projectRoot, 'packages', 'cli', 'src', 'ratchet.mjs'), ...wordsOf(wish)], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, RATCHET_PROGRESS: 'parent' },
    });
    // As Ctrl-C would: what was run is kept, and the same call goes on with it.
    const stop = (): void => {
      child.kill('SIGINT');
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    let result = '';
    let last = '';
    child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      result += piece;
    });
    if (child.stderr !== null)
      createInterface({ input: child.stderr }).on('line', (line) => {
        if (line.trim() === '') return;
        last = line;
        onProgress(line);
      });
    child.on('message', (message) => {
      const told = progressMessageSchema.safeParse(message);
      if (told.success) onCount?.(told.data);
    });
    child.on('error', reject).on('close', (code) => {
      signal.removeEventListener('abort', stop);
      if (signal.aborted) reject(signal.reason);
      else if (ends.includes(code) && result !== '') resolve(JSON.parse(result));
      else reject(new Error(`the experiment ended with ${code}: ${last}`));
    });
  });

function wordsOf({ name, limit, seeds, generations, budgetUsd }: ExperimentWish): readonly string[] {
  const optional = { limit, seeds, generations, 'budget-usd': budgetUsd };
  return ['experiment', name, '--json', ...Object.entries(optional).flatMap(([flag, value]) => (value === undefined ? [] : [`--${flag}`, `${value}`]))];
}
