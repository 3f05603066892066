import { armId, type Store, type StoredSnapshot, seededRandom } from '@ratchet/core';
import { parseSnapshot } from '@ratchet/learning';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LearningProgress } from '../../src/learning/background-learner.ts';
import { snapshotJson } from '../../src/serving/generation.ts';
import { scriptedWorld, startService, type TestService, twoModels } from '../test-service.ts';

const [large, small] = twoModels.arms.map(armId) as [string, string];
const topics = ['rivers', 'cities', 'planets', 'metals', 'birds', 'trees', 'kings', 'lakes'];
const luck = seededRandom('log of a test');

interface Traffic {
  readonly from: number;
  readonly count: number;
  readonly quality: { readonly small: number; readonly large: number };
  readonly generation?: number;
  readonly tenant?: string;
  readonly learnable?: boolean;
  readonly explored?: boolean;
  /** Nothing was left to chance: the large model, as serves. */
  readonly paused?: boolean;
}

/** What the service would have recorded of requests that it answered with either model alike; large costs ten times as much. */
async function fill(
  store: Store,
  { from, count, quality, generation = 0, tenant = 'acme', learnable = true, explored = false, paused = false }: Traffic,
): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const number = from + index;
      const id = `${tenant}-${number}`;
      const model = !paused && luck.uniform('arm', id) < 0.5 ? 'small' : 'large';
      const propensity = paused ? 1 : 0.5;
      const candidates = (paused ? [large] : [large, small]).map((one) => ({ armId: one, propensity }));
      const text = `Tell me ${number % 7} things about ${topics[number % topics.length]} of ${tenant}, number ${number}.`;
      const armOf = { small, large }[model];
      const costUsd = model === 'small' ? 0.001 : 0.01;
      const common = { id, atMs: 0, tenant, keyId: 'k', text, session: null, generation, explored, learnable, status: 'answered' as const };
      await store.recordDecision({
        ...common,
        armId: armOf,
        propensity,
        candidates,
        costUsd,
        latencyMs: 100,
        predictedQuality: null,
        predictedCostUsd: null,
        predictedRegret: null,
        family: null,
        tools: null,
      });
      const worth = quality[model] + 0.05 * (luck.uniform('quality', id) - 0.5);
      await store.recordFeedback({ id, decisionId: id, keyId: 'k', tenant, quality: worth, atMs: 0 });
    }),
  );
}

describe('learning in service', () => {
  let service: TestService;
  let key: string;
  const told: LearningProgress[] = [];
  beforeAll(async () => {
    service = await startService({
      world: scriptedWorld((_call, model) => ({ text: model })),
      exploration: { share: 0 },
      learning: { foldEvery: 40, heldOut: 40 },
      onLearning: (progress) => told.push(progress),
    });
    key = await service.key();
  });
  afterAll(() => service.stop());
  const servedBy = async (): Promise<string | null> => (await service.chat('Tell me 3 things about rivers.', key)).headers.get('x-ratchet-arm');

  it('waits until enough answers were judged', async () => {
    await fill(service.store, { from: 0, count: 39, quality: { small: 0.9, large: 0.9 } });
    expect(await service.learner.turn()).toEqual([]);
  });

  it('folds them into a candidate, which does not serve', async () => {
    await fill(service.store, { from: 39, count: 1, quality: { small: 0.9, large: 0.9 } });
    expect(await service.learner.turn()).toEqual([{ kind: 'folded', generation: 1, entries: 80 }]);
    expect(service.live.current().generation).toBe(0);
    expect(await servedBy()).toBe('direct/large');
    expect(await service.learner.turn()).toEqual([]);
  });

  it('promotes it once requests that it had not learned from say that it is better', async () => {
    await fill(service.store, { from: 100, count: 40, quality: { small: 0.9, large: 0.9 } });
    const kinds = (await service.learner.turn()).map(({ kind }) => kind);
    expect(kinds).toEqual(['judged', 'promoted', 'folded']);
    expect(service.live.current().generation).toBe(1);
    expect(await servedBy()).toBe('direct/small');
    const suggestion = (await (await service.post('/api/suggest', { request: 'Tell me 2 things about lakes.' }, key)).json()) as {
      prediction: { quality: number; costUsd: number };
    };
    expect(suggestion).toMatchObject({ arm: small, generation: 1 });
    expect(suggestion.prediction.quality).toBeGreaterThan(0.8);
    expect(suggestion.prediction.costUsd).toBeLessThan(0.003);
  });

  it('takes it back by itself when live answers turn out worse, and does not try it again', async () => {
    await fill(service.store, { from: 200, count: 35, quality: { small: 0.4, large: 0.4 }, generation: 1 });
    const [first] = await service.learner.turn();
    expect(first).toMatchObject({ kind: 'rolled-back', from: 1, to: 0 });
    expect(service.live.current().generation).toBe(0);
    expect(await servedBy()).toBe('direct/large');
    expect((await service.store.servings(9)).map(({ generation }) => generation)).toEqual([0, 1]);
  });

  it('sets a candidate aside that is damaged, and goes on from the last that is in order', async () => {
    const before = (await service.store.snapshots()).filter(({ quarantined }) => quarantined === null).at(-1);
    const bad = (before?.generation ?? 0) + 1;
    const sequence = await service.store.lastSequence();
    await service.store.addSnapshot({ generation: bad, sequence, atMs: 0, json: '{"format":"ratchet-snap' });
    await fill(service.store, { from: 300, count: 40, quality: { small: 0.9, large: 0.9 } });
    const told = await service.learner.turn();
    expect(told.at(-1)?.kind).toBe('folded');
    expect(told.filter(({ kind }) => kind === 'failed')).toEqual([]);
    expect((await service.store.snapshots()).find(({ generation }) => generation === bad)?.quarantined).toContain('not JSON');
    expect(service.live.candidate()?.generation).toBe(bad + 1);
    expect(await servedBy()).not.toBeNull();
  });
});

