import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { newPlace, type Place, projectRoot, type Started, tinyScenario } from './ratchet.ts';

const running = new Set<Started>();
afterEach(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await Promise.all([...running].map(({ ended }) => ended));
  running.clear();
});

interface Said {
  readonly url: string;
  readonly adminKey?: string;
}

async function serve(place: Place, env: Readonly<Record<string, string>> = {}): Promise<Started & Said> {
  const started = place.start(['serve', '--scenario', tinyScenario, '--port', '0', '--json'], { env });
  running.add(started);
  const first = await Promise.race([once(createInterface({ input: started.child.stdout as NodeJS.ReadableStream }), 'line'), started.ended]);
  if (!Array.isArray(first)) throw new Error(`it ended: ${JSON.stringify(first)}`);
  return { ...started, ...(JSON.parse(first[0] as string) as Said) };
}

const messages = [{ role: 'user' as const, content: 'Hello?' }];

describe('ratchet serve', () => {
  it('answers with the key that it shows once, keeps what it was told when it is killed, and knows keys made beside it', async () => {
    const place = newPlace();
    const first = await serve(place);
    const client = new OpenAI({ apiKey: first.adminKey as string, baseURL: `${first.url}/v1`, maxRetries: 0 });
    const answer = await client.chat.completions.create({ model: 'ratchet/auto', messages });
    expect(answer.choices[0]?.message.content).toContain('Nothing in this request');
    const give = (url: string, key: string) =>
      fetch(`${url}/v1/feedback`, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body: JSON.stringify({ decision: answer.id, quality: 0.5 }) });
    expect(await (await give(first.url, first.adminKey as string)).json()).toMatchObject({ status: 'recorded' });
    first.child.kill('SIGKILL');
    await first.ended;

    const made = await place.run(['keys', 'create', '--scenario', tinyScenario, '--tenant', 'admin', '--budget-usd', '1', '--quiet']);
    const key = made.stdout.trim();
    expect([made.code, key]).toEqual([0, expect.stringMatching(/^rk_[0-9a-f]{16}_[0-9a-f]{64}$/)]);
    const second = await serve(place);
    expect(second.adminKey).toBeUndefined();
    expect(await (await give(second.url, key)).json()).toMatchObject({ status: 'known' });
    const own = new OpenAI({ apiKey: key, baseURL: `${second.url}/v1`, maxRetries: 0 });
    expect((await own.models.list()).data.map(({ id }) => id)).toContain('ratchet/auto');
    second.child.kill('SIGTERM');
    const { code, stderr } = await second.ended;
    expect([code, stderr.includes(key)]).toEqual([0, false]);
    expect(readFileSync(join(place.home, 'service', 'tiny.sqlite')).includes(key.slice(-64))).toBe(false);
    const listed = await place.run(['keys', 'list', '--scenario', tinyScenario, '--json']);
    expect(JSON.parse(listed.stdout)).toMatchObject([{ name: 'admin' }, { name: 'key', budgetUsd: 1, scopes: ['infer', 'feedback'] }]);
  });

  it('takes its admin key from the environment, and refuses one that is none', async () => {
    const key = `rk_mine_${'a1'.repeat(20)}`;
    const { url, adminKey } = await serve(newPlace(), { RATCHET_ADMIN_KEY: key });
    expect(adminKey).toBeUndefined();
    expect((await fetch(`${url}/api/generations`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200);
    const refused = await newPlace().run(['serve', '--scenario', tinyScenario, '--port', '0'], { env: { RATCHET_ADMIN_KEY: 'secret' } });
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('RATCHET_ADMIN_KEY is no key')]);
  });
});

describe('what the page asks of ratchet serve', () => {
  it('is there: who asks, experiments, runs, a job that is watched and stopped, and the page or how to build it', async () => {
    const place = newPlace();
    const { url, adminKey, child, ended } = await serve(place);
    const ask = (path: string, body?: object) =>
      fetch(`${url}${path}`, {
        headers: { authorization: `Bearer ${adminKey}` },
        ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      });
    const page = await fetch(url);
    expect([[200, 404].includes(page.status), (await page.text()).startsWith('<!doctype html>')]).toEqual([true, true]);
    expect(await (await ask('/api/me')).json()).toMatchObject({ scenario: 'tiny', provider: 'simulated', arms: expect.any(Number) });
    const { experiments } = (await (await ask('/api/experiments')).json()) as { experiments: readonly { name: string; title: string }[] };
    expect(experiments).toContainEqual(expect.objectContaining({ name: 'code-gen', title: 'Code generation' }));
    const live = await ask('/api/live');
    const { id } = (await (await ask('/api/jobs', { kind: 'experiment', name: 'code-gen', limit: 5, seeds: 1, generations: 0 })).json()) as { id: string };
    let log = '';
    for await (const piece of (await ask(`/api/jobs/${id}/events`)).body as unknown as AsyncIterable<Uint8Array>) {
      if (log.includes('"kind":"progress"') === false && Buffer.from(piece).includes('"kind":"progress"')) await ask(`/api/jobs/${id}/stop`, {});
      log += Buffer.from(piece).toString();
    }
    expect(log).toMatch(/"kind":"log","line":"ratchet: experiment code-gen"[\s\S]*"kind":"progress","done":[0-9]+,"of":[1-9][\s\S]*"state":"(stopped|done)"/);
    expect(await (await ask('/api/runs')).json()).toMatchObject({ runs: [{ experiment: 'code-gen', hasTrials: true }] });
    // Its readers do not keep it from closing.
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
    await live.body?.cancel();
  });
});

describe('ratchet mcp', () => {
  it('answers over the standard streams', async () => {
    const place = newPlace();
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [join(projectRoot, 'packages/cli/src/ratchet.mjs'), 'mcp', '--scenario', tinyScenario],
      env: { ...(process.env as Record<string, string>), RATCHET_HOME: place.home },
      stderr: 'ignore',
    });
    const client = new Client({ name: 'a test', version: '1' });
    await client.connect(transport);
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('run_experiment');
    const { structuredContent } = await client.callTool({ name: 'execute', arguments: { request: 'Hello?' } });
    expect(structuredContent).toMatchObject({ text: expect.stringContaining('Nothing in this request'), generation: 0 });
    await client.close();
  });
});
