import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { liveServer } from './live-server.ts';
import { newFolder, newPlace, onlyRun, type Place, tinyCopy, tinyExperiment } from './ratchet.ts';

const prices = { small: { inputUsdPerMTok: 0.15, outputUsdPerMTok: 0.6 }, large: { inputUsdPerMTok: 30, outputUsdPerMTok: 60 } };
const server = await liveServer(prices, (model, asked) => {
  if (!asked.startsWith('Grade the answer')) return model === 'large' ? '## Peru\n\nLima, on the Rimac.' : '## Peru\n\nLima.';
  return asked.includes('Rimac.') ? '5' : asked.includes('Kenya') ? 'I would rather not say.' : '2';
});
afterAll(() => server.close());
const env = { OPENAI_API_KEY: 'any', OPENAI_BASE_URL: server.baseUrl, ANTHROPIC_API_KEY: '', GEMINI_API_KEY: '', ANTHROPIC_BASE_URL: '', GEMINI_BASE_URL: '' };
const judge = 'scorer: { kind: judge, model: large, by: { kind: rubric, rubric: "Names the river." }, check: { kind: includes, values: [Rimac] } }';
const scenario = tinyCopy({ scenario: (yaml) => yaml.replace(/^scorer: .*$/m, judge) });
const words = ['experiment', tinyExperiment({ policies: '[random]', generations: '0' }), '--scenario', scenario];

const linesOf = (place: Place, name: string) =>
  readFileSync(join(onlyRun(place), name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly quality: number | null; readonly status?: string; readonly costUsd: number; readonly error?: string });
const sum = (records: readonly { readonly costUsd: number }[]) => records.reduce((total, { costUsd }) => total + costUsd, 0);

test('a live judge scores, is paid beside the arms, and is set beside a program; what it leaves open is unscored', async () => {
  const [place, replayed] = [newPlace(), newPlace()];
  const cassette = join(newFolder(), 'cassette.jsonl');
  const live = await place.run([...words, '--provider', 'live', '--record', cassette], { env });
  const all = [...linesOf(place, 'trials.jsonl'), ...linesOf(place, 'profiles.jsonl')];
  expect(new Set(all.map(({ quality }) => quality))).toEqual(new Set([1, 0.25, null]));
  expect(linesOf(place, 'trials.jsonl').every(({ status, error }) => status === 'completed' || error?.includes('said "I would rather not say."'))).toBe(true);
  expect(sum(linesOf(place, 'judging.jsonl'))).toBeGreaterThan(0);
  expect(sum(linesOf(place, 'judging.jsonl')) + sum(linesOf(place, 'spending.jsonl'))).toBeCloseTo(server.counts.billedUsd, 9);
  expect(sum(all)).toBeCloseTo(sum(linesOf(place, 'spending.jsonl')), 9);
  expect(live.stderr).toMatch(/judge: its calls cost \$0\.\d+/);
  expect(live.stderr).toMatch(/judge: on \d+ answers it agrees with the check on 100%, kappa 1\.00; it gives \+0\.\d+ on average/);
  const calls = server.counts.calls;
  await replayed.run([...words, '--provider', 'recorded', '--cassette', cassette]);
  const qualities = (at: Place) => linesOf(at, 'profiles.jsonl').map(({ quality }) => quality);
  expect([qualities(replayed), server.counts.calls]).toEqual([qualities(place), calls]);
});

test('a judge whose own budget is spent ends the run as incomplete', async () => {
  const { code, stderr } = await newPlace().run([...words, '--provider', 'live', '--judge-budget-usd', '0.0001'], { env });
  expect([code, stderr]).toEqual([4, expect.stringContaining('--judge-budget-usd')]);
});

test('simulated models refuse to judge by a rubric, before anything is run', async () => {
  expect(await newPlace().run(words)).toMatchObject({ code: 2, stderr: expect.stringContaining('simulated models cannot judge by a rubric') });
});
