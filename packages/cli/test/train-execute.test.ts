import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { newPlace, tinyScenario } from './ratchet.ts';

const place = newPlace();
const snapshots = join(place.home, 'snapshots', 'tiny');
const fileOf = (generation: number) => join(snapshots, `generation-000${generation}.json`);
const request = ['execute', 'Which city is the capital of Peru, and on which river does it lie?', '--scenario', tinyScenario];
const execute = (...words: readonly string[]) => place.call([...request, ...words]);
const executed = async (...words: readonly string[]) => JSON.parse((await execute('--json', ...words)).stdout);

describe('execute, before anything was trained', () => {
  it('says how to train', async () => {
    const { code, stdout, stderr } = await newPlace().run(['execute', 'Hello', '--scenario', tinyScenario]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('nothing is trained on tiny yet. First: pnpm ratchet train tiny');
  });
});

describe('train, then execute', () => {
  beforeAll(async () => {
    const { code, stdout } = await place.call(['train', tinyScenario, '--generations', '3', '--tasks-per-gen', '6']);
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toEqual(
      [1, 2, 3].map((generation) =>
        expect.stringMatching(new RegExp(`^generation ${generation}: 6 tasks, quality [01]\\.\\d{3}, cost \\$\\S+, latency \\S+ s a task \\(simulated\\)$`)),
      ),
    );
  });

  it('saves the policy of every generation', () => {
    expect(readdirSync(snapshots).sort()).toEqual([0, 1, 2, 3].map((generation) => `generation-000${generation}.json`));
    expect(JSON.parse(readFileSync(fileOf(3), 'utf8'))).toMatchObject({
      format: 'ratchet-snapshot',
      scenario: 'tiny',
      generation: 3,
      arms: expect.arrayContaining(['direct/small']),
    });
  });

  it('gives the same snapshots for the same seed', async () => {
    const other = newPlace();
    await other.run(['train', tinyScenario, '--generations', '3', '--tasks-per-gen', '6']);
    for (const generation of [0, 1, 2, 3])
      expect(readFileSync(join(other.home, 'snapshots', 'tiny', `generation-000${generation}.json`), 'utf8')).toBe(readFileSync(fileOf(generation), 'utf8'));
  });

  it('answers with the latest generation, or with the one that is asked for', async () => {
    const answer = await executed();
    expect(answer).toMatchObject({
      status: 'answered',
      generation: 3,
      evidence: 'simulated',
      arm: expect.any(String),
      costUsd: expect.any(Number),
      latencyMs: expect.any(Number),
    });
    expect(answer.text).toContain('## Peru');
    expect(await executed('--generation', '-1')).toEqual(answer);
    // The first one is the heuristic.
    expect(await executed('--generation', '0')).toMatchObject({ generation: 0, arm: 'direct/large' });
    const { code, stdout, stderr } = await place.run(request);
    expect([code, stdout]).toEqual([0, `${answer.text}\n`]);
    expect(stderr).toContain('generation 3');
  });

  it('tells of its steps on stderr, unless it is to be quiet', async () => {
    const { stderr } = await execute();
    expect(stderr).toContain('step 1 of 1: Which city is the capital of Peru, and on which river does');
    expect(stderr).toContain('step 1 of 1: answered');
    expect((await execute('--quiet')).stderr).toBe('');
  });

  it('shows what there is when a deadline passes, and names what is not answered', async () => {
    const whole = await executed();
    const { code, stdout, stderr } = await execute('--deadline-ms', String(Math.round(0.9 * whole.latencyMs)));
    expect(code).toBe(3);
    expect(stdout.length).toBeGreaterThan(10);
    expect(whole.text.startsWith(stdout.trimEnd())).toBe(true);
    expect(stdout.trimEnd()).not.toBe(whole.text);
    expect(stderr).toContain("the request's deadline passed before");
    expect(stderr).toContain('not answered: step 1 (');
    expect(JSON.parse((await execute('--json', '--deadline-ms', '1')).stdout)).toMatchObject({
      status: 'failed',
      text: '',
      error: { kind: 'deadline' },
      unanswered: [{ kind: 'failed', chunks: [0], error: { kind: 'deadline' } }],
    });
  });

  it('makes no call that a request has no money for', async () => {
    const { code, stdout, stderr } = await execute('--budget-usd', '0');
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain('the request may cost $0');
    expect((await execute('--budget-usd', '1')).code).toBe(0);
    expect((await execute('--budget-usd', 'much')).code).toBe(2);
  });

  it('says which generations there are when one is missing', async () => {
    const { code, stdout, stderr } = await execute('--generation', '9');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('there is no generation 9 of tiny; there are 0 to 3');
  });

  it('passes over a damaged snapshot, with a word about it', async () => {
    const right = readFileSync(fileOf(3), 'utf8');
    for (const [damaged, word] of [
      [right.slice(0, right.length / 2), 'was cut off or damaged'],
      [right.replace('"generation":3', '"generation":4'), 'its hash does not agree'],
      ['{}\n', 'is not a snapshot of this version'],
    ] as const) {
      writeFileSync(fileOf(3), damaged);
      const { code, stdout, stderr } = await execute('--json');
      expect([code, JSON.parse(stdout).generation]).toEqual([0, 2]);
      expect(stderr).toContain(word);
      expect(stderr).toContain('Trying the one before it.');
    }
    expect((await execute('--generation', '3')).code).toBe(2);
    writeFileSync(fileOf(3), right);
  });

  it('says so when no snapshot can be read', async () => {
    const other = newPlace();
    await other.call(['train', tinyScenario, '--generations', '1', '--tasks-per-gen', '2']);
    for (const generation of [0, 1]) writeFileSync(join(other.home, 'snapshots', 'tiny', `generation-000${generation}.json`), 'broken');
    const { code, stderr } = await other.call(['execute', 'Hello', '--scenario', tinyScenario]);
    expect(code).toBe(2);
    expect(stderr).toContain('no snapshot of tiny can be read. Train again: pnpm ratchet train tiny');
  });

  it('leaves no generation of an earlier, longer training, which would pass for the latest', async () => {
    const other = newPlace();
    const generations = () => readdirSync(join(other.home, 'snapshots', 'tiny')).length - 1;
    await other.call(['train', tinyScenario, '--generations', '3', '--tasks-per-gen', '2']);
    expect(generations()).toBe(3);
    await other.call(['train', tinyScenario, '--generations', '1', '--tasks-per-gen', '2', '--seed', '2']);
    expect(generations()).toBe(1);
  });
});
