/** The spools of this machine: whose they are, and where what they hold is to go. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ExportSetting, exportSettingSchema } from '@ratchet/observability';
import { z } from 'zod';
import { spoolRoot } from './project-folders.ts';

const settingFile = 'setting.json';
const ownerFile = 'owner.json';
const ownerSchema = z.strictObject({ pid: z.int().positive() });

export interface LeftSpool {
  readonly folder: string;
  readonly setting: ExportSetting;
}

/** Marks a spool as being sent by this process. False where another one does that. */
export function claimSpool(folder: string, setting: ExportSetting): boolean {
  mkdirSync(folder, { recursive: true });
  const owner = join(folder, ownerFile);
  if (isOwned(folder)) return false;
  rmSync(owner, { force: true });
  try {
    writeFileSync(owner, JSON.stringify({ pid: process.pid }), { flag: 'wx' });
  } catch {
    return false;
  }
  if (!existsSync(join(folder, settingFile))) writeFileSync(join(folder, settingFile), JSON.stringify(setting));
  return true;
}

export function releaseSpool(folder: string): void {
  rmSync(join(folder, ownerFile), { force: true });
}

/** Those that no process is sending, in order of name; a folder that says not where to is left alone. */
export function leftSpools(): readonly LeftSpool[] {
  if (!existsSync(spoolRoot())) return [];
  return readdirSync(spoolRoot())
    .sort()
    .map((name) => join(spoolRoot(), name))
    .flatMap((folder) => {
      if (isOwned(folder)) return [];
      const setting = readSetting(folder);
      return setting === undefined ? [] : [{ folder, setting }];
    });
}

function readSetting(folder: string): ExportSetting | undefined {
  try {
    return exportSettingSchema.parse(JSON.parse(readFileSync(join(folder, settingFile), 'utf8')));
  } catch {
    return undefined;
  }
}

/** By a process that still runs. */
function isOwned(folder: string): boolean {
  try {
    const { pid } = ownerSchema.parse(JSON.parse(readFileSync(join(folder, ownerFile), 'utf8')));
    if (pid === process.pid) return false;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not ours to signal, but there.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
