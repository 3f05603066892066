import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shownRuns } from '../shown-runs.ts';
import { scriptedWorld, startService, type TestService } from '../test-service.ts';

describe('the Model Context Protocol over HTTP', () => {
  let service: TestService;
  let client: Client;
  let aborted: Promise<void>;
  const connect = async (key: string, mode: 'legacy' | 'auto' = 'auto'): Promise<Client> => {
    const own = new Client({ name: 'a test', version: '1' }, { versionNegotiation: { mode } });
    await own.connect(new StreamableHTTPClientTransport(new URL(`${service.url}/mcp`), { requestInit: { headers: { authorization: `Bearer ${key}` } } }));
    return own;
  };
  beforeAll(async () => {
    let onAborted: () => void;
    aborted = new Promise((resolve) => {
      onAborted = resolve;
    });
    service = await startService({
      exploration: { share: 0 },
      library: shownRuns(),
      world: scriptedWorld(() => ({ text: 'Five.' })),
      runExperiment: async ({ name, limit }, { signal, onProgress }) => {
        onProgress('begun');
        if (name === 'endless') {
          await new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              onAborted();
              reject(signal.reason);
            });
          });
        }
        return { name, limit };
      },
    });
    client = await connect(await service.key());
  });
  afterAll(async () => {
    await client.close();
    await service.stop();
  });

  it('lists its tools with the schemas of what they take and give', async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['execute', 'suggest_strategy', 'analyze', 'feedback', 'run_experiment']);
    for (const { inputSchema, outputSchema } of tools) expect([inputSchema.type, outputSchema?.type]).toEqual(['object', 'object']);
  });

  it('answers, and takes feedback on the answer', async () => {
    const result = await client.callTool({ name: 'execute', arguments: { request: 'Add 2 and 3.' } });
    expect(result.structuredContent).toMatchObject({ text: 'Five.', arm: 'direct/large', generation: 0, costUsd: 0.001 });
    const { decision } = result.structuredContent as { decision: string };
    const give = (quality: number) => client.callTool({ name: 'feedback', arguments: { decision, quality } });
    expect((await give(0.75)).structuredContent).toEqual({ decision, status: 'recorded' });
    expect((await give(0.75)).structuredContent).toEqual({ decision, status: 'known' });
    expect(await give(0)).toMatchObject({ isError: true });
    expect((await service.store.decision(decision))?.quality).toBe(0.75);
  });

  it('suggests and analyses without asking a model', async () => {
    const before = await service.store.lastSequence();
    const suggestion = await client.callTool({ name: 'suggest_strategy', arguments: { request: 'Add 2 and 3.' } });
    expect(suggestion.structuredContent).toMatchObject({ strategy: 'direct', models: ['large'] });
    const analysis = await client.callTool({ name: 'analyze', arguments: { request: 'Read the report. Then list its figures.' } });
    expect((analysis.structuredContent as { chunks: object[] }).chunks.length).toBeGreaterThan(0);
    expect(await service.store.lastSequence()).toBe(before);
  });

  it('tells of progress, and ends what is cancelled', async () => {
    const messages: (string | undefined)[] = [];
    const onprogress = ({ message }: { message?: string | undefined }) => messages.push(message);
    const run = await client.callTool({ name: 'run_experiment', arguments: { name: 'code-gen', limit: 3 } }, { onprogress });
    expect(run.structuredContent).toEqual({ summary: { name: 'code-gen', limit: 3 } });
    expect(messages).toEqual(['begun']);
    const stop = new AbortController();
    const endless = client.callTool(
      { name: 'run_experiment', arguments: { name: 'endless' } },
      { signal: stop.signal, onprogress: () => stop.abort('enough') },
    );
    await expect(endless).rejects.toThrow();
    await aborted;
  });

  it('shows its policies and its scenario, and a prompt', async () => {
    expect((await client.listResources()).resources.map(({ uri }) => uri)).toEqual([
      'ratchet://policies',
      'ratchet://scenario',
      'ratchet://reports/code-gen/reference',
      'ratchet://reports/code-gen/other',
    ]);
    const report = await client.readResource({ uri: 'ratchet://reports/code-gen/reference' });
    expect(report.contents).toEqual([{ uri: 'ratchet://reports/code-gen/reference', mimeType: 'text/markdown', text: '# code-gen/reference' }]);
    await expect(client.readResource({ uri: 'ratchet://reports/code-gen/..' })).rejects.toThrow();
    await expect(client.readResource({ uri: 'ratchet://reports/code-gen/none' })).rejects.toThrow(/no report/);
    const other = await connect(await service.key({ scopes: ['infer'] }));
    expect((await other.listResources()).resources).toHaveLength(2);
    await expect(other.readResource({ uri: 'ratchet://reports/code-gen/reference' })).rejects.toThrow(/admin/);
    await other.close();
    const { contents } = await client.readResource({ uri: 'ratchet://policies' });
    expect(JSON.parse((contents[0] as { text: string }).text)).toMatchObject({ serving: 0 });
    const { messages } = await client.getPrompt({ name: 'judge_answer', arguments: { decision: 'd1', answer: 'Five.' } });
    expect(JSON.stringify(messages)).toContain('d1');
  });

  it('answers clients of the protocol from before 2026 too', async () => {
    const old = await connect(await service.key(), 'legacy');
    expect((await old.callTool({ name: 'execute', arguments: { request: 'Add 2 and 3.' } })).structuredContent).toMatchObject({ text: 'Five.' });
    await old.close();
  });

  it('keeps to the scopes of a key, and wants one', async () => {
    const infer = await connect(await service.key({ scopes: ['infer'] }));
    expect(await infer.callTool({ name: 'feedback', arguments: { decision: 'x', quality: 1 } })).toMatchObject({ isError: true });
    expect(await infer.callTool({ name: 'run_experiment', arguments: { name: 'code-gen' } })).toMatchObject({ isError: true });
    await infer.close();
    await expect(connect('rk_00_nothing')).rejects.toThrow();
  });

  it('refuses a foreign Host and a foreign Origin', async () => {
    const { request } = await import('node:http');
    const key = await service.key();
    const statusWith = (headers: Record<string, string>): Promise<number> =>
      new Promise((resolve, reject) => {
        const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
        const own = request(`${service.url}/mcp`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${key}`,
            'content-type': 'application/json',
            'content-length': String(body.length),
            accept: 'application/json, text/event-stream',
            ...headers,
          },
        });
        own.on('response', (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        });
        own.on('error', reject);
        own.end(body);
      });
    expect(await statusWith({ host: 'evil.example' })).toBe(403);
    expect(await statusWith({ origin: 'http://evil.example' })).toBe(403);
    expect(await statusWith({ origin: 'null' })).toBe(403);
    expect(await statusWith({ origin: service.url })).toBe(200);
  });
});
