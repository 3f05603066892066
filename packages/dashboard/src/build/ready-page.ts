/** Makes the page's files where they are not there, or older than what they are made from. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pageFolder, viteSettings } from './vite-settings.ts';

export { pageFolder };

export interface PageBuild {
  readonly folder: string;
  /** Whether it had to be made. */
  readonly built: boolean;
}

const stampFile = 'sources.sha256';
/** All that can change what the page does; the lockfile says which versions of others' code. */
const sourceFolders = ['..', '../../../harness/src', '../../../learning/src', '../../../core/src'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
const lockfile = fileURLToPath(new URL('../../../../pnpm-lock.yaml', import.meta.url));

/** Tells `onBuild` before it makes anything, which takes seconds. Rejects where the page does not compile. */
export async function readyPage({ onBuild = () => undefined }: { readonly onBuild?: () => void } = {}): Promise<PageBuild> {
  // An image has the page and nothing to build it with: it is served as it is.
  if (existsSync(join(pageFolder, 'index.html')) && !canBuild()) return { folder: pageFolder, built: false };
  const stamp = sourcesStamp();
  if (stampOf(pageFolder) === stamp) return { folder: pageFolder, built: false };
  onBuild();
  await buildPage(stamp);
  return { folder: pageFolder, built: true };
}

/** Beside the folder first: who serves the old files, or builds at the same time, never sees half of the new ones. */
async function buildPage(stamp: string): Promise<void> {
  const { build } = await import('vite');
  const fresh = `${pageFolder}.${process.pid}`;
  try {
    await build({ ...viteSettings, logLevel: 'error', build: { ...viteSettings.build, outDir: fresh } });
    mkdirSync(fresh, { recursive: true });
    writeFileSync(join(fresh, stampFile), stamp);
    rmSync(pageFolder, { recursive: true, force: true });
    renameSync(fresh, pageFolder);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function stampOf(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, stampFile), 'utf8');
  } catch {
    return undefined;
  }
}

function canBuild(): boolean {
  try {
    import.meta.resolve('vite');
    return existsSync(lockfile);
  } catch {
    return false;
  }
}

/** By content, not by date: a checkout gives every file a new one. */
function sourcesStamp(): string {
  const hash = createHash('sha256').update(readFileSync(lockfile));
  for (const folder of sourceFolders) {
    const names = readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => (entry.isFile() ? join(entry.parentPath, entry.name) : []));
    for (const name of names.sort()) hash.update(name.slice(folder.length)).update('\0').update(readFileSync(name)).update('\0');
  }
  return hash.digest('hex');
}
