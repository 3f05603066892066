import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { progressMessageSchema } from '../src/terminal/parent-progress.ts';
import { newPlace, projectRoot, tinyScenario } from './ratchet.ts';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A run that would go on for a while. */
function longRun(): ChildProcess {
  const { results, home } = newPlace();
  const words = ['experiment', 'tiny', '--scenario', tinyScenario, '--seeds', '200', '--generations', '40', '--threads', '1', '--quiet', '--no-trace'];
  const child = fork(join(projectRoot, 'packages/cli/src/ratchet.mjs'), words, {
    silent: true,
    env: { ...process.env, RATCHET_RESULTS: results, RATCHET_HOME: home, RATCHET_PROGRESS: 'parent' },
  });
  children.push(child);
  return child;
}

describe('a run that another process started', () => {
  it('tells it how far it is, and ends as if interrupted when that process is gone', async () => {
    const child = longRun();
    const [first] = await once(child, 'message');
    const [second] = await once(child, 'message');
    const [before, after] = [progressMessageSchema.parse(first), progressMessageSchema.parse(second)];
    expect([before.of > 1000, after.of === before.of, after.done > before.done, after.spentUsd >= before.spentUsd]).toEqual([true, true, true, true]);
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([130, null]);
  });
});
