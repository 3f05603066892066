/** The environment of a run: that of the process, and before it what `.env` files add. Keys stay in it: no child process gets those of a file. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { Environment } from '@ratchet/providers';
import { fromHere, projectRoot } from './project-folders.ts';

/** `.env` where the person stands, then the project's; the process's own variables go before both. */
export function readEnvironment(): Environment {
  const files = [...new Set([fromHere('.env'), join(projectRoot, '.env')])].filter((file) => existsSync(file));
  const added = files.map((file) => parseEnv(readFileSync(file, 'utf8')) as Record<string, string>);
  return Object.assign({}, ...added.reverse(), process.env) as Environment;
}