describe('a candidate while exploring was paused for a time', () => {
  const judgedAfter = async (tried: number, paused: number) => {
    const service = await startService({ world: scriptedWorld(() => ({})), exploration: { share: 0 }, learning: { foldEvery: 60, heldOut: 60 } });
    await fill(service.store, { from: 0, count: 60, quality: { small: 0.9, large: 0.9 } });
    await service.learner.turn();
    await fill(service.store, { from: 1000, count: tried, quality: { small: 0.9, large: 0.9 } });
    await fill(service.store, { from: 2000, count: paused, quality: { small: 0.9, large: 0.9 }, paused: true });
    const told = await service.learner.turn();
    await service.stop();
    return told;
  };

  it('is judged by what was decided while it was not', async () => {
    expect(await judgedAfter(40, 60)).toMatchObject([
      { kind: 'judged', utility: { kind: 'estimated', decisions: 40 } },
      { kind: 'promoted' },
      { kind: 'folded' },
    ]);
  });

  it('is kept out where hardly anything was', async () => {
    expect(await judgedAfter(5, 60)).toMatchObject([{ kind: 'judged' }, { kind: 'kept-out', why: 'the log cannot say: too-few' }, { kind: 'folded' }]);
    expect(await judgedAfter(0, 60)).toMatchObject([{ kind: 'judged' }, { kind: 'kept-out', why: 'nothing to judge it by' }, { kind: 'folded' }]);
  });
});

describe('a candidate that was kept out', () => {
  it('is tried no more, nor looked at again, though no other is made yet', async () => {
    const service = await startService({ world: scriptedWorld(() => ({})), exploration: { share: 0 }, learning: { foldEvery: 90, heldOut: 40 } });
    await fill(service.store, { from: 0, count: 90, quality: { small: 0.9, large: 0.9 } });
    await service.learner.turn();
    expect(service.live.candidate()?.generation).toBe(1);
    await fill(service.store, { from: 2000, count: 40, quality: { small: 0.4, large: 0.9 } });
    expect((await service.learner.turn()).map(({ kind }) => kind)).toEqual(['judged', 'kept-out']);
    expect(service.live.candidate()).toBeNull();
    await fill(service.store, { from: 2040, count: 40, quality: { small: 0.9, large: 0.5 } });
    expect(await service.learner.turn()).toEqual([]);
    await service.live.refresh();
    expect(service.live.candidate()).toBeNull();
    await fill(service.store, { from: 2080, count: 10, quality: { small: 0.9, large: 0.9 } });
    expect(await service.learner.turn()).toMatchObject([{ kind: 'folded', generation: 2 }]);
    expect(service.live.candidate()?.generation).toBe(2);
    await service.stop();
  });
});

