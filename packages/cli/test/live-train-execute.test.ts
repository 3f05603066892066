import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { liveServer } from './live-server.ts';
import { newFolder, newPlace, tinyScenario } from './ratchet.ts';

const prices = { small: { inputUsdPerMTok: 0.15, outputUsdPerMTok: 0.6 }, large: { inputUsdPerMTok: 30, outputUsdPerMTok: 60 } };
const server = await liveServer(prices, (model) => (model === 'large' ? '## Peru\n\nLima, on the Rimac.' : '## Peru\n\nThe capital is Lima.'));
afterAll(() => server.close());

const key = 'sk-canary-41c7a90be2';
const env = { OPENAI_API_KEY: key, OPENAI_BASE_URL: server.baseUrl, ANTHROPIC_API_KEY: '', GEMINI_API_KEY: '', ANTHROPIC_BASE_URL: '', GEMINI_BASE_URL: '' };
const train = ['train', tinyScenario, '--generations', '1', '--tasks-per-gen', '4'];
const execute = ['execute', 'Which city is the capital of Peru, and on which river does it lie?', '--scenario', tinyScenario, '--json'];
/** Of the generation's line, without what it says of time and of where answers came from. */
const learned = (stdout: string) => /^generation 1: .*, cost \$\S+,/.exec(stdout)?.[0];

beforeEach(() => {
  Object.assign(server.counts, { calls: 0, billedUsd: 0, answered: 0 });
});

describe('train and execute --provider live', () => {
  test('learn from live answers, answer with them, and book what they cost', async () => {
    const place = newPlace();
    const cassette = join(newFolder(), 'cassette.jsonl');
    const trained = await place.run([...train, '--provider', 'live', '--record', cassette], { env });
    expect([trained.code, trained.stdout]).toEqual([0, expect.stringMatching(/^generation 1: 4 tasks, quality 0\.\d+.* \(live\)\n$/)]);
    expect(trained.stderr).toContain('live: small is small of openai');
    const spent = readFileSync(join(place.home, 'snapshots/tiny/spending.jsonl'), 'utf8').trimEnd().split('\n');
    expect(spent.reduce((sum, line) => sum + JSON.parse(line).costUsd, 0)).toBeCloseTo(server.counts.billedUsd, 9);

    Object.assign(server.counts, { billedUsd: 0, answered: 0 });
    const { code, stdout } = await place.run([...execute, '--provider', 'live'], { env });
    const answer = JSON.parse(stdout);
    expect([code, answer]).toEqual([
      0,
      expect.objectContaining({ evidence: 'live', status: 'answered', text: expect.stringContaining('Lima'), generation: 1 }),
    ]);
    expect(answer.costUsd).toBeCloseTo(server.counts.billedUsd, 9);
    expect(answer.modelCalls).toBe(server.counts.answered);

    server.failEvery = 1;
    const failed = await place.run([...execute, '--provider', 'live'], { env });
    server.failEvery = 0;
    expect([failed.code, failed.stdout]).toEqual([3, expect.stringContaining('bad request of Bearer [key]')]);
    // Snapshots, spending and traces.
    const everything = [...readdirSync(place.home, { recursive: true, withFileTypes: true })]
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
    expect([everything.length >= 4, everything.some((text) => text.includes('model call'))]).toEqual([true, true]);
    expect([...everything, readFileSync(cassette, 'utf8'), failed.stdout, failed.stderr].join('\n')).not.toContain(key);

    const calls = server.counts.calls;
    const replayed = await newPlace().run([...train, '--provider', 'recorded', '--cassette', cassette]);
    expect([replayed.code, learned(replayed.stdout)]).toEqual([0, learned(trained.stdout)]);
    expect(replayed.stdout).toContain('(recorded)');
    expect(server.counts.calls).toBe(calls);
  });

  test('train stops at its budget, with the generations that it could pay for', async () => {
    const place = newPlace();
    const { code, stderr } = await place.run([...train, '--provider', 'live', '--budget-usd', '0.01'], { env });
    expect([code, stderr]).toEqual([4, expect.stringContaining('Stopped at the budget of $0.01, within generation 1')]);
    expect(server.counts.billedUsd).toBeLessThanOrEqual(0.01);
    expect(JSON.parse((await place.run([...execute, '--provider', 'live'], { env })).stdout)).toMatchObject({ generation: 0, evidence: 'live' });
    server.counts.calls = 0;
    const broke = await place.run([...execute, '--provider', 'live', '--budget-usd', '0'], { env });
    expect([broke.code, server.counts.calls]).toEqual([3, 0]);
  });

  test.each<[string, readonly string[], string]>([
    ['a cassette to write without live models', ['--record', 'x.jsonl'], '--record and --cache are for --provider live'],
    ['a cassette to replay without the provider that does', ['--cassette', 'x.jsonl'], '--cassette is for --provider recorded'],
    ['a budget where nothing is paid', ['--budget-usd', '1'], '--budget-usd is for --provider live'],
  ])('train refuses %s', async (_what, words, message) => {
    expect(await newPlace().run([...train, ...words])).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});
