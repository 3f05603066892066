import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { summarySchema } from '@ratchet/harness';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Ended, newPlace, tinyExperiment } from './ratchet.ts';

const escapeSign = '\u001b';
const policies = 'heuristic,random,best-fixed,oracle,learned';
const experiment = tinyExperiment({ policies: `[${policies}]`, gate: '[{ kind: difference, metric: quality, above: -1 }, { kind: errors, most: 3 }]' });

describe('--json', () => {
  let ended: Ended;
  beforeAll(async () => {
    ended = await newPlace().run(['experiment', experiment, '--json', '--seeds', '2']);
  });

  it('prints JSON and nothing else on stdout, and what happens meanwhile on stderr', () => {
    expect(ended.code).toBe(0);
    expect(ended.stdout.startsWith('{')).toBe(true);
    expect(ended.stdout.trimEnd().endsWith('}')).toBe(true);
    expect(JSON.parse(ended.stdout)).toBeTypeOf('object');
    expect(ended.stderr).toContain('ratchet: experiment');
    expect(ended.stderr).toMatch(/100% /);
  });

  it('prints a summary with every field that is promised', () => {
    const summary = summarySchema.parse(JSON.parse(ended.stdout));
    expect(summary).toMatchObject({
      experiment: 'tiny',
      run: expect.stringMatching(/^[0-9a-f]{12}$/),
      evidence: 'simulated',
      seeds: [1, 2],
      generations: 1,
      durationMs: expect.any(Number),
    });
    expect(Object.keys(summary.policies).sort()).toEqual(policies.split(',').sort());
    const estimate = { mean: expect.any(Number), low: expect.any(Number), high: expect.any(Number) };
    for (const { heldout } of Object.values(summary.policies))
      expect(heldout).toEqual({ quality: estimate, costUsd: estimate, latencyMs: estimate, utility: estimate, regret: estimate });
    for (const metric of ['quality', 'costUsd', 'latencyMs', 'utility']) {
      const found = summary.comparisons.find((one) => one.baseline === 'heuristic' && one.candidate === 'learned' && one.metric === metric);
      expect(found).toMatchObject({ delta: expect.any(Number), low: expect.any(Number), high: expect.any(Number), pValue: expect.any(Number) });
      expect(found).toHaveProperty('relative');
      expect(found?.gained).toEqual(metric === 'quality' ? expect.any(Number) : null);
      expect(found?.lost).toEqual(metric === 'quality' ? expect.any(Number) : null);
    }
    expect(summary.expected?.rows.map(({ metric, expected }) => [metric, expected])).toEqual([
      ['cost', -50],
      ['speed', 20],
      ['quality', 5],
    ]);
    expect(summary.gate.passed).toBe(true);
    expect(summary.gate.checks.map(({ name }) => name)).toEqual(['complete', 'quality: learned - heuristic above -1', 'errors']);
  });

  it('leaves stdout empty when there is an error', async () => {
    const { code, stdout, stderr } = await newPlace().call(['experiment', experiment, '--json', '--filter', 'poems']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('poems');
  });
});

describe('what a person sees', () => {
  const words = ['experiment', experiment, '--generations', '0', '--policies', 'random'];

  it('is the report on stdout, and progress on stderr', async () => {
    const { code, stdout, stderr } = await newPlace().call(words);
    expect(code).toBe(0);
    expect(stdout).toContain('The answers were SIMULATED');
    expect(stdout).toMatch(/Report: .*report\.html\n/);
    expect(stdout).not.toContain('so far');
    expect(stderr).toMatch(/^ratchet: experiment .*\n(\d+0% {2}.* so far.*\n){9,10}$/);
  });

  it('is no progress with --quiet, and the same report', async () => {
    const [loud, quiet] = await Promise.all([newPlace().call(words), newPlace().call([...words, '--quiet'])]);
    const report = ({ stdout }: Ended) => stdout.replace(/took .*/, '').replace(/Report: .*/, '');
    expect(quiet.stderr).toBe('');
    expect(report(quiet)).toBe(report(loud));
  });

  it('has no escape codes in pipes, nor with NO_COLOR, and has colours where they are wanted', async () => {
    const [piped, without, forced] = await Promise.all([
      newPlace().call(words),
      newPlace().call(words, { env: { FORCE_COLOR: '1', NO_COLOR: '1' } }),
      newPlace().run(words, { env: { FORCE_COLOR: '1' } }),
    ]);
    for (const { stdout, stderr } of [piped, without]) expect(`${stdout}${stderr}`).not.toContain(escapeSign);
    expect(forced.stdout).toContain(escapeSign);
    expect(forced.stderr).not.toContain(escapeSign);
  });
});

describe('--dry-run', () => {
  it('estimates and writes nothing: low is at most expected, expected at most worst', async () => {
    for (const words of [[experiment], ['code-gen', '--limit', '40', '--seeds', '2']]) {
      const place = newPlace();
      const { code, stdout, stderr } = await place.call(['experiment', ...words, '--dry-run', '--json', '--quiet']);
      expect([code, stderr]).toEqual([0, '']);
      const { trials, low, expected, worst } = JSON.parse(stdout);
      expect(trials).toBeGreaterThan(0);
      for (const amount of ['calls', 'inputTokens', 'outputTokens', 'costUsd']) {
        expect(low[amount]).toBeGreaterThan(0);
        expect(low[amount]).toBeLessThanOrEqual(expected[amount]);
        expect(expected[amount]).toBeLessThanOrEqual(worst[amount]);
      }
      expect([existsSync(place.results), existsSync(place.home)]).toEqual([false, false]);
    }
  });

  it('says in words what it estimates', async () => {
    const { stdout } = await newPlace().call(['experiment', experiment, '--dry-run']);
    expect(stdout).toContain('tiny on tiny, dry run: nothing was run.');
    expect(stdout).toMatch(/model calls +[\d,]+ +[\d,]+ +[\d,]+/);
    expect(stdout).toContain('Models are simulated: nothing is paid.');
  });

  it('holds what the run then takes between its ends', async () => {
    const place = newPlace();
    const { low, worst, trials } = JSON.parse((await place.call(['experiment', experiment, '--dry-run', '--json'])).stdout);
    const summary = summarySchema.parse(JSON.parse((await place.call(['experiment', experiment, '--json'])).stdout));
    expect(summary.trials.total).toBe(trials);
    // The trials alone cost less than with the profiles of all arms.
    expect(summary.trials.costUsd).toBeLessThan(worst.costUsd);
    expect(low.costUsd).toBeLessThan(worst.costUsd);
    expect(existsSync(join(place.results, 'tiny'))).toBe(true);
  });
});
