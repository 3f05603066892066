import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@ratchet/core';
import { describe, expect, it } from 'vitest';
import { trialIndex } from '../../src/results/trial-index.ts';
import { madeTrial } from '../experiment/hand-made-run.ts';

const newFile = () => join(mkdtempSync(join(tmpdir(), 'trials-')), 'trials.jsonl');
const lineOf = (task: string, changes: object = {}) => `${JSON.stringify(madeTrial({ policy: 'learned', task, quality: 0.5, ...changes }))}\n`;
const all = { offset: 0, limit: 100 };

describe('an index of trials', () => {
  it('finds trials by what they are, in the order that is asked for, page by page', async () => {
    const file = newFile();
    writeFileSync(
      file,
      [
        lineOf('a', { quality: 0.5, costUsd: 3 }),
        lineOf('b', { quality: 1, costUsd: 1 }),
        lineOf('ü \u2028 {"', { quality: null, costUsd: null, status: 'failed' }),
        lineOf('d', { quality: 0.25, costUsd: 2, phase: 'train' }),
        lineOf('a', { policy: 'random', quality: 0.75 }),
      ].join(''),
    );
    const index = trialIndex(file);
    await index.refresh();
    expect(index.size).toBe(5);
    const tasks = async (wishes: object) => (await index.page({ ...all, ...wishes })).trials.map(({ task, quality }) => `${task} ${quality}`);
    expect(await tasks({})).toEqual(['a 0.5', 'b 1', 'ü \u2028 {" null', 'd 0.25', 'a 0.75']);
    expect(await tasks({ policy: 'random' })).toEqual(['a 0.75']);
    expect(await tasks({ task: 'a', policy: 'learned' })).toEqual(['a 0.5']);
    expect(await tasks({ phase: 'train' })).toEqual(['d 0.25']);
    expect(await tasks({ status: 'failed' })).toEqual(['ü \u2028 {" null']);
    expect(await tasks({ order: { by: 'quality', descending: true } })).toEqual(['b 1', 'a 0.75', 'a 0.5', 'd 0.25', 'ü \u2028 {" null']);
    expect(await tasks({ order: { by: 'quality', descending: false }, offset: 1, limit: 2 })).toEqual(['a 0.5', 'a 0.75']);
    expect(await index.page({ policy: 'learned', offset: 3, limit: 5 })).toMatchObject({ total: 4, trials: [{ task: 'd' }] });
    expect(await index.trial(madeTrial({ policy: 'learned', task: 'b' }).id)).toMatchObject({ task: 'b', quality: 1 });
    expect(await index.trial('none')).toBeUndefined();
  });

  it('reads on where the log grows, takes no half line, and begins anew where it was replaced', async () => {
    const file = newFile();
    writeFileSync(file, `${lineOf('a')}${lineOf('b').slice(0, 40)}`);
    const index = trialIndex(file);
    await index.refresh();
    expect(index.size).toBe(1);
    appendFileSync(file, `${lineOf('b').slice(40)}${lineOf('c')}`);
    await Promise.all([index.refresh(), index.refresh()]);
    expect((await index.page(all)).trials.map(({ task }) => task)).toEqual(['a', 'b', 'c']);
    rmSync(file);
    writeFileSync(file, lineOf('z'));
    await index.refresh();
    expect((await index.page(all)).trials.map(({ task }) => task)).toEqual(['z']);
  });

  it('says which trial is damaged', async () => {
    const file = newFile();
    writeFileSync(file, `${lineOf('a')}{"id":"x"}\n`);
    await expect(trialIndex(file).refresh()).rejects.toThrow(/trial 2.*not a trial/);
  });

  it('gives a page of ten thousand trials at once, once it has read them', async () => {
    const file = newFile();
    writeFileSync(
      file,
      Array.from({ length: 10_000 }, (_, at) =>
        lineOf(`task-${at}`, { quality: ((at * 7919) % 1000) / 1000, policy: at % 2 === 0 ? 'learned' : 'random' }),
      ).join(''),
    );
    const index = trialIndex(file);
    await index.refresh();
    const clock = systemClock();
    const begun = clock.now();
    await index.refresh();
    const { total, trials } = await index.page({ ...all, policy: 'random', order: { by: 'quality', descending: true } });
    const ms = clock.now() - begun;
    expect([total, trials.length, trials[0]?.quality]).toEqual([5000, 100, 0.999]);
    expect(ms).toBeLessThan(400);
  });
});
