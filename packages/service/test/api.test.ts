import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scriptedWorld, startService, type TestService } from './test-service.ts';

describe('the API around decisions', () => {
  let service: TestService;
  let key: string;
  beforeAll(async () => {
    service = await startService({ exploration: { share: 0 }, world: scriptedWorld(() => ({ text: 'fine' })) });
    key = await service.key();
  });
  afterAll(() => service.stop());
  const decided = async (own = key) => (await service.chat('Add 2 and 3.', own)).headers.get('x-ratchet-decision') as string;

  it('takes feedback once, tied to a decision of the same tenant, in its range', async () => {
    const decision = await decided();
    const give = async (body: object, own = key) => {
      const response = await service.post('/v1/feedback', body, own);
      return [response.status, ((await response.json()) as { status?: string }).status];
    };
    const stranger = await service.key({ tenant: 'other' });
    expect(await give({ decision, quality: 0.75 }, stranger)).toEqual([404, undefined]);
    expect(await give({ decision: 'chatcmpl-forged', quality: 0.75 })).toEqual([404, undefined]);
    for (const quality of [-0.1, 1.1, '1', null]) expect(await give({ decision, quality })).toEqual([400, undefined]);
    expect(await give({ decision, quality: 1e-3, secret: 1 })).toEqual([400, undefined]);
    expect(await give({ decision, quality: 0.75 })).toEqual([200, 'recorded']);
    expect(await give({ decision, quality: 0.75 })).toEqual([200, 'known']);
    expect(await give({ decision, quality: 0 })).toEqual([409, undefined]);
    expect(await give({ decision, quality: 1, id: 'again' })).toEqual([409, undefined]);
    const judged = (await service.store.entriesAfter(0, 1000)).filter((entry) => entry.quality !== null && entry.decision.id === decision);
    expect(judged.map(({ quality }) => quality)).toEqual([0.75]);
    const shown = (await (await service.get(`/api/decisions/${decision}`, key)).json()) as object;
    expect(shown).toMatchObject({ id: decision, quality: 0.75, arm: 'direct/large', generation: 0, costUsd: 0.001, status: 'answered' });
    expect(JSON.stringify(shown)).not.toContain('Add 2');
    expect((await service.get(`/api/decisions/${decision}`, stranger)).status).toBe(404);
  });

  it('suggests a strategy without asking a model, and leaves no trace', async () => {
    const before = await service.store.lastSequence();
    const response = await service.post('/api/suggest', { request: "Write a function `'; DROP TABLE decisions; --`." }, key);
    expect(await response.json()).toMatchObject({ strategy: 'direct', arm: 'direct/large', models: ['large'], generation: 0, prediction: null });
    expect(await service.store.lastSequence()).toBe(before);
  });

  it('shows its generations and which serves, and promotes and rolls back by hand, on record', async () => {
    expect(await (await service.get('/api/generations', key)).json()).toMatchObject({ generations: [{ generation: 0, serving: true }] });
    const missing = await service.post('/api/policies/promote', { generation: 7 }, key);
    expect([missing.status, await missing.json()]).toMatchObject([409, { error: { code: 'generation_unusable' } }]);
    expect(await (await service.post('/api/policies/promote', { generation: 0, reason: 'a test' }, key)).json()).toEqual({ serving: 0 });
    expect(await (await service.post('/api/policies/rollback', {}, key)).json()).toEqual({ serving: 0 });
    expect((await service.store.audits(2)).map(({ action }) => action)).toEqual(['rollback', 'promote']);
    expect(await (await service.get('/api/policies', key)).json()).toMatchObject({
      serving: 0,
      history: [{ reason: 'rolled back: by hand' }, { reason: 'a test' }],
    });
  });

  it('counts what it does', async () => {
    await decided();
    const text = await (await service.get('/metrics')).text();
    expect(text).toMatch(/ratchet_answers_total\{strategy="direct",end="answered",explored="false"\} [1-9]/);
    expect(text).toMatch(/ratchet_http_requests_total\{path="\/v1\/feedback",status="409"\} 2/);
    expect(text).toContain('ratchet_serving_generation 0');
  });
});
