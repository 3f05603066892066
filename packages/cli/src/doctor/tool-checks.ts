/** Node and pnpm. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { projectRoot } from '../project-folders.ts';
import { type Check, ok, warning } from './check.ts';

const packageSchema = z.object({
  devEngines: z.object({ packageManager: z.object({ version: z.string() }) }),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});

export async function toolChecks(): Promise<readonly Check[]> {
  const { devEngines, optionalDependencies } = packageSchema.parse(JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')));
  return [nodeCheck(Object.values(optionalDependencies)[0] ?? ''), await pnpmCheck(devEngines.packageManager.version)];
}

/** An older one than can run TypeScript does not come this far. */
function nodeCheck(tested: string): Check {
  const mine = process.versions.node;
  return mine.split('.')[0] === tested.split('.')[0]
    ? ok('Node', mine)
    : warning('Node', `${mine}; all is tested with ${tested}`, '`pnpm install` puts that version beside Ratchet, where there is one for the system');
}

async function pnpmCheck(wanted: string): Promise<Check> {
  const found = await pnpmVersion();
  const todo = `write \`npx -y pnpm@${wanted}\` for \`pnpm\`, or: npm install --global pnpm@${wanted}`;
  if (found === undefined) return warning('pnpm', 'not on the PATH', todo);
  return found.split('.')[0] === wanted.split('.')[0] ? ok('pnpm', found) : warning('pnpm', `${found}; the lockfile is of ${wanted}`, todo);
}

/** Of the pnpm that runs this, or of the one on the PATH. */
async function pnpmVersion(): Promise<string | undefined> {
  const running = /^pnpm\/(\S+)/.exec(process.env['npm_config_user_agent'] ?? '')?.[1];
  if (running !== undefined) return running;
  try {
    // Not from the project: there, it might fetch the version that is wished for.
    return (await promisify(execFile)('pnpm', ['--version'], { cwd: '/', timeout: 10_000 })).stdout.trim();
  } catch {
    return undefined;
  }
}
