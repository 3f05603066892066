/** The built page of the service, from packages/dashboard/dist: read when it is asked for, and again when it was built anew. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { PageFile, PageFiles } from '@ratchet/service';
import { projectRoot } from './project-folders.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

export const pageFolder = join(projectRoot, 'packages', 'dashboard', 'dist');

/** Only what stands in the folder and in its `assets` can be asked for: names are looked up, not joined to a path. */
export function pageFiles(folder: string): PageFiles {
  let files: ReadonlyMap<string, PageFile> = new Map();
  let builtAtMs: number | undefined;
  const refresh = (): void => {
    const now = statSync(join(folder, 'index.html'), { throwIfNoEntry: false })?.mtimeMs;
    if (now === builtAtMs) return;
    files = now === undefined ? new Map() : new Map([...filesIn(folder, ''), ...filesIn(join(folder, 'assets'), 'assets/')]);
    builtAtMs = now;
  };
  return {
    howToBuild: 'In the folder of Ratchet run: pnpm --filter @ratchet/dashboard build. Then load this page again. All else of the service works without it.',
    file: (name) => {
      refresh();
      return files.get(name);
    },
  };
}

function filesIn(folder: string, prefix: string): readonly (readonly [string, PageFile])[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const type = types[extname(entry.name)];
    return entry.isFile() && type !== undefined ? [[`${prefix}${entry.name}`, pageFile(join(folder, entry.name), type)] as const] : [];
  });
}

function pageFile(path: string, type: string): PageFile {
  const bytes = new Uint8Array(readFileSync(path));
  const gzipped = new Uint8Array(gzipSync(bytes));
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
  return { bytes, type, hash, ...(gzipped.length < bytes.length ? { gzipped } : {}) };
}
