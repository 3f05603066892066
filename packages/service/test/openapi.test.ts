import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Job } from '../src/index.ts';
import { readUntil } from './read-events.ts';
import { shownRuns, shownTrial } from './shown-runs.ts';
import { scriptedWorld, startService, type TestService } from './test-service.ts';

interface Operation {
  readonly security: readonly object[];
  readonly description?: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, { readonly schema: object }>> }>>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

describe('the document of the API', () => {
  let service: TestService;
  let key: string;
  let document: Document;
  beforeAll(async () => {
    const html = { bytes: new Uint8Array(Buffer.from('<!doctype html>')), type: 'text/html; charset=utf-8', hash: 'a' };
    service = await startService({
      exploration: { share: 0 },
      world: scriptedWorld(() => ({ text: 'fine' })),
      page: { file: () => html, howToBuild: '' },
      library: shownRuns(),
      experiments: async () => [{ name: 'code', title: 'Code', scenario: 'code', generations: 1, seeds: 1, policies: [] }],
      runExperiment: async () => ({ experiment: 'code', run: 'a' }),
    });
    key = await service.key();
    document = (await (await service.get('/openapi.json')).json()) as Document;
  });
  afterAll(() => service.stop());
  const each = (): readonly (readonly [string, string, Operation])[] =>
    Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => [path, method, operation] as const));

  it('describes each route, which answers as it says', async () => {
    expect(document.openapi).toBe('3.1.0');
    expect(each().length).toBe(31);
    const decision = (await service.chat('Add 2 and 3.', key)).headers.get('x-ratchet-decision') as string;
    const bodies: Readonly<Record<string, object>> = {
      '/v1/chat/completions': { model: 'ratchet/auto', messages: [{ role: 'user', content: 'Hi' }] },
      '/v1/feedback': { decision, quality: 1 },
      '/api/suggest': { request: 'Hi' },
      '/api/policies/promote': { generation: 0 },
      '/api/policies/rollback': {},
      '/api/train': {},
      '/api/jobs': { kind: 'experiment', name: 'code' },
      '/api/jobs/{id}/stop': {},
    };
    const job = (await (await service.post('/api/jobs', bodies['/api/jobs'], key)).json()) as Job;
    const queries: Readonly<Record<string, string>> = {
      '/api/compare': '?a=code-gen/reference:heuristic&b=code-gen/reference:learned',
      '/api/history': '?limit=1',
      '/api/runs/{experiment}/{run}/trials': '?sort=quality',
    };
    for (const [path, method, { security, parameters = [], responses }] of each()) {
      const values: Readonly<Record<string, string>> = {
        id: path.startsWith('/api/jobs') ? job.id : decision,
        experiment: 'code-gen',
        run: path.includes('trials') ? 'other' : 'reference',
        trial: encodeURIComponent(shownTrial.id),
        name: 'main.js',
      };
      for (const { name, required, in: place } of parameters) {
        if (required) expect([path, place === 'path' ? path.includes(`{${name}}`) : queries[path]?.includes(`${name}=`)]).toEqual([path, true]);
      }
      const address = `${path.replace(/\{(\w+)\}/g, (_found, name: string) => values[name] ?? '')}${queries[path] ?? ''}`;
      const send = (own: string) => (method === 'get' ? service.get(address, own) : service.post(address, bodies[path], own));
      const response = await send(key);
      expect([path, response.status]).toEqual([path, 200]);
      const [type, { schema }] = Object.entries(responses['200']?.content ?? {})[0] as [string, { schema: object }];
      if (type !== '*/*') expect([path, response.headers.get('content-type')]).toEqual([path, expect.stringContaining(type)]);
      if (type === 'text/event-stream') {
        const events = await readUntil(response, ({ kind }) => kind === undefined || kind === 'done' || kind === 'end');
        expect([path, events.length > 0]).toEqual([path, true]);
      } else if (type === 'application/json') {
        expect([path, z.fromJSONSchema(schema as never).safeParse(await response.json()).error]).toEqual([path, undefined]);
      } else await response.text();
      expect([path, (await send('')).status]).toEqual([path, security.length === 0 ? 200 : 401]);
    }
  });

  it('says which scope each route needs, and keys without it are refused', async () => {
    const scopes = ['infer', 'feedback', 'admin'] as const;
    let refused = 0;
    for (const [path, method, { description, security }] of each()) {
      const needed = scopes.find((scope) => description?.includes(`\`${scope}\``));
      if (security.length === 0 || needed === undefined) continue;
      const own = await service.key({ scopes: scopes.filter((scope) => scope !== needed) });
      const response = method === 'get' ? await service.get(path, own) : await service.post(path, {}, own);
      expect([path, response.status]).toEqual([path, 403]);
      refused++;
    }
    expect(refused).toBeGreaterThan(20);
    const open = each().flatMap(([path, , { security }]) => (security.length === 0 ? [path] : []));
    expect(open.sort()).toEqual(['/', '/assets/{name}', '/healthz', '/metrics', '/openapi.json', '/readyz']);
  });
});
