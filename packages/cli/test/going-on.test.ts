import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promptsHash } from '@ratchet/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { filesOf, leanArms, logsOf, newFolder, newPlace, onlyRun, type Place, type Started, summaryOf, tinyCopy, tinyExperiment } from './ratchet.ts';

const experiment = tinyExperiment({
  policies: '[heuristic, random, best-fixed, learned]',
  heldoutRepeats: '20',
  validationRepeats: '20',
  trainRepeats: '20',
  profileRepeats: '2',
});
const words = ['experiment', experiment, '--run', 'one', '--json'];

let whole: { place: Place; stdout: string; logs: ReturnType<typeof logsOf>; summary: ReturnType<typeof summaryOf> };

beforeAll(async () => {
  const place = newPlace();
  const { code, stdout } = await place.call(words);
  expect(code).toBe(0);
  whole = { place, stdout, logs: logsOf(place), summary: summaryOf(stdout) };
});

/** Bytes that a log of the run holds so far. */
function size(place: Place, log: string): number {
  const file = join(place.results, 'tiny', 'one', log);
  return existsSync(file) ? statSync(file).size : 0;
}

/** Waits until a log holds so many bytes, or the process has ended. */
async function grown(place: Place, log: string, bytes: number, { child }: Started): Promise<void> {
  while (child.exitCode === null && size(place, log) < bytes) await wait(2);
}

async function expectTheSameInTheEnd(place: Place): Promise<void> {
  const { code, stdout, stderr } = await place.call([...words, '--concurrency', '3']);
  expect(code).toBe(0);
  expect(stderr).toContain('going on with');
  expect(logsOf(place)).toEqual(whole.logs);
  expect(summaryOf(stdout)).toEqual(whole.summary);
}

