/** The checkout that BASE names: a folder, or a commit that is checked out beside for as long as it is needed. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fromHere, projectRoot } from '../suite/project-root.ts';

export interface OpenedBase {
  readonly directory: string;
  readonly close: () => void;
}

/** Throws for what is neither, and for a commit whose libraries cannot be installed. `folder` is empty, and the caller's to remove. */
export function openBase(base: string, folder: string): OpenedBase {
  const named = fromHere(base);
  if (existsSync(join(named, 'packages/core/src/index.ts'))) return { directory: named, close: () => undefined };
  const git = (...words: string[]) => execFileSync('git', words, { cwd: projectRoot, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  let commit: string;
  try {
    commit = git('rev-parse', '--verify', `${base}^{commit}`);
  } catch {
    throw new Error(`--compare ${base}: neither a checkout nor a commit of this one`);
  }
  const directory = join(folder, 'base');
  git('worktree', 'add', '--detach', directory, commit);
  const close = () => void git('worktree', 'remove', '--force', directory);
  try {
    installLibraries(directory);
    return { directory, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Where the lockfile is the same, the libraries of this checkout serve; else they are installed. */
function installLibraries(directory: string): void {
  const lockfile = (root: string) => readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8');
  if (lockfile(directory) === lockfile(projectRoot)) {
    linkLibraries(directory);
    return;
  }
  const pnpm = process.env['npm_execpath'];
  const [command, ...words] = pnpm === undefined || !/pnpm/.test(pnpm) ? ['pnpm'] : /\.[cm]?js$/.test(pnpm) ? [process.execPath, pnpm] : [pnpm];
  execFileSync(command as string, [...words, 'install', '--frozen-lockfile', '--prefer-offline'], { cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Libraries stand where they are; what belongs to Ratchet is found in the checkout itself. */
export function linkLibraries(directory: string): void {
  symlinkSync(join(projectRoot, 'node_modules'), join(directory, 'node_modules'));
  for (const name of readdirSync(join(directory, 'packages'))) {
    const libraries = join(projectRoot, 'packages', name, 'node_modules');
    // Links to other packages are relative: copied, they lead to those of the copy.
    if (existsSync(libraries)) cpSync(libraries, join(directory, 'packages', name, 'node_modules'), { recursive: true, verbatimSymlinks: true });
  }
}
