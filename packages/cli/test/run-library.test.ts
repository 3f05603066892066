import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '@ratchet/harness';
import type { RunEntry } from '@ratchet/service';
import { beforeAll, describe, expect, it } from 'vitest';
import { runLibrary } from '../src/run-library.ts';
import { newPlace, tinyScenario } from './ratchet.ts';

describe('the library of runs', () => {
  const place = newPlace();
  const tiny = { experiment: 'tiny', run: 'first' };
  const library = runLibrary({ results: place.results, traces: join(place.home, 'traces') });
  const all = { offset: 0, limit: 1000 };
  beforeAll(async () => {
    const words = ['experiment', 'tiny', '--scenario', tinyScenario, '--run', 'first', '--seeds', '1', '--generations', '1', '--limit', '12', '--threads', '1'];
    expect((await place.run([...words, '--quiet'])).code).toBe(0);
    mkdirSync(join(place.results, 'tiny', 'damaged'));
    writeFileSync(join(place.results, 'tiny', 'damaged', 'manifest.json'), '{');
    mkdirSync(join(place.results, 'tiny', 'nothing'));
  });

  it('lists each run once, damaged ones with the reason, and reads again what has changed', async () => {
    const seen: string[] = [];
    const fold = (entry: RunEntry): string => {
      seen.push(entry.run);
      return `${entry.experiment}/${entry.run} ${entry.kind === 'readable' ? entry.summary?.trials.total : entry.problem.includes('the manifest is damaged')} ${entry.hasTrials}`;
    };
    const total = (await library.run(tiny))?.summary?.trials.total;
    expect(await library.entries(fold)).toEqual(['tiny/damaged true false', `tiny/first ${total} true`]);
    expect(await library.entries(fold)).toEqual(['tiny/damaged true false', `tiny/first ${total} true`]);
    expect(seen).toEqual(['damaged', 'first']);
    writeFileSync(join(place.results, 'tiny', 'damaged', 'manifest.json'), '{ ');
    await library.entries(fold);
    expect(seen).toEqual(['damaged', 'first', 'damaged']);
  });

  it('gives a run with its table of tasks and their families; nothing of what is not there', async () => {
    const run = await library.run(tiny);
    expect(run?.summary?.experiment).toBe('tiny');
    expect(run?.outcomes?.length).toBeGreaterThan(0);
    expect(new Set(run?.outcomes?.map(({ task }) => run.families.has(task)))).toEqual(new Set([true]));
    expect(await library.run({ experiment: 'tiny', run: 'none' })).toBeUndefined();
    expect(await library.trials({ experiment: 'tiny', run: 'nothing' }, all)).toBeUndefined();
    await expect(library.run({ experiment: 'tiny', run: 'damaged' })).rejects.toThrow(ConfigError);
    expect(await library.report(tiny)).toMatch(/^# /);
    expect(await library.report({ experiment: 'tiny', run: 'none' })).toBeUndefined();
  });

  it('gives trials with what stands beside them: request, the answer made again, the trace', async () => {
    const page = await library.trials(tiny, { ...all, status: 'completed' });
    const [first] = page?.trials ?? [];
    if (first === undefined) throw new Error('nothing was completed');
    expect(await library.trial(tiny, first.id)).toEqual(first);
    const beside = await library.beside(tiny, first);
    expect(beside.request?.length).toBeGreaterThan(10);
    expect(beside.repeated?.length).toBeGreaterThan(0);
    const { trace } = beside;
    expect([trace?.name, trace?.attributes['trialId'], trace?.results['armId']]).toEqual(['trial', first.id, first.arm]);
    expect(trace?.children.length).toBeGreaterThan(0);
  });

  it('makes no answer of a trial that cannot have been so', async () => {
    const { trials = [] } = (await library.trials(tiny, all)) ?? {};
    const trial = trials.find(({ status }) => status === 'completed');
    if (trial === undefined) throw new Error('nothing was completed');
    const changed = { ...trial, id: `${trial.id}x`, costUsd: 1000 };
    appendFileSync(join(place.results, 'tiny', 'first', 'trials.jsonl'), `${JSON.stringify(changed)}\n`);
    expect((await library.trials(tiny, all))?.total).toBe(trials.length + 1);
    expect(await library.beside(tiny, changed)).toMatchObject({ repeated: null, trace: null, request: expect.any(String) });
  });
});