describe('a run that is interrupted (SIGINT)', () => {
  it.each([
    ['while trials run', 'trials.jsonl', 0.4],
    ['while profiles run', 'profiles.jsonl', 0.5],
  ])('ends with exit code 130 %s, keeps what it did, and goes on to the same end, byte for byte', async (_when, log, share) => {
    const place = newPlace();
    const started = place.start(words);
    await grown(place, log, share * (log === 'trials.jsonl' ? (whole.logs.trials ?? '') : (whole.logs.profiles ?? '')).length, started);
    started.child.kill('SIGINT');
    const { code, stdout, stderr } = await started.ended;
    expect(code).toBe(130);
    expect(stderr).toContain('Stopping after the trials under way');
    expect(stderr).toContain('Interrupted. The same command goes on from here.');
    expect(summaryOf(stdout)).toMatchObject({ complete: false, gate: { passed: false } });
    const { trials, profiles } = logsOf(place);
    expect([whole.logs.trials?.startsWith(trials ?? '-'), whole.logs.profiles?.startsWith(profiles ?? '-')]).toEqual([true, true]);
    expect((trials ?? '').length).toBeLessThan((whole.logs.trials ?? '').length);
    const manifest = JSON.parse(readFileSync(join(onlyRun(place), 'manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({ state: 'interrupted', facts: { promptsSha256: promptsHash } });
    await expectTheSameInTheEnd(place);
  });
});

describe('a run that is interrupted twice', () => {
  it('does not wait for what is under way', async () => {
    const scenario = `name: slow\ntitle: Slow\ndescription: Slow\nscorer: { kind: module, path: scorer.mjs, timeoutMs: 50000 }\nsimulation:\n  models:\n    - { id: small, pricedAs: gpt-4-0613, skill: { x: 1 }, firstTokenMs: 1, tokensPerSecond: 10, source: x }\n  world: { source: x }\nbaseline: random\nutility: { cost: 0, latency: 0 }\narms:\n  - { strategy: direct, model: small }\n`;
    const folder = newFolder({
      'scenario.yaml': scenario,
      'scorer.mjs': 'export default () => new Promise((resolve) => setTimeout(() => resolve(1), 40000));\n',
      'tasks/t.yaml': `tasks:\n${['a', 'b', 'c', 'd', 'e', 'f'].map((id) => `  - { id: ${id}, request: Say ${id} }\n`).join('')}`,
    });
    const place = newPlace();
    const { child, ended } = place.start(['experiment', 'slow', '--scenario', folder, '--policies', 'random', '--run', 'one']);
    while (!existsSync(join(place.results, 'slow', 'one', 'manifest.json'))) await wait(5);
    await wait(300);
    child.kill('SIGINT');
    await new Promise<void>((resolve) => child.stderr?.on('data', (data: Buffer) => String(data).includes('once more to stop at once') && resolve()));
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    // Sooner than any trial could end.
  }, 15_000);
});

describe('a run that is killed (SIGKILL)', () => {
  it('at several moments, goes on each time, and ends the same, byte for byte', async () => {
    const place = newPlace();
    const [profiles, trials] = [(whole.logs.profiles ?? '').length, (whole.logs.trials ?? '').length];
    const moments = [
      ['profiles.jsonl', 1],
      ['profiles.jsonl', profiles * 0.7],
      ['trials.jsonl', 1],
      ['trials.jsonl', trials * 0.3],
      ['trials.jsonl', trials * 0.8],
    ] as const;
    let killed = 0;
    for (const [index, [log, bytes]] of moments.entries()) {
      const started = place.start(words);
      await grown(place, log, bytes, started);
      // Not always just after a line was written.
      await wait(index * 3);
      if (started.child.kill('SIGKILL')) killed++;
      expect((await started.ended).stdout).toBe('');
      expect(whole.logs.trials?.startsWith((logsOf(place).trials ?? '').replace(/[^\n]*$/, ''))).toBe(true);
    }
    expect(killed).toBe(moments.length);
    await expectTheSameInTheEnd(place);
  });
});

describe('a run with a budget', () => {
  const scenario = tinyCopy({ arms: leanArms });
  const lean = ['experiment', tinyExperiment({ scenario, policies: '[random, learned]', heldoutRepeats: '10', trainRepeats: '5' }), '--run', 'one', '--json'];

  it('ends with exit code 4 before it costs more, and goes on with a larger one to the same end, byte for byte', async () => {
    const [place, other] = [newPlace(), newPlace()];
    const [{ code, stdout, stderr }, full] = await Promise.all([place.run([...lean, '--budget-usd', '0.25']), other.call(lean)]);
    expect([code, full.code]).toEqual([4, 0]);
    expect(stderr).toContain('Stopped at the budget of $0.25. The same command with a larger --budget-usd goes on from here.');
    expect(summaryOf(stdout)).toMatchObject({ complete: false, gate: { passed: false } });
    const before = logsOf(place);
    const records = `${before.profiles}${before.trials}`
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const spent = records.reduce((sum, { costUsd, repeats = 1, phase }) => sum + costUsd * (phase === undefined ? repeats : 1), 0);
    expect(spent).toBeGreaterThan(0.25 - 0.03);
    expect(spent).toBeLessThanOrEqual(0.25);
    expect((await place.call([...lean, '--budget-usd', '0.01'])).code).toBe(4);
    expect(logsOf(place)).toEqual(before);
    const end = await place.call([...lean, '--budget-usd', '10']);
    expect(end.code).toBe(0);
    expect(logsOf(place)).toEqual(logsOf(other));
    expect(summaryOf(end.stdout)).toEqual(summaryOf(full.stdout));
  });

  it('of nothing says so, and begins nothing', async () => {
    const { code, stdout } = await newPlace().call([...lean, '--budget-usd', '0']);
    expect(code).toBe(4);
    expect(summaryOf(stdout)).toMatchObject({ policies: {}, trials: { total: 0 } });
  });
});

describe('a run that is complete', () => {
  it('is not run again: the same command prints the same', async () => {
    const before = filesOf(onlyRun(whole.place));
    const again = await whole.place.call(words);
    expect([again.code, again.stdout]).toEqual([0, whole.stdout]);
    expect(filesOf(onlyRun(whole.place))).toEqual(before);
  });
});
