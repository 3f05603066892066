import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { History } from '../src/index.ts';
import { scriptedWorld, startService, type TestService } from './test-service.ts';

describe('the history of requests', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService({ exploration: { share: 0 }, world: scriptedWorld(() => ({})) });
  });
  afterAll(() => service.stop());
  const page = async (key: string, query = ''): Promise<History> => (await (await service.get(`/api/history${query}`, key)).json()) as History;

  it('is that of the own tenant, the newest first, in pages, with what was judged', async () => {
    const [own, other] = [await service.key({ scopes: ['infer', 'feedback'] }), await service.key({ tenant: 'other' })];
    const ids: string[] = [];
    for (const text of ['first', 'second', `third ${'x'.repeat(600)}`]) ids.push((await service.chat(text, own)).headers.get('x-ratchet-decision') as string);
    await service.chat('a secret of others', other);
    await service.post('/v1/feedback', { decision: ids[1], quality: 0.25 }, own);
    const first = await page(own, '?limit=2');
    expect(first.items.map(({ text, quality }) => [text.slice(0, 6), text.length, quality])).toEqual([
      ['third ', 500, null],
      ['second', 6, 0.25],
    ]);
    const at = new Date(1_700_000_000_000).toISOString();
    expect(first.items[1]).toMatchObject({
      id: ids[1],
      arm: 'direct/large',
      strategy: 'direct',
      models: ['large'],
      generation: 0,
      explored: false,
      status: 'answered',
      at,
    });
    const last = await page(own, `?limit=2&before=${first.next}`);
    expect([last.items.map(({ text }) => text), last.next]).toEqual([['first'], null]);
    expect((await page(other)).items.map(({ text }) => text)).toEqual(['a secret of others']);
    for (const bad of ['limit=0', 'limit=201', 'before=x', 'tenant=acme']) expect((await service.get(`/api/history?${bad}`, own)).status).toBe(400);
  });
});

describe('who asks', () => {
  it('is told to any key, and what the service is about', async () => {
    const service = await startService({ world: scriptedWorld(() => ({})), title: 'A test' });
    const key = await service.key({ scopes: ['feedback'], tenant: 'acme' });
    expect(await (await service.get('/api/me', key)).json()).toEqual({
      key: key.split('_')[1],
      scopes: ['feedback'],
      tenant: 'acme',
      scenario: 'test',
      title: 'A test',
      objective: "The least cost and latency with quality not below the baseline's by more than 2 points.",
      arms: 2,
      serving: 0,
      provider: 'simulated',
      examples: [],
    });
    await service.stop();
  });
});
