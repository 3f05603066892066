import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { newFolder, newPlace, onlyRun, projectRoot, tinyCopy, tinyExperiment } from './ratchet.ts';

const withoutPython = spawnSync(process.env['RATCHET_PYTHON'] ?? 'python3', ['-I', '-c', 'import resource']).status !== 0;

/** Recorded programs: `after` is right on fewer tasks than `direct`, and wrong on the two whose numbers end in 3. */
function recordedPrograms(): string {
  const tasks = Array.from({ length: 14 }, (_, index) => ({
    task_id: `made/${index}`,
    prompt: `def add(a):\n    """Add ${index} to a."""\n`,
    entry_point: 'add',
    test: `def check(candidate):\n    assert candidate(1) == ${index + 1}\n`,
  }));
  const body = (index: number, right: boolean) => `def add(a):\n    return a + ${right ? index : index + 1}\n`;
  const answers = tasks.flatMap(({ task_id }, index) =>
    [
      { strategy: 'direct', right: index !== 5 },
      { strategy: 'after', right: index % 10 !== 3 },
    ].map(({ strategy, right }) => ({ task_id, model: 'made', strategy, text: body(index, right) })),
  );
  const lines = (values: readonly object[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');
  return newFolder({ 'tasks.jsonl': lines(tasks), 'answers.jsonl': lines(answers) });
}

describe('the gate on recorded answers', () => {
  it.skipIf(withoutPython)('fails a strategy that is worse than the one that it would replace, and names the tasks that are lost', async () => {
    const place = newPlace();
    expect((await place.run(['experiment', 'humaneval', '--data', recordedPrograms(), '--run', 'worse', '--quiet'])).code).toBe(0);
    const { code, stdout } = await place.run(['experiment', 'gate', 'worse']);
    expect(code).toBe(1);
    expect(stdout).toContain('FAILED  quality: fixed:direct/made:after - fixed:direct/made:direct above 0: -0.0714');
    expect(stdout).toContain('Lost tasks: made/13, made/3\n');
    expect(stdout).toContain('other recorded data');
  });
});

describe('the gate against a reference', () => {
  const place = newPlace();
  const scenario = tinyCopy();
  const gate = '[{ kind: errors, most: 100 }]';
  const experiment = tinyExperiment({ scenario, policies: '[random, heuristic]', generations: '0', heldoutRepeats: '4', gate });
  const run = (name: string, ...words: readonly string[]) => place.run(['experiment', experiment, '--run', name, '--quiet', ...words]);
  const judge = async (name: string, ...words: readonly string[]) => place.run(['experiment', 'gate', name, ...words]);

  beforeAll(async () => {
    expect((await run('reference')).code).toBe(0);
    expect((await run('same')).code).toBe(0);
  });

  it('passes what came out as it was, to the last digit', async () => {
    const { code, stdout } = await judge('same');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/passed {2}quality of heuristic against the reference: \+0\.00 points/)]);
    expect(stdout).toMatch(/Compared with .*tiny\/reference/);
  });

  it('fails a loss of quality, with the tasks that lost', async () => {
    const [file, kept] = ['tasks.csv', readFileSync(join(place.results, 'tiny', 'same', 'tasks.csv'), 'utf8')];
    const path = join(place.results, 'tiny', 'same', file);
    writeFileSync(path, kept.replace(/^(heuristic,\d+,[^,]+,\d+,\d+),[\d.]+/gm, '$1,0'));
    const { code, stdout } = await judge('same', '--json');
    writeFileSync(path, kept);
    const failed = JSON.parse(stdout).checks.filter(({ passed }: { passed: boolean }) => !passed);
    expect([code, failed]).toEqual([1, [expect.objectContaining({ name: 'quality of heuristic against the reference', tasks: expect.anything() })]]);
    expect(failed[0].tasks.length).toBeGreaterThan(2);
  });

  it('is silent about runs of another protocol, unless the reference was named', async () => {
    expect((await run('short', '--limit', '10')).code).toBe(0);
    const [silent, named] = await Promise.all([judge('short'), judge('short', '--reference', 'reference')]);
    expect([silent.code, silent.stdout]).toEqual([0, expect.stringContaining('not the protocol of the reference: other limit')]);
    expect([named.code, named.stderr]).toEqual([2, expect.stringContaining('cannot be judged by it')]);
  });

  it('writes a comment with the verdict first', async () => {
    const { stdout } = await judge('same', '--markdown');
    expect(stdout).toMatch(/^## Passed: /);
    expect(stdout).toContain('| quality of heuristic against the reference | passed |');
  });

  it('judges a committed reference by itself as no regression, by its means where it has no table of tasks', async () => {
    cpSync(join(projectRoot, 'results', 'code-gen', 'reference'), join(place.results, 'code-gen', 'copy'), { recursive: true });
    const { stdout } = await judge('code-gen/copy', '--json');
    const { checks, reference } = JSON.parse(stdout);
    expect(reference).toMatch(/^Compared with results\//);
    const against = checks.filter(({ name }: { name: string }) => / against the reference$/.test(name));
    expect(against.length).toBeGreaterThan(5);
    for (const { passed } of against) expect(passed).toBe(true);
  });
});

describe('the gate of a run that was stopped', () => {
  it('names held-out tasks that were not run', async () => {
    const place = newPlace();
    expect((await place.run(['experiment', tinyExperiment(), '--quiet', '--budget-usd', '0'])).code).toBe(4);
    const { code, stdout } = await place.run(['experiment', 'gate', onlyRun(place)]);
    expect([code, stdout]).toEqual([1, expect.stringMatching(/FAILED {2}complete: trials are missing\n {8}Lost tasks: \w+/)]);
  });
});
