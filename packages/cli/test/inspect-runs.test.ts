import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { summarySchema } from '@ratchet/harness';
import { beforeAll, describe, expect, it } from 'vitest';
import { filesOf, leanArms, newFolder, newPlace, onlyRun, type Place, recordedTable, tinyCopy, tinyExperiment, tinyScenario } from './ratchet.ts';

const logs = ['manifest.json', 'trials.jsonl', 'profiles.jsonl'];
const reports = [
  'decisions.csv',
  'generations.csv',
  'improvement.csv',
  'junit.xml',
  'parameters.csv',
  'report.html',
  'report.md',
  'scenario.resolved.yaml',
  'summary.json',
  'tasks.csv',
];

describe.concurrent('experiment report', () => {
  /** Runs, takes all reports away, rebuilds them from anywhere, and compares. */
  async function expectRebuilt(place: Place, words: readonly string[], cwd: string, name: string): Promise<void> {
    const { code } = await place.call(['experiment', ...words, '--quiet'], { cwd });
    expect(code).toBe(0);
    const directory = onlyRun(place, name);
    const before = filesOf(directory);
    expect(Object.keys(before).sort()).toEqual([...logs, ...reports].sort());
    for (const report of reports) rmSync(join(directory, report));
    const rebuilt = await place.call(['experiment', 'report', `${name}/${directory.split('/').at(-1)}`, '--json'], { cwd: newFolder() });
    expect([rebuilt.code, rebuilt.stderr]).toEqual([0, '']);
    expect(filesOf(directory)).toEqual(before);
    expect(rebuilt.stdout).toBe(before['summary.json']);
  }

  it('rebuilds every report of a run from its log alone, byte for byte', async () => {
    const file = tinyExperiment();
    await expectRebuilt(newPlace(), [relative('/', file)], '/', 'tiny');
  });

  it('rebuilds those of a scenario that was named by a path from where one stood', async () => {
    await expectRebuilt(
      newPlace(),
      ['other', '--scenario', 'tiny', '--policies', 'random', '--generations', '0', '--filter', 'a', '--limit', '11', '--seeds', '2'],
      join(tinyScenario, '..'),
      'other',
    );
  });

  it('rebuilds those of a shipped experiment on recorded data', async () => {
    const data = recordedTable();
    await expectRebuilt(newPlace(), ['routing', '--data', data.split('/').at(-1) as string, '--generations', '1', '--seeds', '1'], join(data, '..'), 'routing');
  });

  it('rebuilds those of a run with held-out data of its own', async () => {
    const [data, heldout] = [recordedTable(), recordedTable({ first: 20 })];
    const words = ['routing', '--data', data.split('/').at(-1) as string, '--heldout-data', heldout.split('/').at(-1) as string];
    await expectRebuilt(newPlace(), [...words, '--generations', '1', '--seeds', '2'], join(data, '..'), 'routing');
  });

  it('rebuilds those of a run whose configurations were raced', async () => {
    const scenario = tinyCopy({ arms: 'arms:\n  - { strategy: direct, model: small, temperature: { each: [0, 0.3, 0.6] } }\nbaseline: random' });
    const file = tinyExperiment({ scenario, policies: '[random, learned]', tuning: '{ keep: 1, firstTasks: 2 }' });
    const place = newPlace();
    await expectRebuilt(place, [file], '/', 'tiny');
    const { tuning } = JSON.parse(readFileSync(join(onlyRun(place), 'summary.json'), 'utf8'));
    expect(tuning).toMatchObject([{ seed: 1, races: [{ name: 'direct/small', rungs: [{ tasks: 2, raced: 3 }] }] }]);
    expect(tuning[0].arms).toEqual(tuning[0].races[0].kept);
  });

  it('rebuilds those of a run that is not complete, as far as it went', async () => {
    const place = newPlace();
    const experiment = tinyExperiment({ scenario: tinyCopy({ arms: leanArms }), policies: '[random, learned]' });
    expect((await place.call(['experiment', experiment, '--quiet', '--budget-usd', '0.13'])).code).toBe(4);
    const before = filesOf(onlyRun(place));
    expect(before['trials.jsonl']).toContain('learned');
    for (const report of reports) rmSync(join(onlyRun(place), report));
    expect((await place.run(['experiment', 'report', onlyRun(place)])).code).toBe(0);
    expect(filesOf(onlyRun(place))).toEqual(before);
  });

  it('refuses to rebuild with a scenario that has changed since, and touches nothing', async () => {
    const scenario = tinyCopy();
    const place = newPlace();
    expect((await place.call(['experiment', tinyExperiment({ scenario }), '--policies', 'random', '--generations', '0', '--quiet'])).code).toBe(0);
    const before = filesOf(onlyRun(place));
    appendFileSync(join(scenario, 'scenario.yaml'), '# changed\n');
    const refused = await place.call(['experiment', 'report', onlyRun(place)]);
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toContain('have changed since this run');
    expect(filesOf(onlyRun(place))).toEqual(before);
  });
});

