import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newPlace, onlyRun, recordedTable, tinyScenario } from './ratchet.ts';

interface Line {
  readonly seed: number;
  readonly phase: string;
  readonly task: string;
}

const numbered = (first: number, count: number) => Array.from({ length: count }, (_, index) => `q${first + index}`);
// Four queries, q20 to q23, stand in both.
const [data, heldout] = [recordedTable(), recordedTable({ first: 20, models: ['cheap', 'dear'] })];
const words = ['experiment', 'routing', '--data', data, '--heldout-data', heldout];
const small = ['--generations', '2', '--seeds', '2', '--policies', 'learned,best-fixed'];
const leak = '4 tasks of the data to learn on ask what a held-out one asks: left out of training and validation (q20, q21, q22, q23)';

describe.concurrent('a run with held-out data of its own', () => {
  it('learns on the one table alone, and holds out all of the other under every seed', async () => {
    const place = newPlace();
    const { code, stdout } = await place.call([...words, ...small, '--json', '--quiet']);
    expect(code).toBe(0);
    const summary = JSON.parse(stdout);
    expect(summary.tasks).toEqual({ total: 44, train: 14, validation: 6, heldout: 24, leftOut: 4 });
    expect(summary.warnings).toContain(leak);
    const directory = onlyRun(place, 'routing');
    const lines = readFileSync(join(directory, 'trials.jsonl'), 'utf8').trim().split('\n');
    const trials = lines.map((line): Line => JSON.parse(line));
    for (const seed of [1, 2]) {
      const tasksOf = (...phases: readonly string[]) =>
        new Set(trials.filter((one) => one.seed === seed && phases.includes(one.phase)).map(({ task }) => task));
      expect(tasksOf('heldout')).toEqual(new Set(numbered(20, 24)));
      const learned = tasksOf('train', 'validation');
      expect(learned.size).toBeGreaterThan(10);
      for (const task of learned) expect(numbered(0, 20)).toContain(task);
    }
    expect(JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')).facts.options).toMatchObject({ heldoutData: expect.stringMatching(/folder-/) });
    const resolved = readFileSync(join(directory, 'scenario.resolved.yaml'), 'utf8');
    expect(resolved).toContain('leftOut:\n  - q20\n');
    expect(resolved.match(/purpose: heldout/g)).toHaveLength(24);
    expect(readFileSync(join(directory, 'report.md'), 'utf8')).toContain(
      '24 held-out; the held-out ones have data of their own, and 4 of the other data that ask the same were left out',
    );
  });

  it('is another plan than one without, and than one with other held-out data, and goes on with its own', async () => {
    const place = newPlace();
    const run = (...more: readonly string[]) => place.call(['experiment', 'routing', '--data', data, ...more, ...small, '--run', 'one', '--quiet']);
    expect((await run('--heldout-data', heldout, '--budget-usd', '0.3')).code).toBe(4);
    for (const other of [[], ['--heldout-data', recordedTable({ first: 30 })]]) {
      const { code, stderr } = await run(...other);
      expect([code, stderr]).toEqual([2, expect.stringContaining('the folder holds another run')]);
    }
    expect((await run('--heldout-data', heldout)).code).toBe(0);
    const whole = newPlace();
    expect((await whole.call([...words, ...small, '--quiet'])).code).toBe(0);
    const trialsIn = (directory: string) => readFileSync(join(directory, 'trials.jsonl'), 'utf8');
    expect(trialsIn(join(place.results, 'routing', 'one'))).toBe(trialsIn(onlyRun(whole, 'routing')));
  });

  it('is estimated and validated with both tables, and with a word about what was left out', async () => {
    const place = newPlace();
    const [estimated, json, validated] = [
      await place.call([...words, ...small, '--dry-run']),
      await place.call([...words, ...small, '--dry-run', '--json', '--quiet']),
      await place.call(['experiment', 'validate', 'routing', '--data', data, '--heldout-data', heldout]),
    ];
    expect(estimated.stdout).toContain(`44 tasks, 2 arms, 2 seeds, 2 generations`);
    expect(estimated.stdout).toContain(`Warning: ${leak}.`);
    // Two seeds; held-out for three policies (the baseline, too) and once more at the end; two generations on 0.4 of 14; judged once.
    expect(JSON.parse(json.stdout).trials).toBe(Math.round(2 * (24 * 4 + 2 * 0.4 * 14 + 2 * 6)));
    expect([validated.code, validated.stdout]).toEqual([0, expect.stringContaining('routing: 44 tasks')]);
    expect(validated.stderr).toContain(`warning: ${leak}`);
  });

  it('is refused, before anything is written, with other models, with the same table twice, and on a scenario with tasks of its own', async () => {
    const place = newPlace();
    const refused = async (...some: readonly string[]) => {
      const { code, stdout, stderr } = await place.call(['experiment', ...some]);
      expect([code, stdout]).toEqual([2, '']);
      return stderr;
    };
    const other = recordedTable({ first: 50, models: ['dear', 'cheap', 'new'] });
    expect(await refused('routing', '--data', data, '--heldout-data', other)).toContain('must be of the same models as the data to learn on: ');
    expect(await refused('validate', 'routing', '--data', data, '--heldout-data', data)).toContain('there is nothing to learn on');
    expect(await refused('tiny', '--scenario', tinyScenario, '--heldout-data', data)).toContain('is for scenarios that run on recorded data');
    expect(await refused('routing', '--heldout-data', heldout)).toContain('give its folder with --data DIR');
    expect(await refused('routing', '--data', data, '--heldout-data', heldout, '--filter', 'q1')).toContain('of the held-out data none is left');
  });
});
