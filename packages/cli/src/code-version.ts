/** Which code this is: a hash that is equal where the same sources, libraries and version of Node.js would run. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { projectRoot } from './project-folders.ts';

/** Of all packages' sources, data that is shipped with them included, and of the lockfile. */
export function codeVersion(): string {
  const hash = createHash('sha256').update(process.version);
  const packages = join(projectRoot, 'packages');
  const files = readdirSync(packages)
    .map((name) => join(packages, name, 'src'))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  for (const file of [...files, join(projectRoot, 'pnpm-lock.yaml')].filter((one) => existsSync(one)).sort()) {
    hash.update(`\n${relative(projectRoot, file).split(sep).join('/')}\n`).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 16);
}
