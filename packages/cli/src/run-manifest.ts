/** What a manifest says of a run, so that it can be rebuilt: versions, hashes, options. */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promptsHash } from '@ratchet/core';
import type { ExperimentPlan, Manifest } from '@ratchet/harness';
import { projectRoot } from './project-folders.ts';
import { wallClock } from './wall-clock.ts';

/** Paths are from the project's root. */
export interface RunOptions {
  /** The name of a shipped experiment, or the path of another. */
  readonly experiment: string;
  readonly provider: string | null;
  readonly data: string | null;
  readonly heldoutData: string | null;
  readonly scenario: string | null;
  readonly limit: number | null;
  readonly filter: string | null;
  readonly budgetUsd: number | null;
  /** Where the answers do not follow from the scenario alone: what they came from. */
  readonly answersFrom: string | null;
}

export function manifestOf(plan: ExperimentPlan, options: RunOptions): Omit<Manifest, 'version' | 'state' | 'durationMs'> {
  const lockfile = join(projectRoot, 'pnpm-lock.yaml');
  return {
    experiment: plan.experiment.name,
    planId: plan.id,
    startedAt: wallClock().toISOString(),
    facts: {
      git: gitCommit(),
      lockfileSha256: existsSync(lockfile) ? createHash('sha256').update(readFileSync(lockfile)).digest('hex') : null,
      node: process.version,
      scenario: plan.scenario.name,
      scenarioSha256: plan.scenario.hash,
      promptsSha256: promptsHash,
      protocol: JSON.parse(JSON.stringify(plan.experiment)),
      policies: [...plan.policies],
      seeds: [...plan.seeds],
      tasks: plan.tasks.length,
      options: { ...options },
    },
  };
}

/** null outside a checkout. */
function gitCommit(): string | null {
  try {
    const run = (...args: string[]) => execFileSync('git', args, { cwd: projectRoot, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return `${run('rev-parse', 'HEAD')}${run('status', '--porcelain') === '' ? '' : ' with changes'}`;
  } catch {
    return null;
  }
}
