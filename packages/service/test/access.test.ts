import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scriptedWorld, startService, type TestService } from './test-service.ts';

describe('access', () => {
  let service: TestService;
  let calls = 0;
  beforeAll(async () => {
    service = await startService({
      exploration: { share: 0 },
      mostBodyBytes: 100_000,
      world: scriptedWorld(() => {
        calls++;
        return { costUsd: 0.0625 };
      }),
    });
  });
  afterAll(() => service.stop());

  it('is refused without a key, with a wrong one, with a revoked one, and by word of anything else', async () => {
    const key = await service.key();
    for (const given of [
      '',
      'Bearer',
      'Bearer nonsense',
      `Bearer ${key}x`,
      `Bearer ${key.slice(0, -4)}aaaa`,
      `Basic ${key}`,
      `Bearer rk_' OR 1=1 --_aaaaaaaaaaaaaaaaaaaaaaaa`,
      `Bearer rk_ffff_${'a'.repeat(64)}`,
    ]) {
      const response = await fetch(`${service.url}/v1/models`, { headers: given === '' ? {} : { authorization: given } });
      expect([given, response.status]).toEqual([given, 401]);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await response.json()).toMatchObject({ error: { type: 'authentication_error', code: 'invalid_api_key' } });
    }
    expect((await service.get('/v1/models', key)).status).toBe(200);
    const revoked = await service.key();
    await service.store.revokeKey(revoked.split('_')[1] as string, 1);
    expect((await service.get('/v1/models', revoked)).status).toBe(401);
    for (const path of ['/v1/chat/completions', '/v1/feedback', '/api/suggest', '/api/train', '/api/policies/promote']) {
      expect((await service.post(path, {}, '')).status).toBe(401);
    }
  });

  it('keeps to the scopes of a key, and remembers who reached further', async () => {
    const infer = await service.key({ scopes: ['infer'] });
    expect((await service.chat('Hi', infer)).status).toBe(200);
    for (const [path, body] of [
      ['/v1/feedback', { decision: 'x', quality: 1 }],
      ['/api/policies/promote', { generation: 0 }],
      ['/api/train', {}],
    ] as const) {
      const response = await service.post(path, body, infer);
      expect(response.status).toBe(403);
    }
    expect((await service.get('/api/generations', infer)).status).toBe(403);
    expect((await service.store.audits(10)).filter(({ action }) => action === 'refused').length).toBe(4);
  });

  it('keeps to the rate of a key, and says when to come back', async () => {
    const key = await service.key({ requestsPerMinute: 3 });
    const ends = await Promise.all([1, 2, 3, 4, 5].map(() => service.get('/v1/models', key)));
    expect(ends.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429, 429]);
    const refused = ends.find(({ status }) => status === 429);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(10);
    expect((await service.get('/v1/models', await service.key({ requestsPerMinute: 3 }))).status).toBe(200);
  });

  it('lets no number of calls at once spend beyond the last cent of a key', async () => {
    calls = 0;
    // Each may cost up to 4096 output tokens at $4 a million, a little over $0.0164.
    const key = await service.key({ budgetUsd: 0.05 });
    const ends = await Promise.all(Array.from({ length: 12 }, () => service.chat('Hi', key)));
    expect(ends.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(3);
    expect(calls).toBe(3);
    const refused = ends.find(({ status }) => status === 429);
    expect(await refused?.json()).toMatchObject({ error: { code: 'insufficient_quota' } });
    expect((await service.chat('Hi', key)).status).toBe(429);
  });

  it('refuses a body that is too long as soon as it is, whether its length was stated or not', async () => {
    const key = await service.key();
    const before = process.memoryUsage();
    const sent = { stated: 0, chunked: 0 };
    for (const kind of ['stated', 'chunked'] as const) {
      const length = 60_000_000;
      const status = await new Promise<number>((resolve, reject) => {
        const own = request(`${service.url}/v1/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, ...(kind === 'stated' ? { 'content-length': String(length) } : { 'transfer-encoding': 'chunked' }) },
        });
        const piece = Buffer.alloc(65_536, 'a');
        let answered = false;
        const send = (): void => {
          while (!answered && sent[kind] < length) {
            sent[kind] += piece.length;
            if (!own.write(piece)) {
              own.once('drain', send);
              return;
            }
          }
        };
        own.on('response', (response) => {
          answered = true;
          response.resume();
          response.on('end', () => own.destroy());
          resolve(response.statusCode ?? 0);
        });
        own.on('error', (error) => (answered ? undefined : reject(error)));
        send();
      });
      expect([kind, status]).toEqual([kind, 413]);
    }
    expect(sent.stated + sent.chunked).toBeLessThan(60_000_000);
    const after = process.memoryUsage();
    expect(after.external + after.heapUsed - before.external - before.heapUsed).toBeLessThan(40_000_000);
    expect((await service.chat('Hi', key)).status).toBe(200);
  });

  it('asks no server that a request names: loopback, private, metadata, redirecting, rebound', async () => {
    const key = await service.key();
    let reached = 0;
    const trap = createServer((_request, response) => {
      reached++;
      response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end();
    }).listen(0, '127.0.0.1');
    await once(trap, 'listening');
    const { port } = trap.address() as AddressInfo;
    const addresses = [
      `http://127.0.0.1:${port}/v1`,
      `http://localhost:${port}/v1`,
      `http://[::1]:${port}/v1`,
      'http://10.0.0.1/v1',
      'http://192.168.1.1/v1',
      'http://169.254.169.254/latest/meta-data/',
      // Names that resolve to this machine, or to something else the second time.
      `http://127.0.0.1.nip.io:${port}/v1`,
      `http://7f000001.c0a80001.rbndr.us:${port}/v1`,
    ];
    const names = ['base_url', 'baseURL', 'api_base', 'custom_host', 'endpoint', 'url'];
    for (const [index, address] of addresses.entries()) {
      for (const name of names) {
        const response = await service.chat('Hi', key, { [name]: address });
        expect([response.status, await response.json()]).toMatchObject([400, { error: { param: name } }]);
      }
      const before = calls;
      const headers = { 'x-portkey-custom-host': address, 'x-base-url': address, 'openai-base-url': address, forwarded: `host=${address}` };
      const ignored = await service.post('/v1/chat/completions', { model: 'ratchet/auto', messages: [{ role: 'user', content: `${index}` }] }, key, headers);
      expect([ignored.status, calls]).toEqual([200, before + 1]);
      expect((await service.chat('Hi', key, { model: address })).status).toBe(404);
    }
    expect(reached).toBe(0);
    trap.close();
  });

  it('answers no other origin, and no unknown path', async () => {
    const response = await fetch(`${service.url}/v1/models`, {
      method: 'OPTIONS',
      headers: { origin: 'http://evil.example', 'access-control-request-method': 'GET' },
    });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect((await service.get('/nowhere')).status).toBe(404);
    expect((await service.get('/healthz')).status).toBe(200);
    expect((await service.get('/readyz')).status).toBe(200);
  });

  it('shows no key and no secret in what it stores and says', async () => {
    const key = await service.key();
    const secret = key.split('_')[2] as string;
    await service.chat(`What is ${'x'.repeat(5)}?`, key);
    await service.get('/api/audit', key);
    const shown = [
      JSON.stringify(await service.store.keys()),
      JSON.stringify(await service.store.entriesAfter(0, 1000)),
      JSON.stringify(await service.store.audits(1000)),
      await (await service.get('/metrics')).text(),
      await (await service.get('/api/generations', key)).text(),
      await (await service.get('/v1/models', `${key}x`)).text(),
    ].join('\n');
    expect(shown).not.toContain(secret);
  });
});