describe('what finished runs say', () => {
  const place = newPlace();
  const run = (name: string, ...words: readonly string[]) => place.call(['experiment', passing, '--run', name, '--quiet', ...words]);
  const passing = tinyExperiment({ gate: '[{ kind: difference, metric: quality, above: -1 }]' });
  const failing = tinyExperiment({ name: 'fails', gate: '[{ kind: difference, metric: quality, above: 1 }]' });

  beforeAll(async () => {
    for (const { code } of [await run('a'), await run('b', '--seeds', '2'), await place.call(['experiment', failing, '--run', 'c', '--quiet'])])
      expect(code).toBe(0);
  });

  it('passes the gate with exit code 0, or fails it with exit code 1', async () => {
    const [passed, failed, json] = await Promise.all([
      place.call(['experiment', 'gate', 'a']),
      place.run(['experiment', 'gate', 'fails/c']),
      place.call(['experiment', 'gate', 'c', '--json']),
    ]);
    expect([passed.code, passed.stdout]).toEqual([0, expect.stringContaining('passed  quality: learned - heuristic above -1')]);
    expect([failed.code, failed.stdout]).toEqual([1, expect.stringContaining('FAILED  quality: learned - heuristic above 1')]);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ passed: false, checks: [{ name: 'complete', passed: true }, { passed: false }] });
  });

  it('never passes the gate incomplete', async () => {
    expect((await run('d', '--budget-usd', '0', '--fresh')).code).toBe(4);
    const { code, stdout } = await place.call(['experiment', 'gate', 'd']);
    expect([code, stdout]).toEqual([1, expect.stringContaining('FAILED  complete: trials are missing')]);
  });

  it('sets two runs side by side', async () => {
    const { code, stdout } = await place.call(['experiment', 'compare', 'tiny/a', 'tiny/b', '--json']);
    const { a, b, rows } = JSON.parse(stdout);
    expect([code, a, b]).toEqual([0, 'a', 'b']);
    expect(rows.map(({ policy, metric }: { policy: string; metric: string }) => `${policy} ${metric}`)).toEqual(
      ['heuristic', 'learned'].flatMap((policy) => ['quality', 'costUsd', 'latencyMs', 'utility', 'regret'].map((metric) => `${policy} ${metric}`)),
    );
    const [first, second] = (['a', 'b'] as const).map((name) =>
      summarySchema.parse(JSON.parse(readFileSync(join(place.results, 'tiny', name, 'summary.json'), 'utf8'))),
    );
    expect(rows[0]).toMatchObject({ a: first?.policies['heuristic']?.heldout.quality, b: second?.policies['heuristic']?.heldout.quality });
    expect(rows[0].delta).toBe(rows[0].b.mean - rows[0].a.mean);
    const text = await place.run(['experiment', 'compare', 'a', 'b']);
    expect(text.stdout).toContain('A = tiny/a, B = tiny/b');
  });

  it('says which runs there are when there is none of that name', async () => {
    const { code, stdout, stderr } = await place.call(['experiment', 'compare', 'a', 'x']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/x: there is no such run\. Runs: .*tiny\/a/);
  });

  it('says that a summary is damaged, or is not there yet, and that it can be rebuilt', async () => {
    const file = join(place.results, 'tiny', 'b', 'summary.json');
    const right = readFileSync(file, 'utf8');
    writeFileSync(file, right.slice(0, 100));
    expect(await place.call(['experiment', 'gate', 'b'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('the summary is damaged; rebuild it with `experiment report`'),
    });
    writeFileSync(file, right.replace('"version": 1', '"version": 7'));
    expect(await place.call(['experiment', 'gate', 'b'])).toMatchObject({ code: 2, stderr: expect.stringContaining('not a summary of this version') });
    rmSync(file);
    expect(await place.call(['experiment', 'gate', 'b'])).toMatchObject({ code: 2, stderr: expect.stringContaining('the run has no summary yet') });
    expect((await place.call(['experiment', 'report', 'b', '--quiet'])).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(right);
  });
});

describe('what can be run', () => {
  it('is listed, in words and as JSON', async () => {
    const [text, json] = await Promise.all([newPlace().run(['experiment', 'list']), newPlace().call(['experiment', 'list', '--json'])]);
    expect([text.code, json.code, text.stderr, json.stderr]).toEqual([0, 0, '', '']);
    expect(JSON.parse(json.stdout).map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['code-gen', 'document-processing', 'humaneval', 'routing']),
    );
    for (const { name } of JSON.parse(json.stdout)) expect(text.stdout).toContain(name);
  });

  it('is checked without running it, answers of the bank too', async () => {
    const { code, stdout } = await newPlace().run(['experiment', 'validate', tinyExperiment()]);
    expect([code, stdout]).toEqual([0, 'tiny: 14 tasks, 14 parts, 8 arms, 2 policies; answers are simulated. Everything fits.\n']);
    const scenario = tinyCopy({ answers: (yaml) => yaml.replace('The capital is Lima, on the Rimac.', 'The capital is Lima.') });
    const wrong = await newPlace().call(['experiment', 'validate', tinyExperiment({ scenario })]);
    expect([wrong.code, wrong.stdout]).toEqual([2, '']);
    expect(wrong.stderr).toContain('answer 1 of the part capitals/peru is graded right and scores 0.50');
  });
});
