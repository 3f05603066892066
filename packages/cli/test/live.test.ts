import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { liveServer } from './live-server.ts';
import { newFolder, newPlace, onlyRun, type Place, tinyExperiment } from './ratchet.ts';

/** As the tiny scenario prices its models. */
const prices = { small: { inputUsdPerMTok: 0.15, outputUsdPerMTok: 0.6 }, large: { inputUsdPerMTok: 30, outputUsdPerMTok: 60 } };
const capitals = '## France\n\nParis, on the Seine.\n\n## Japan\n\nTokyo, on the Sumida.\n\n## Peru\n\nLima, on the Rimac.';
/** The larger knows three capitals; the smaller one something of one. */
const server = await liveServer(prices, (model) => (model === 'large' ? capitals : '## France\n\nThe capital is Paris.'));
afterAll(() => server.close());

const key = 'sk-canary-8b1f6e20c7';
const env = { OPENAI_API_KEY: key, OPENAI_BASE_URL: server.baseUrl, ANTHROPIC_API_KEY: '', GEMINI_API_KEY: '', ANTHROPIC_BASE_URL: '', GEMINI_BASE_URL: '' };
const experiment = tinyExperiment({ gate: '[{ kind: errors, most: 0 }]' });
const words = ['experiment', experiment, '--provider', 'live'];

interface Record {
  readonly id: string;
  readonly status?: string;
  readonly error?: string;
  readonly quality: number | null;
  readonly costUsd: number | null;
  readonly latencyMs: number | null;
  readonly repeats?: number;
}
const linesOf = (place: Place, name: string) =>
  readFileSync(join(onlyRun(place), name), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record);
const sum = (records: readonly { readonly costUsd: number | null }[]) => records.reduce((total, { costUsd }) => total + (costUsd as number), 0);

/** Every file under a folder. */
function written(directory: string): string {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
}

beforeEach(() => {
  Object.assign(server.counts, { calls: 0, billedUsd: 0, answered: 0 });
  server.failEvery = 0;
});

