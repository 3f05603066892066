import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunComparison, RunList, TrialDetail } from '../src/index.ts';
import { besideShown, reference, shownRuns, shownTrial } from './shown-runs.ts';
import { scriptedWorld, startService, type TestService } from './test-service.ts';

describe('runs of experiments', () => {
  let service: TestService;
  let key: string;
  const asked: string[] = [];
  beforeAll(async () => {
    service = await startService({
      world: scriptedWorld(() => ({})),
      library: shownRuns({ asked: ({ experiment, run }) => asked.push(`${experiment}/${run}`) }),
    });
    key = await service.key();
  });
  afterAll(() => service.stop());
  const read = async <Answer>(path: string): Promise<Answer> => (await (await service.get(path, key)).json()) as Answer;
  const end = async (path: string): Promise<readonly unknown[]> => {
    const response = await service.get(path, key);
    return [response.status, ((await response.json()) as { error?: { code: string } }).error?.code];
  };

  it('are listed with what they came to, those under way and damaged ones too', async () => {
    const { runs } = await read<RunList>('/api/runs');
    expect(runs.map(({ run, complete, gate, hasTrials, problem }) => [run, complete, gate, hasTrials, problem])).toEqual([
      ['other', true, true, true, undefined],
      ['reference', true, true, false, undefined],
      ['running', false, null, false, undefined],
      ['damaged', false, null, false, 'the manifest is damaged'],
    ]);
    const { policies, baseline } = reference.summary;
    expect(runs[1]?.learned?.quality).toEqual(policies['learned']?.heldout.quality);
    expect(runs[1]?.baseline?.utility).toEqual(policies[baseline]?.heldout.utility);
  });

  it('give their summary, manifest and table of tasks; a reason where they cannot', async () => {
    expect(await read('/api/runs/code-gen/reference')).toEqual(
      JSON.parse(JSON.stringify({ summary: reference.summary, manifest: reference.manifest, outcomes: reference.outcomes })),
    );
    expect(await end('/api/runs/code-gen/none')).toEqual([404, 'run_not_found']);
    expect(await end('/api/runs/code-gen/running')).toEqual([409, 'run_unfinished']);
    expect(await end('/api/runs/code-gen/damaged')).toEqual([409, 'run_unreadable']);
  });

  it('give pages of their trials, and one with its request, answer and trace', async () => {
    expect(await read('/api/runs/code-gen/other/trials?policy=learned&sort=-costUsd&limit=1000')).toEqual({ total: 1, trials: [shownTrial] });
    expect(await end('/api/runs/code-gen/reference/trials')).toEqual([404, 'no_trials']);
    for (const bad of ['limit=1001', 'limit=0', 'offset=-1', 'sort=arm', 'phase=later', 'filter=x'])
      expect((await end(`/api/runs/code-gen/other/trials?${bad}`))[0]).toBe(400);
    const path = `/api/runs/code-gen/other/trials/${encodeURIComponent(shownTrial.id)}`;
    const { request, repeated, trace } = besideShown;
    expect(await read<TrialDetail>(path)).toEqual({ trial: shownTrial, request, answer: repeated, answerFrom: 'repeated', trace });
    expect(await end('/api/runs/code-gen/other/trials/none')).toEqual([404, 'trial_not_found']);
  });

  it('are not looked for outside the folder of results', async () => {
    asked.length = 0;
    for (const name of ['..', '.', '.git', '%2e%2e', '..%2f..%2fetc', '..%5c..', 'a%2fb', '%00', '-x', `${'x'.repeat(200)}`, 'a%20b']) {
      for (const path of [`/api/runs/code-gen/${name}`, `/api/runs/${name}/reference`, `/api/runs/${name}/${name}/trials`, `/api/runs/${name}/x/trials/y`]) {
        expect([path, [400, 404].includes((await service.get(path, key)).status)]).toEqual([path, true]);
      }
      for (const text of [`${name}/reference:learned`, `code-gen/${name}:learned`]) {
        expect((await service.get(`/api/compare?a=${text}&b=code-gen/reference:learned`, key)).status).toBe(400);
      }
    }
    expect(asked.filter((place) => place !== 'code-gen/reference')).toEqual([]);
  });
});

describe('two policies side by side', () => {
  let service: TestService;
  let key: string;
  beforeAll(async () => {
    service = await startService({ world: scriptedWorld(() => ({})), library: shownRuns() });
    key = await service.key();
  });
  afterAll(() => service.stop());
  const compare = async (a: string, b: string): Promise<RunComparison> =>
    (await (await service.get(`/api/compare?a=${encodeURIComponent(a)}&b=${encodeURIComponent(b)}`, key)).json()) as RunComparison;
  const reported = (metric: string) => {
    const found = reference.summary.comparisons.find((one) => one.metric === metric && one.baseline === 'heuristic' && one.candidate === 'learned');
    if (found === undefined) throw new Error('the reference does not compare these');
    return found;
  };

  it('have the figures of the report where it compares them, in either direction', async () => {
    const there = await compare('code-gen/reference:heuristic', 'code-gen/reference:learned');
    const back = await compare('code-gen/reference:learned', 'code-gen/reference:heuristic');
    const { delta, low, high, pValue } = reported('utility');
    expect([there.from, there.comparable, there.differences.utility]).toEqual(['report', true, { mean: delta, low, high, p: pValue }]);
    expect(back.differences.utility).toEqual({ mean: -delta, low: -high, high: -low, p: pValue });
    expect([...there.gained].sort()).toEqual([...back.lost].sort());
    expect(there.lost.length + there.gained.length).toBeGreaterThan(10);
  });

  it('come to nearly the same from the tables of tasks of two runs, which says if their protocols differ', async () => {
    const { differences, from, comparable, tasks } = await compare('code-gen/reference:heuristic', 'code-gen/other:learned');
    expect([from, comparable]).toEqual(['tasks', 'not the protocol of the reference: other limit']);
    for (const metric of ['quality', 'costUsd', 'latencyMs'] as const) expect(differences[metric]?.mean).toBeCloseTo(reported(metric).delta, 9);
    // Its scale is that of held-out tasks, the report's that of training tasks.
    expect(Math.abs((differences.utility?.mean ?? 0) / reported('utility').delta - 1)).toBeLessThan(0.15);
    const changes = tasks.map(({ utility }) => utility ?? Number.NaN);
    expect(changes).toEqual([...changes].sort((a, b) => a - b));
    expect(tasks.find(({ task }) => task === 'train-timetable/hall-display')?.family).toBe('several');
  });

  it('have to be there', async () => {
    const status = async (a: string) => (await service.get(`/api/compare?a=${a}&b=code-gen/reference:learned`, key)).status;
    expect(await status('code-gen/reference:nobody')).toBe(404);
    expect(await status('code-gen/reference:constructor')).toBe(404);
    expect(await status('code-gen/none:learned')).toBe(404);
    expect(await status('code-gen/running:learned')).toBe(409);
    expect(await status('code-gen/reference')).toBe(400);
  });
});