describe('a candidate that was made before what serves was rolled back', () => {
  it('is neither tried nor judged, as it does not know why; the next is', async () => {
    const service = await startService({ world: scriptedWorld(() => ({})), exploration: { share: 0 }, learning: { foldEvery: 200, heldOut: 40 } });
    await fill(service.store, { from: 0, count: 200, quality: { small: 0.9, large: 0.9 } });
    await service.learner.turn();
    const folded = (await service.store.snapshot(1)) as StoredSnapshot;
    const { state } = parseSnapshot(folded.json, 'a test');
    await service.store.addSnapshot({ ...folded, generation: 2, atMs: folded.atMs - 1, json: snapshotJson(state, 2, twoModels) });
    await service.store.setServing({ generation: 1, atMs: folded.atMs, reason: 'promoted' });
    await service.live.refresh();
    expect(service.live.candidate()?.generation).toBe(2);
    await fill(service.store, { from: 200, count: 40, quality: { small: 0.4, large: 0.4 }, generation: 1 });
    expect((await service.learner.turn()).map(({ kind }) => kind)).toEqual(['rolled-back']);
    expect(service.live.candidate()).toBeNull();
    await fill(service.store, { from: 240, count: 160, quality: { small: 0.4, large: 0.9 } });
    expect((await service.learner.turn()).map(({ kind }) => kind)).toEqual(['folded']);
    expect(service.live.candidate()?.generation).toBe(3);
    await service.stop();
  });
});

describe('a model that turns bad under every generation that was learned', () => {
  it('is left for generation 0, where what served before is as bad by now', async () => {
    const service = await startService({ world: scriptedWorld(() => ({})), exploration: { share: 0 }, learning: { foldEvery: 100_000 } });
    for (const generation of [1, 2]) await service.store.setServing({ generation, atMs: 0, reason: 'promoted' });
    const well = { small: 0.9, large: 0.9 };
    const badly = { small: 0.4, large: 0.4 };
    await fill(service.store, { from: 0, count: 40, quality: well, generation: 1 });
    await fill(service.store, { from: 40, count: 40, quality: badly, generation: 2 });
    expect(await service.learner.turn()).toMatchObject([{ kind: 'rolled-back', from: 2, to: 1 }]);
    expect(await service.learner.turn()).toEqual([]);
    await fill(service.store, { from: 80, count: 40, quality: badly, generation: 1 });
    expect(await service.learner.turn()).toMatchObject([{ kind: 'rolled-back', from: 1, to: 0 }]);
    expect(await service.learner.turn()).toEqual([]);
    await service.stop();
  });

  it('keeps what it went back to while that is as good as it was', async () => {
    const service = await startService({ world: scriptedWorld(() => ({})), exploration: { share: 0 }, learning: { foldEvery: 100_000 } });
    for (const generation of [1, 2]) await service.store.setServing({ generation, atMs: 0, reason: 'promoted' });
    await fill(service.store, { from: 0, count: 40, quality: { small: 0.9, large: 0.9 }, generation: 1 });
    await fill(service.store, { from: 40, count: 40, quality: { small: 0.4, large: 0.4 }, generation: 2 });
    await service.learner.turn();
    await fill(service.store, { from: 80, count: 40, quality: { small: 0.9, large: 0.9 }, generation: 1 });
    expect(await service.learner.turn()).toEqual([]);
    await service.stop();
  });
});

describe('a generation that must not serve', () => {
  const damaged = {
    'cut off': (json: string) => json.slice(0, json.length / 2),
    'not what its hash says': (json: string) => json.replace('"generation":5', '"generation":5 ').replace('"policy":"learned"', '"policy":"learnt"'),
    'of other arms': (json: string) => json.replaceAll('direct/small', 'direct/tiny'),
    'a state of NaN': () => snapshotJson({ alpha: Number.NaN, beta: 1 }, 5, twoModels),
    'a state with alpha = 0': () => snapshotJson({ alpha: 0, beta: 0 }, 5, twoModels),
    empty: () => '',
  };

  it.each(Object.entries(damaged))('is quarantined and the last good one serves: %s', async (_name, damage) => {
    const service = await startService({ world: scriptedWorld(() => ({ text: 'fine' })) });
    const key = await service.key();
    await service.store.addSnapshot({ generation: 5, sequence: 0, atMs: 0, json: damage(snapshotJson({}, 5, twoModels)) });
    await service.store.setServing({ generation: 5, atMs: 0, reason: 'by mistake' });
    await service.live.refresh();
    expect(service.live.current().generation).toBe(0);
    expect((await service.store.snapshots())[0]?.quarantined).not.toBeNull();
    expect((await service.chat('Hi', key)).status).toBe(200);
    expect((await service.post('/api/policies/promote', { generation: 5 }, key)).status).toBe(409);
    await service.stop();
  });
});
