/** The machine that figures were measured on, as far as it changes them. */
import { execFileSync } from 'node:child_process';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { z } from 'zod';
import { projectRoot } from './project-root.ts';

export const machineSchema = z.strictObject({
  processor: z.string(),
  processors: z.int(),
  memoryGb: z.number(),
  system: z.string(),
  node: z.string(),
  /** Mean number of processes that wanted to run in the last minute: above `processors`, times are those of a busy machine. */
  load: z.number(),
  /** null outside a checkout. */
  commit: z.string().nullable(),
});
export type Machine = z.infer<typeof machineSchema>;

export function describeMachine(): Machine {
  const all = cpus();
  return {
    processor: all[0]?.model.trim() ?? 'unknown',
    processors: all.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.versions.node,
    load: Number((loadavg()[0] ?? 0).toFixed(1)),
    commit: commitOf(projectRoot),
  };
}

export function machineText({ processor, processors, memoryGb, system, node, load, commit }: Machine): string {
  return `${processor}, ${processors} processors, ${memoryGb} GB, ${system}; Node ${node}; load ${load} at the start; commit ${commit ?? 'unknown'}.`;
}

export function commitOf(directory: string): string | null {
  try {
    const git = (...words: string[]) => execFileSync('git', words, { cwd: directory, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return `${git('rev-parse', '--short=12', 'HEAD')}${git('status', '--porcelain', '--untracked-files=no') === '' ? '' : ' with changes'}`;
  } catch {
    return null;
  }
}
