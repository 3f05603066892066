/** Runs an experiment in a process of its own, for services: what it computes holds up no request, and it can be ended. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ExperimentRunner } from '@ratchet/service';
import { exitCodes } from './exit-codes.ts';
import { projectRoot } from './project-folders.ts';

/** Its progress is what the command writes to stderr. Rejects where the run fails; a failed gate is a result. */
export const runExperimentApart: ExperimentRunner = ({ name, limit, seeds, generations }, { signal, onProgress }) =>
  new Promise((resolve, reject) => {
    const words = ['experiment', name, '--json', '--limit', `${limit}`, '--seeds', `${seeds}`, '--generations', `${generations}`];
    const child = spawn(process.execPath, [join(projectRoot, 'packages', 'cli', 'src', 'ratchet.mjs'), ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    // As Ctrl-C would: what was run is kept, and the same call goes on with it.
    const stop = (): void => {
      child.kill('SIGINT');
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    let result = '';
    let last = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      result += piece;
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (line.trim() === '') return;
      last = line;
      onProgress(line);
    });
    child.on('error', reject).on('close', (code) => {
      signal.removeEventListener('abort', stop);
      if (signal.aborted) reject(signal.reason);
      else if (code === exitCodes.ok || code === exitCodes.gateFailed) resolve(JSON.parse(result));
      else reject(new Error(`the experiment ended with ${code}: ${last}`));
    });
  });
