import { virtualClock } from '@ratchet/core';
import { emptyResult, type PieceOrder } from '@ratchet/harness';
import type { JobState, KeptRecord, Offer } from '@ratchet/store';
import { describe, expect, it } from 'vitest';
import { coordinateExperiment } from '../src/coordinate-experiment.ts';

const order = (seed: number, profiles: PieceOrder['profiles'] = []): PieceOrder => ({
  piece: { kind: 'seed', seed, policies: ['random'] },
  trials: [],
  profiles,
});
const profile = { id: 'a direct/small', task: 'a', arm: 'direct/small', repeats: 3, failed: 0, quality: 1, costUsd: 0.5, latencyMs: 1 };

/** A database whose jobs are as the test says. */
function offerOf() {
  const jobs = new Map<string, JobState & { outcome?: string }>();
  const kept: KeptRecord[] = [];
  const ends: string[] = [];
  const notes: string[] = [];
  let away = false;
  const offer: Offer = {
    keep: async (records) => {
      kept.push(...records);
    },
    add: async ({ key }) => {
      if (away) throw new Error('the database is away');
      jobs.set(key, { key, state: 'waiting', units: 0, costUsd: 0, what: '' });
    },
    states: async () => {
      if (away) throw new Error('the database is away');
      return [...jobs.values()];
    },
    outcome: async (key) => jobs.get(key)?.outcome ?? '',
    openAccount: () => Promise.reject(new Error('no account')),
    takeSpendingNotes: async () => notes.splice(0),
    withdraw: async () => {
      ends.push('withdrawn');
    },
    remove: async () => {
      ends.push('removed');
    },
  };
  const change = (key: string, state: Partial<JobState & { outcome: string }>): void => {
    jobs.set(key, { ...(jobs.get(key) as JobState), ...state });
  };
  return {
    offer,
    jobs,
    kept,
    ends,
    notes,
    change,
    setAway: (is: boolean) => {
      away = is;
    },
  };
}

function begin() {
  const clock = virtualClock();
  const database = offerOf();
  const said: string[] = [];
  const spent: string[] = [];
  const coordinator = coordinateExperiment(database.offer, { clock, say: (text) => said.push(text), onSpent: (json) => spent.push(json), patienceMs: 10_000 });
  return { clock, said, spent, coordinator, ...database };
}

const key = 'seed 1: random';

describe('a coordinator', () => {
  it('shows how far workers are, each unit once, though another one takes a piece over and counts anew', async () => {
    const { clock, coordinator, change } = begin();
    const advanced: [number, number][] = [];
    const running = coordinator.run(order(1), (units, costUsd) => advanced.push([units, costUsd]));
    await clock.sleep(300);
    change(key, { state: 'taken', units: 5, costUsd: 1 });
    await clock.sleep(300);
    change(key, { units: 2, costUsd: 0.5 });
    await clock.sleep(300);
    change(key, { state: 'done', outcome: JSON.stringify({ ...emptyResult(), profiles: [profile, { ...profile, id: 'b', task: 'b' }] }) });
    expect((await running).profiles).toHaveLength(2);
    expect(advanced).toEqual([
      [5, 1],
      [1, 2],
    ]);
    await coordinator.close(true);
  });

  it('says after ten seconds that nobody takes a job, and ever less often, until somebody does', async () => {
    const { clock, said, coordinator, change } = begin();
    const running = coordinator.run(order(1), () => undefined);
    await clock.sleep(9_000);
    expect(said).toEqual([]);
    await clock.sleep(2_000);
    expect(said).toEqual([expect.stringContaining('no worker has taken a job for 10 s. Start one with `pnpm ratchet worker`')]);
    await clock.sleep(50_000);
    expect(said.length).toBeLessThanOrEqual(4);
    change(key, { state: 'taken' });
    const before = said.length;
    await clock.sleep(60_000);
    expect(said).toHaveLength(before);
    coordinator.interrupt();
    expect((await running).end).toBe('interrupted');
    await coordinator.close(false);
  });

  it('gives a piece back that a worker cannot run, with what it says', async () => {
    const { said, coordinator, change, clock } = begin();
    const running = expect(coordinator.run(order(1), () => undefined)).rejects.toThrow('no such arm');
    await clock.sleep(100);
    change(key, { state: 'failed', outcome: 'no such arm' });
    await running;
    expect(said).toEqual([`a worker could not run "${key}", so it is run here: no such arm`]);
    await coordinator.close(true);
  });

  it('goes on when the database is away for a while, and says both', async () => {
    const { said, coordinator, change, clock, setAway } = begin();
    setAway(true);
    const running = coordinator.run(order(1), () => undefined);
    await clock.sleep(5000);
    setAway(false);
    await clock.sleep(1000);
    change(key, { state: 'done', outcome: JSON.stringify(emptyResult()) });
    expect((await running).end).toBe('complete');
    expect(said).toEqual(['the database is away. It is tried again', 'the database of the workers answers again']);
    await coordinator.close(true);
  });

  it('keeps profiles for the workers once each, and what calls cost where the run keeps it', async () => {
    const { kept, spent, ends, notes, coordinator, clock } = begin();
    await coordinator.know({ trials: [], profiles: [profile] });
    const running = [coordinator.run(order(1, [profile]), () => undefined), coordinator.run(order(2, [profile]), () => undefined)];
    notes.push('{"n":1}');
    await clock.sleep(500);
    coordinator.interrupt();
    await Promise.all(running);
    notes.push('{"n":2}');
    await coordinator.close(false);
    expect(kept.map(({ part, id }) => [part, id])).toEqual([['profile a', profile.id]]);
    expect(spent).toEqual(['{"n":1}', '{"n":2}']);
    expect(ends).toEqual(['withdrawn']);
  });
});