describe('experiment --provider live', () => {
  test('gives the report of any other run, says that it was live, and books what the provider bills to the cent', async () => {
    const place = newPlace();
    const ended = await place.run(words, { env });
    expect([ended.code, ended.stderr]).toEqual([0, expect.stringContaining('live: small is small of openai')]);
    expect(ended.stdout).toContain('The answers were LIVE.');
    const [trials, profiles, spent] = [linesOf(place, 'trials.jsonl'), linesOf(place, 'profiles.jsonl'), linesOf(place, 'spending.jsonl')];
    expect(trials.every(({ status }) => status === 'completed')).toBe(true);
    expect(new Set(trials.map(({ quality }) => quality)).size).toBeGreaterThan(1);
    expect(server.counts.calls).toBeGreaterThan(trials.length);
    expect(spent).toHaveLength(server.counts.answered);
    expect(sum(spent)).toBeCloseTo(server.counts.billedUsd, 9);
    expect(sum(trials) + sum(profiles)).toBeCloseTo(server.counts.billedUsd, 9);
    // Its list of models does not ask for it.
    expect([server.headers.has('authorization'), server.headers.has('x-ratchet-luck')]).toEqual([true, false]);
  });

  test('its key is used, and is in no file, no report and no output, though the provider repeats it in its errors', async () => {
    const place = newPlace();
    const folder = newFolder();
    server.failEvery = 7;
    server.keys.clear();
    const ended = await place.run([...words, '--record', join(folder, 'cassette.jsonl'), '--cache', join(folder, 'cache.jsonl')], { env });
    expect(ended.code).toBe(3);
    expect([...server.keys]).toEqual([`Bearer ${key}`]);
    expect(linesOf(place, 'trials.jsonl').some(({ error }) => error?.includes('bad request of Bearer [key]'))).toBe(true);
    const everything = [ended.stdout, ended.stderr, written(join(place.results, '..')), written(folder)].join('\n');
    expect(everything.length).toBeGreaterThan(20_000);
    expect(everything).not.toContain('sk-canary');
  });

  test('stops at its budget without spending more, fails its gate, and goes on with more money', async () => {
    const place = newPlace();
    const run = (budgetUsd: number) => place.run([...words, '--budget-usd', `${budgetUsd}`], { env });
    const first = await run(0.25);
    expect([first.code, first.stderr]).toEqual([4, expect.stringContaining('Stopped at the budget of $0.25')]);
    expect(server.counts.billedUsd).toBeGreaterThan(0);
    expect(server.counts.billedUsd).toBeLessThanOrEqual(0.25);
    expect(sum(linesOf(place, 'spending.jsonl'))).toBeCloseTo(server.counts.billedUsd, 9);
    expect((await place.run(['experiment', 'gate', onlyRun(place)])).code).toBe(1);
    // What could not be paid for to its end is no outcome of anything.
    expect(linesOf(place, 'profiles.jsonl').every(({ quality }) => quality !== null)).toBe(true);
    const again = await run(0.25);
    expect(again.code).toBe(4);
    expect(server.counts.billedUsd).toBeLessThanOrEqual(0.25);
    const whole = await run(50);
    expect([whole.code, linesOf(place, 'trials.jsonl').every(({ status }) => status === 'completed')]).toEqual([0, true]);
    expect(sum(linesOf(place, 'spending.jsonl'))).toBeCloseTo(server.counts.billedUsd, 9);
  });

  test('a cassette gives the same run again without the provider; what it lacks is an error that names the request', async () => {
    const [place, replayed, lacking] = [newPlace(), newPlace(), newPlace()];
    const cassette = join(newFolder(), 'cassette.jsonl');
    expect((await place.run([...words, '--record', cassette, '--concurrency', '3'], { env })).code).toBe(0);
    const calls = server.counts.calls;
    const replay = (at: Place) => at.run(['experiment', experiment, '--provider', 'recorded', '--cassette', cassette]);
    expect(await replay(replayed)).toMatchObject({ code: 0, stdout: expect.stringContaining('The answers were RECORDED.') });
    expect(server.counts.calls).toBe(calls);
    // Profiles do not depend on what was learned, whose latencies are never twice the same.
    const timeless = (at: Place) => linesOf(at, 'profiles.jsonl').map(({ latencyMs: _latency, ...record }) => record);
    expect(timeless(replayed)).toEqual(timeless(place));
    const lines = readFileSync(cassette, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(calls);
    writeFileSync(cassette, `${lines.filter((line) => !line.includes('capital of Peru')).join('\n')}\n`);
    const missing = await replay(lacking);
    expect(missing.code).toBe(3);
    expect(
      linesOf(lacking, 'trials.jsonl').some(({ error }) => /^the cassette has no answer of (small|large) for ".*" to: ".*capital of Peru/.test(error ?? '')),
    ).toBe(true);
  });

  test('a replayed run is the same whatever its concurrency, and its report can be rebuilt', async () => {
    const [place, one, many] = [newPlace(), newPlace(), newPlace()];
    const cassette = join(newFolder(), 'cassette.jsonl');
    const fixed = ['--policies', 'heuristic,fixed:direct/small'];
    expect((await place.run([...words, ...fixed, '--record', cassette], { env })).code).toBe(0);
    const replay = (at: Place, concurrency: string) =>
      at.run(['experiment', experiment, ...fixed, '--provider', 'recorded', '--cassette', cassette, '--concurrency', concurrency]);
    expect([(await replay(one, '1')).code, (await replay(many, '9')).code]).toEqual([0, 0]);
    for (const name of ['trials.jsonl', 'profiles.jsonl']) {
      expect(readFileSync(join(onlyRun(one), name), 'utf8')).toBe(readFileSync(join(onlyRun(many), name), 'utf8'));
    }
    const timeless = (at: Place) => linesOf(at, 'trials.jsonl').map(({ latencyMs: _latency, ...record }) => record);
    expect(timeless(one)).toEqual(timeless(place));
    expect(await place.run(['experiment', 'report', onlyRun(place)])).toMatchObject({ code: 0, stdout: expect.stringContaining('The answers were LIVE.') });
  });

  test('a cache spares calls that were answered before, and repeats only where that is asked for', async () => {
    const cache = join(newFolder(), 'cache.jsonl');
    const once = ['--policies', 'heuristic', '--generations', '0', '--cache', cache];
    expect((await newPlace().run([...words, ...once], { env })).code).toBe(0);
    const first = server.counts.calls;
    const place = newPlace();
    expect((await place.run([...words, ...once], { env })).code).toBe(0);
    expect([server.counts.calls, first > 0]).toEqual([first, true]);
    expect(linesOf(place, 'trials.jsonl').every(({ costUsd, latencyMs }) => (costUsd as number) > 0 && latencyMs === null)).toBe(true);
    // Held-out tasks are asked of the same arm as in the profiles, as another repeat: the same answers serve if they may.
    const shared = join(newFolder(), 'cache.jsonl');
    server.counts.calls = 0;
    const sharing = ['--policies', 'heuristic', '--generations', '0', '--cache', shared, '--cache-repeats'];
    expect((await newPlace().run([...words, ...sharing], { env })).code).toBe(0);
    expect(server.counts.calls).toBeLessThan(first);
    // Nothing is asked twice, not even at the same time.
    expect([cache, shared].map((file) => readFileSync(file, 'utf8').trimEnd().split('\n').length)).toEqual([first, server.counts.calls]);
  });

  test('says before anything is paid which models cannot be called, and which have no price to keep a budget by', async () => {
    const none = { ...env, OPENAI_API_KEY: '', OPENAI_BASE_URL: '' };
    expect(await newPlace().run(words, { env: none })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/small: gpt-4o-mini-2024-07-18: no OPENAI_API_KEY[\s\S]*large: gpt-4-0613/),
    });
    const cwd = newFolder({
      'ratchet.models.yaml': `providers:\n  home: { api: openai, baseUrl: "${server.baseUrl}", key: null }\nmodels:\n  mine: { provider: home, apiName: large }\nuse: { "*": mine }\n`,
    });
    expect(await newPlace().run([...words, '--budget-usd', '1'], { cwd, env: none })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('price is not known: mine'),
    });
    const free = await newPlace().run([...words, '--generations', '0'], { cwd, env: none });
    expect([free.code, free.stderr]).toEqual([0, expect.stringContaining('live: small is mine of home (as you chose), price not known')]);
    expect(server.counts.calls).toBeGreaterThan(0);
  });

  test('--dry-run says what it would cost, and calls nobody', async () => {
    const ended = await newPlace().run([...words, '--dry-run'], { env });
    expect([ended.code, ended.stdout]).toEqual([0, expect.stringContaining('Models are live: this is paid')]);
    expect(ended.stdout).toMatch(/^cost +\$\d+\.\d\d +\$[1-9]/m);
    expect(server.counts.calls).toBe(0);
  });
});
