/** The saved generations of what was trained: one file each, in a folder of their own. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { armId } from '@ratchet/core';
import type { Scenario } from '@ratchet/harness';
import { type LearnedState, type Learner, type LearningTask, makeSnapshot, parseSnapshot, type Snapshot, SnapshotError } from '@ratchet/learning';
import { learnedRoot, snapshotsRoot } from './project-folders.ts';
import type { Output } from './terminal/output.ts';

export interface SnapshotPlace {
  readonly name: string;
  readonly directory: string;
  /** The command that fills it. */
  readonly training: string;
}

export function scenarioSnapshots({ name }: Pick<Scenario, 'name'>): SnapshotPlace {
  return { name, directory: join(snapshotsRoot(), name), training: `pnpm ratchet train ${name}` };
}

/** Of a user's log. */
export function logSnapshots(name: string): SnapshotPlace {
  return { name, directory: join(learnedRoot(), name), training: `pnpm ratchet learn --log FILE --name ${name}` };
}

export interface Generation {
  readonly generation: number;
  readonly learner: Learner<LearnedState>;
  readonly state: LearnedState;
  readonly task: LearningTask;
}

export function saveGeneration({ name, directory }: SnapshotPlace, { generation, learner, state, task }: Generation): void {
  mkdirSync(directory, { recursive: true });
  const snapshot = makeSnapshot({
    policy: learner.name,
    scenario: name,
    generation,
    arms: task.arms.map(armId),
    state: JSON.parse(JSON.stringify(learner.save(state))),
  });
  writeFileSync(join(directory, fileName(generation)), `${JSON.stringify(snapshot)}\n`);
}

/** Removes what an earlier, longer training left. */
export function forgetLaterGenerations({ directory }: SnapshotPlace, generations: number): void {
  for (const name of snapshotNames(directory).slice(generations + 1)) rmSync(join(directory, name));
}

/** -1 is the latest that can be read; a damaged one is passed over, with a word about it. Throws a `SnapshotError` when there is none. */
export function loadSnapshot({ name: trained, directory, training }: SnapshotPlace, generation: number, output: Output): Snapshot {
  const read = (name: string) => parseSnapshot(readFileSync(join(directory, name), 'utf8'), join(directory, name));
  const names = existsSync(directory) ? snapshotNames(directory) : [];
  if (names.length === 0) throw new SnapshotError(`nothing is trained on ${trained} yet. First: ${training}`);
  if (generation >= 0) {
    const name = fileName(generation);
    if (!names.includes(name)) throw new SnapshotError(`there is no generation ${generation} of ${trained}; there are 0 to ${names.length - 1}`);
    return read(name);
  }
  for (const name of names.reverse()) {
    try {
      return read(name);
    } catch (error) {
      if (!(error instanceof SnapshotError)) throw error;
      output.error(`${error.message}. Trying the one before it.`);
    }
  }
  throw new SnapshotError(`no snapshot of ${trained} can be read. Train again: ${training}`);
}

/** Throws a `SnapshotError` unless the snapshot is of these arms, in this order. */
export function requireArms(snapshot: Snapshot, { arms }: Pick<LearningTask, 'arms'>, { name, training }: SnapshotPlace): void {
  if (snapshot.arms.join('\n') !== arms.map(armId).join('\n'))
    throw new SnapshotError(`the snapshot knows other arms than ${name} has now. Train again: ${training}`);
}

function fileName(generation: number): string {
  return `generation-${String(generation).padStart(4, '0')}.json`;
}

/** Oldest first. */
function snapshotNames(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => /^generation-\d+\.json$/.test(name))
    .sort();
}
