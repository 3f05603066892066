import { type Store, systemClock } from '@ratchet/core';
import { learnedLearner } from '@ratchet/learning';
import { openSqliteStore } from '@ratchet/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { learningTaskOf } from '../../src/service-task.ts';
import { snapshotJson } from '../../src/serving/generation.ts';
import { type LivePolicy, livePolicy } from '../../src/serving/live-policy.ts';
import { twoModels } from '../test-service.ts';

const learner = learnedLearner(learningTaskOf(twoModels));

describe('generations that are held in memory', () => {
  let store: Store;
  let read: number[];
  let live: LivePolicy;
  beforeEach(() => {
    store = openSqliteStore({ file: ':memory:', clock: systemClock(), windowMs: 0 });
    read = [];
    const counting = {
      ...store,
      snapshot: (generation: number) => {
        read.push(generation);
        return store.snapshot(generation);
      },
    };
    live = livePolicy({ task: twoModels, store: counting });
  });
  afterEach(() => store.close());
  const add = (generation: number): Promise<boolean> =>
    store.addSnapshot({ generation, sequence: generation, atMs: 0, json: snapshotJson(learner.save(learner.initial()), generation, twoModels) });

  it('a candidate is opened once, and not held any more when it was set aside', async () => {
    await add(1);
    await live.refresh();
    await live.refresh();
    expect(live.candidate()?.generation).toBe(1);
    expect(read).toEqual([1]);
    live.setAside(1);
    expect(live.candidate()).toBe(null);
    await live.open(1);
    expect(read).toEqual([1, 1]);
  });

  it('of many that are looked at, the last three', async () => {
    for (const generation of [1, 2, 3, 4]) await add(generation);
    for (const generation of [1, 2, 3, 4]) await live.open(generation);
    for (const generation of [2, 3, 4]) await live.open(generation);
    expect(read).toEqual([1, 2, 3, 4]);
    await live.open(1);
    expect(read).toEqual([1, 2, 3, 4, 1]);
  });

  it('what served before is there when it is to serve again', async () => {
    for (const generation of [1, 2]) await add(generation);
    await store.setServing({ generation: 1, atMs: 0, reason: 'test' });
    await live.refresh();
    await store.setServing({ generation: 2, atMs: 0, reason: 'test' });
    await live.refresh();
    await store.setServing({ generation: 1, atMs: 0, reason: 'rolled back from 2: test' });
    await live.refresh();
    expect(live.current().generation).toBe(1);
    expect(read.filter((generation) => generation === 1)).toEqual([1]);
  });
});
