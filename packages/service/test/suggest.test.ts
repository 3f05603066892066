import { armId, type StoredDecision } from '@ratchet/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Learned, SuggestionAnswer } from '../src/index.ts';
import { scriptedWorld, startService, type TestService, twoModels } from './test-service.ts';

const [large, small] = twoModels.arms.map(armId) as [string, string];

/** What the service would have recorded of requests that it explored: `small` is as good, at a tenth of the cost. */
const decisionOf = (index: number, changes: Partial<StoredDecision> = {}): StoredDecision => {
  const arm = index % 2 === 0 ? small : large;
  return {
    id: `d${index}`,
    atMs: 0,
    tenant: 'acme',
    keyId: 'k',
    text: `Tell me ${index % 7} things about rivers, number ${index}.`,
    session: null,
    armId: arm,
    propensity: 0.5,
    candidates: [large, small].map((one) => ({ armId: one, propensity: 0.5 })),
    generation: 0,
    explored: true,
    learnable: true,
    status: 'answered',
    costUsd: arm === small ? 0.001 : 0.01,
    latencyMs: 100,
    predictedQuality: null,
    predictedCostUsd: null,
    predictedRegret: null,
    family: 'single',
    tools: null,
    ...changes,
  };
};

describe('what would answer a request', () => {
  let service: TestService;
  let key: string;
  const asked: string[] = [];
  beforeAll(async () => {
    service = await startService({
      world: scriptedWorld((_call, model) => {
        asked.push(model);
        return { text: model };
      }),
    });
    key = await service.key();
  });
  afterAll(() => service.stop());
  const suggest = async (more: object = {}, own = key): Promise<SuggestionAnswer> =>
    (await (
      await service.post('/api/suggest', { request: 'Write a function that adds two numbers. Then explain how it works.', ...more }, own)
    ).json()) as SuggestionAnswer;

  it('comes with its candidates, a reason and the parts of the request while nothing is known', async () => {
    const { candidates, reason, analysis, chunks } = await suggest();
    expect(candidates.map(({ arm, prediction, meets }) => [arm, prediction, meets])).toEqual([
      ['direct/large', null, null],
      ['direct/small', null, null],
    ]);
    expect(candidates.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
    // A tenth explores, which takes both alike.
    expect(candidates[0]?.probability).toBeCloseTo(0.95, 12);
    expect(reason).toBe('No answer has been judged yet, so generation 0 serves, which goes by the request alone.');
    expect([analysis.chunks.length, chunks]).toEqual([2, 2]);
    expect(analysis.chunks[0]).toMatchObject({ index: 0, operations: ['write a function'] });
    expect(analysis.edges[0]).toMatchObject({ from: 0, to: 1 });
  });

  it('has predictions with intervals once something was learned, of any generation that is named', async () => {
    await Promise.all(Array.from({ length: 80 }, (_, index) => service.store.recordDecision(decisionOf(index))));
    for (let index = 0; index < 80; index++)
      await service.store.recordFeedback({
        id: `d${index}`,
        decisionId: `d${index}`,
        keyId: 'k',
        tenant: 'acme',
        quality: 0.85 + 0.1 * ((index * 7) % 3) * 0.5,
        atMs: 0,
      });
    await service.learner.turn({ force: true });
    const named = await suggest({ generation: 1 });
    expect([named.generation, named.arm, named.candidates[0]?.arm]).toEqual([1, small, small]);
    for (const { prediction, meets } of named.candidates) {
      const { quality, costUsd } = prediction ?? {};
      expect([quality?.mean, costUsd?.mean].every((mean) => mean !== undefined)).toBe(true);
      for (const interval of [quality, costUsd]) if (interval) expect([interval.low <= interval.mean, interval.mean <= interval.high]).toEqual([true, true]);
      expect(meets).toEqual(expect.any(Boolean));
    }
    expect(named.candidates.map(({ probability }) => probability)).toEqual([1, 0]);
    expect(named.reason).toMatch(/^Of all arms it has .*direct\/large/);
    expect((await suggest()).generation).toBe(0);
    expect(asked).toEqual([]);
  });

  it('of a named generation is for admins, and for generations that are there', async () => {
    const infer = await service.key({ scopes: ['infer'] });
    const status = async (more: object, own = key) => (await service.post('/api/suggest', { request: 'Hi', ...more }, own)).status;
    expect(await status({ generation: 1 }, infer)).toBe(403);
    expect(await status({}, infer)).toBe(200);
    expect(await status({ generation: 9 })).toBe(404);
    expect(await status({ generation: -1 })).toBe(400);
    expect(await status({ generation: 0 })).toBe(200);
    const chat = async (generation: string, own = key) =>
      service.post('/v1/chat/completions', { model: 'ratchet/auto', messages: [{ role: 'user', content: 'Hi' }] }, own, { 'x-ratchet-generation': generation });
    expect((await chat('1', infer)).status).toBe(403);
    expect((await chat('9')).status).toBe(404);
    expect((await chat('1.5')).status).toBe(400);
    expect((await service.store.audits(9)).filter(({ action }) => action === 'refused')).toHaveLength(2);
  });

  it('answers by the header too, without exploring, and nothing is learned from it', async () => {
    for (let round = 0; round < 20; round++) {
      const response = await service.post('/v1/chat/completions', { model: 'ratchet/auto', messages: [{ role: 'user', content: 'Name two rivers.' }] }, key, {
        'x-ratchet-generation': '1',
        'x-ratchet-session': 'one',
      });
      expect([response.headers.get('x-ratchet-arm'), response.headers.get('x-ratchet-policy'), response.headers.get('x-ratchet-explored')]).toEqual([
        small,
        'generation-1',
        'false',
      ]);
      const { decision } = (await service.store.decision(response.headers.get('x-ratchet-decision') as string)) as { decision: StoredDecision };
      expect([decision.learnable, decision.generation, decision.explored]).toEqual([false, 1, false]);
    }
  });

  it('is summed up by generation: what was meant apart from what explored, and what nobody may learn from left out', async () => {
    const meant = Array.from({ length: 4 }, (_, index) =>
      decisionOf(1000 + index, {
        id: `m${index}`,
        explored: false,
        generation: 1,
        armId: small,
        costUsd: 0.001 + index * 0.001,
        predictedRegret: 0.02 * index,
        family: 'list',
      }),
    );
    const left = [decisionOf(2000, { id: 'private', generation: 1, learnable: false, armId: large })];
    for (const decision of [...meant, ...left]) await service.store.recordDecision(decision);
    for (const { id } of [...meant, ...left])
      await service.store.recordFeedback({ id, decisionId: id, keyId: 'k', tenant: 'acme', quality: id === 'm0' ? 0.5 : 1, atMs: 0 });
    await service.post('/api/policies/promote', { generation: 1, reason: 'a test' }, key);
    const learned = (await (await service.get('/api/learned', key)).json()) as Learned;
    const [zero, one] = learned.generations;
    expect(zero).toMatchObject({ generation: 0, at: null, decisions: 80, judged: 80, quality: null, regret: null, explored: { decisions: 80, judged: 80 } });
    expect(zero?.families).toEqual([{ family: 'single', strategy: 'direct', share: 1, decisions: 80 }]);
    expect(one).toMatchObject({ generation: 1, decisions: 4, judged: 4, strategies: { direct: 1 }, explored: { decisions: 0, quality: null } });
    expect(one?.quality?.mean).toBeCloseTo(0.875, 12);
    expect(one?.costUsd?.mean).toBeCloseTo(0.0025, 12);
    // Student's t with 3 degrees of freedom: 3.1824 x 0.0012910 / 2.
    expect(one?.costUsd?.high).toBeCloseTo(0.0025 + 3.182446 * (0.00129099 / 2), 5);
    expect(one?.quality?.high).toBe(1);
    expect(one?.regret?.mean).toBeCloseTo(0.03, 12);
    expect(learned.heuristic.quality).toBeNull();
    expect([learned.serving, learned.events.at(-1)]).toMatchObject([1, { kind: 'by-hand', generation: 1, why: 'a test' }]);
    // Read on, not anew.
    await service.store.recordDecision(decisionOf(3000, { id: 'next', generation: 1, explored: false }));
    const again = (await (await service.get('/api/learned', key)).json()) as Learned;
    expect(again.generations[1]?.decisions).toBe(5);
  });
});
