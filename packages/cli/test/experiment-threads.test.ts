import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { logsOf, newPlace, summaryOf, tinyExperiment } from './ratchet.ts';

const experiment = tinyExperiment({ policies: '[heuristic, random, learned]', seeds: '2', heldoutRepeats: '4', validationRepeats: '4', trainRepeats: '6' });
const words = ['experiment', experiment, '--run', 'one', '--json'];

let whole: { logs: ReturnType<typeof logsOf>; summary: ReturnType<typeof summaryOf> };

beforeAll(async () => {
  const place = newPlace();
  const { code, stdout } = await place.call([...words, '--threads', '1']);
  expect(code).toBe(0);
  whole = { logs: logsOf(place), summary: summaryOf(stdout) };
});

describe('a run in several threads', () => {
  it('leaves the logs and the summary of a run in one, byte for byte', async () => {
    const place = newPlace();
    const { code, stdout } = await place.call([...words, '--threads', '2']);
    expect(code).toBe(0);
    expect(logsOf(place)).toEqual(whole.logs);
    expect(summaryOf(stdout)).toEqual(whole.summary);
  });

  it('ends with exit code 130 when it is interrupted, and goes on to the same end, in one thread or several', async () => {
    const place = newPlace();
    const started = place.start([...words, '--threads', '2']);
    const profiles = join(place.results, 'tiny', 'one', 'profiles.jsonl');
    while (started.child.exitCode === null && !(existsSync(profiles) && statSync(profiles).size > 0)) await wait(2);
    started.child.kill('SIGINT');
    expect((await started.ended).code).toBe(130);
    const { trials } = logsOf(place);
    expect(whole.logs.trials?.startsWith(trials ?? '')).toBe(true);
    const { code, stdout, stderr } = await place.call([...words, '--threads', '3']);
    expect(code).toBe(0);
    expect(stderr).toContain('going on with');
    expect(logsOf(place)).toEqual(whole.logs);
    expect(summaryOf(stdout)).toEqual(whole.summary);
  });
});
