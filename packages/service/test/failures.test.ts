import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type Store, StoreError, systemClock } from '@ratchet/core';
import type { World } from '@ratchet/harness';
import { openSqliteStore } from '@ratchet/store';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerWell, begin, chunk, fail, startUpstream, type Upstream, type UpstreamCall } from './scripted-upstream.ts';
import { scriptedWorld, startService, type TestService, upstreamWorld } from './test-service.ts';

const clock = systemClock();
const ifLarge = (own: (call: UpstreamCall) => void) => (call: UpstreamCall) => (call.model === 'large' ? own(call) : answerWell(call));
const eventsOf = (text: string) => text.split('\n\n').filter((event) => event !== '');
const contentOf = (text: string) =>
  eventsOf(text)
    .filter((event) => event.startsWith('data: {'))
    .map((event) => (JSON.parse(event.slice(6)) as { choices?: { delta: { content?: string } }[] }).choices?.[0]?.delta.content ?? '')
    .join('');

describe('failures of providers', () => {
  let upstream: Upstream;
  let world: ReturnType<typeof upstreamWorld>;
  let service: TestService;
  let key: string;
  beforeAll(async () => {
    upstream = await startUpstream();
  });
  // Cool-downs and breakers are a service's own.
  beforeEach(async () => {
    await service?.stop();
    await world?.close();
    world = upstreamWorld(upstream.url, { deadlines: { connectMs: 2000, firstByteMs: 250, idleMs: 300, totalMs: 700 } });
    service = await startService({ world, exploration: { share: 0 } });
    key = await service.key();
  });
  afterAll(async () => {
    await service.stop();
    await world.close();
    await upstream.close();
  });
  const answered = async (more: object = {}) => {
    const response = await service.chat('Hello?', key, more);
    const body = (await response.json()) as { choices?: { message: { content: string } }[] };
    return [response.status, body.choices?.[0]?.message.content, response.headers.get('x-ratchet-arm'), response.headers.get('x-ratchet-fallbacks')];
  };
  const bySmall = [200, 'Answered by small.', 'direct/small', '1'];

  it('429 with Retry-After: another model answers at once, and the first is left alone for as long as it said', async () => {
    upstream.behave(ifLarge((call) => fail(call, 429, { message: 'slow down', code: 'rate_limit_exceeded' }, { 'retry-after': '30' })));
    const begun = clock.now();
    expect(await answered()).toEqual(bySmall);
    expect(clock.now() - begun).toBeLessThan(10_000);
    expect(await answered()).toEqual([200, 'Answered by small.', 'direct/small', '0']);
    expect(upstream.asked).toEqual(['large', 'small', 'small']);
  });

  it('429 of every model: 429, with the time to wait', async () => {
    upstream.behave((call) => fail(call, 429, { message: 'slow down' }, { 'retry-after': '7' }));
    const response = await service.chat('Hello?', key);
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7']);
    expect(await response.json()).toMatchObject({ error: { type: 'rate_limit_error', code: 'rate_limit_exceeded' } });
    const client = new OpenAI({ apiKey: key, baseURL: `${service.url}/v1`, maxRetries: 0 });
    await expect(client.chat.completions.create({ model: 'small', messages: [{ role: 'user', content: 'Hi' }] })).rejects.toBeInstanceOf(OpenAI.RateLimitError);
  });

  it('exhausted credit: another model answers', async () => {
    upstream.behave(ifLarge((call) => fail(call, 429, { message: 'You exceeded your current quota', code: 'insufficient_quota', type: 'insufficient_quota' })));
    expect(await answered()).toEqual(bySmall);
  });

  it('500 again and again: the model is not asked every time, and everybody is answered', async () => {
    upstream.behave(ifLarge((call) => fail(call, 500, { message: 'oops' })));
    for (let index = 0; index < 20; index++) expect((await answered())[0]).toBe(200);
    expect(upstream.asked.filter((model) => model === 'large').length).toBeLessThan(15);
    expect(upstream.asked.filter((model) => model === 'small').length).toBe(20);
  });

  it('no connection: another model answers, once the time for it is over', async () => {
    // It takes the connection, and never says a word of the handshake.
    const connected: Socket[] = [];
    const mute = createServer((socket) => connected.push(socket)).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const stalled = upstreamWorld(`https://127.0.0.1:${(mute.address() as AddressInfo).port}`, { deadlines: { connectMs: 150, totalMs: 60_000 } });
    const { tokenPrice } = world;
    const both: World = {
      evidence: 'live',
      repeats: 'never',
      open: (luck, attempt) => {
        const [good, bad] = [world.open(luck, attempt), stalled.open(luck, attempt)];
        return { clock, models: (id) => (id === 'large' ? bad : good).models(id) };
      },
      ...(tokenPrice === undefined ? {} : { tokenPrice }),
    };
    const own = await startService({ world: both, exploration: { share: 0 } });
    upstream.behave(answerWell);
    const response = await own.chat('Hello?', await own.key());
    expect([response.status, response.headers.get('x-ratchet-arm'), response.headers.get('x-ratchet-fallbacks')]).toEqual([200, 'direct/small', '1']);
    await own.stop();
    mute.close();
    for (const socket of connected) socket.destroy();
    await stalled.close();
  });

  it.each([301, 302, 307, 308])('a provider that sends us elsewhere (%i): nobody is asked there, and the key stays here', async (status) => {
    const elsewhere = await startUpstream();
    upstream.behave(ifLarge(({ response }) => response.writeHead(status, { location: `${elsewhere.url}/v1/chat/completions` }).end()));
    const response = await service.chat('Hello?', key, { model: 'large' });
    expect([response.status, await response.text()]).toEqual([502, expect.stringContaining(String(status))]);
    expect(upstream.asked).toEqual(['large']);
    expect(elsewhere.asked).toEqual([]);
    await elsewhere.close();
  });

  it('200 without a first byte, and a stream of nothing but signs of life: another model answers', async () => {
    upstream.behave(ifLarge(() => undefined));
    expect(await answered()).toEqual(bySmall);
    await service.stop();
    service = await startService({ world, exploration: { share: 0 } });
    key = await service.key();
    upstream.behave(
      ifLarge(({ response }) => {
        begin(response);
        const ping = (): void => {
          if (response.closed) return;
          response.write(': ping\n\n');
          void clock.sleep(50).then(ping);
        };
        ping();
      }),
    );
    const response = await service.chat('Hello?', key, { stream: true });
    expect(contentOf(await response.text())).toBe('Answered by small.');
  });

  it('an error as the first event of a stream: another model answers, from its beginning', async () => {
    upstream.behave(
      ifLarge(({ response }) => {
        begin(response);
        response.end(`data: ${JSON.stringify({ error: { message: 'overloaded', type: 'server_error' } })}\n\n`);
      }),
    );
    const text = await (await service.chat('Hello?', key, { stream: true })).text();
    expect(contentOf(text)).toBe('Answered by small.');
    expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true);
  });

  it.each([
    ['an error', (call: UpstreamCall) => call.response.end(`data: ${JSON.stringify({ error: { message: 'overloaded', type: 'server_error' } })}\n\n`)],
    ['the end of the connection', (call: UpstreamCall) => clock.sleep(50).then(() => call.response.destroy())],
    ['an end without a reason', (call: UpstreamCall) => call.response.end()],
  ])('after content, %s: said in the stream, without a second answer and without [DONE]', async (_what, end) => {
    upstream.behave(
      ifLarge((call) => {
        begin(call.response);
        call.response.write(chunk('Half an '));
        end(call);
      }),
    );
    const response = await service.chat('Hello?', key, { stream: true });
    const text = await response.text();
    expect(response.status).toBe(200);
    expect(contentOf(text)).toBe('Half an ');
    expect(text).not.toContain('[DONE]');
    expect(JSON.parse((eventsOf(text).at(-1) as string).slice(6))).toMatchObject({ error: { type: 'server_error' } });
    expect(upstream.asked).toEqual(['large']);
    const client = new OpenAI({ apiKey: key, baseURL: `${service.url}/v1`, maxRetries: 0 });
    upstream.behave((call) => {
      begin(call.response);
      call.response.write(chunk('Half an '));
      end(call);
    });
    await expect(client.chat.completions.stream({ model: 'small', messages: [{ role: 'user', content: 'Hi' }] }).finalChatCompletion()).rejects.toThrow();
  });

  it('a stream whose characters are split between packets: they come whole', async () => {
    const words = 'Grüße, 世界 \u{1f600}!';
    upstream.behave(({ response }) => {
      begin(response);
      const bytes = Buffer.from(chunk(words) + chunk('', 'stop'));
      let at = 0;
      const next = (): void => {
        if (at >= bytes.length) response.end('data: [DONE]\n\n');
        else response.write(bytes.subarray(at, ++at), next);
      };
      next();
    });
    expect(contentOf(await (await service.chat('Hello?', key, { stream: true })).text())).toBe(words);
  });

  it('the client leaves: the call upstream ends, and what it cost is on record', async () => {
    let closed: Promise<unknown> | undefined;
    upstream.behave(({ response }) => {
      begin(response);
      response.write(chunk('A long '));
      closed = once(response, 'close');
    });
    const leave = new AbortController();
    const response = await fetch(`${service.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify({ model: 'ratchet/auto', stream: true, messages: [{ role: 'user', content: 'Hello?' }] }),
      signal: leave.signal,
    });
    await response.body?.getReader().read();
    leave.abort();
    await closed;
    const id = response.headers.get('x-ratchet-decision') as string;
    let decision = await service.store.decision(id);
    for (let tries = 0; decision === undefined && tries < 100; tries++) {
      await clock.sleep(10);
      decision = await service.store.decision(id);
    }
    expect(decision?.decision.status).toBe('cancelled');
    expect(decision?.decision.costUsd).toBeGreaterThan(0);
    expect(await service.store.spentUsd(key.split('_')[1] as string)).toBe(decision?.decision.costUsd);
    expect(upstream.asked).toEqual(['large']);
  });

  it('all are down: 503, whole and streamed', async () => {
    upstream.behave(({ response }) => response.destroy());
    for (const stream of [false, true]) {
      const response = await service.chat('Hello?', key, { stream });
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({ error: { type: 'server_error' } });
    }
  });

  it('the provider shows its key in an error: the client does not see it', async () => {
    upstream.behave((call) => fail(call, 401, { message: `Incorrect API key provided: ${call.request.headers.authorization}` }));
    const texts = [await (await service.chat('Hello?', key)).text(), await (await service.chat('Hello?', key, { model: 'small', stream: true })).text()];
    texts.push(await (await service.get('/metrics')).text(), JSON.stringify(await service.store.entriesAfter(0, 100)), JSON.stringify(service.errors));
    expect(texts[0]).toContain('401');
    expect(texts.join('\n')).not.toContain('sk-canary');
  });

  it('tools and their turns reach the provider as they are, and its calls come back, whole and from pieces', async () => {
    const tools = [{ type: 'function' as const, function: { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } } }];
    const sent: unknown[] = [];
    const [first, rest] = ['{"ci', 'ty":"Paris"}'];
    upstream.behave((call) => {
      sent.push(call.body);
      const { response } = call;
      if (call.body.stream !== true) {
        const tool_calls = [{ id: 'call_1', type: 'function', function: { name: 'weather', arguments: first + rest } }];
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ choices: [{ index: 0, message: { role: 'assistant', content: null, tool_calls }, finish_reason: 'tool_calls' }] }));
        return;
      }
      const piece = (tool_calls: object[], finish: string | null) =>
        `data: ${JSON.stringify({ choices: [{ index: 0, delta: { tool_calls }, finish_reason: finish }] })}\n\n`;
      begin(response);
      response.write(piece([{ index: 0, id: 'call_1', type: 'function', function: { name: 'weather', arguments: '' } }], null));
      response.write(piece([{ index: 0, function: { arguments: first } }], null));
      response.end(`${piece([{ index: 0, function: { arguments: rest } }], null)}${piece([], 'tool_calls')}data: [DONE]\n\n`);
    });
    const client = new OpenAI({ apiKey: key, baseURL: `${service.url}/v1`, maxRetries: 0 });
    const messages = [{ role: 'user' as const, content: 'How is the weather in Paris?' }];
    const whole = (await client.chat.completions.create({ model: 'ratchet/auto', messages, tools, tool_choice: 'auto', parallel_tool_calls: false }))
      .choices[0];
    const streamed = (await client.chat.completions.stream({ model: 'ratchet/auto', messages, tools }).finalChatCompletion()).choices[0];
    for (const choice of [whole, streamed]) {
      expect(choice?.finish_reason).toBe('tool_calls');
      expect(choice?.message.tool_calls?.[0]).toMatchObject({ id: 'call_1', function: { name: 'weather', arguments: first + rest } });
    }
    expect(sent[0]).toMatchObject({ messages, tools, tool_choice: 'auto', parallel_tool_calls: false });
    const turns = [
      ...messages,
      { role: 'assistant' as const, content: null, tool_calls: whole?.message.tool_calls ?? [] },
      { role: 'tool' as const, tool_call_id: 'call_1', content: 'rain' },
    ];
    upstream.behave((call) => {
      sent.push(call.body);
      answerWell(call);
    });
    await client.chat.completions.create({ model: 'ratchet/auto', messages: turns, tools });
    expect(sent.at(-1)).toMatchObject({ messages: turns, tools });
  });

  it('equal requests of two tenants are two requests', async () => {
    upstream.behave(answerWell);
    const other = await service.key({ tenant: 'other' });
    await Promise.all([service.chat('The same.', key), service.chat('The same.', other)].map(async (one) => (await one).text()));
    expect(upstream.asked.length).toBe(2);
  });
});

describe('failures of the store', () => {
  const broken = (changes: Partial<Store>): Store => ({ ...openSqliteStore({ file: ':memory:', clock: systemClock(), windowMs: 0 }), ...changes });

  it.each([
    ['is slow to write', { recordDecision: () => new Promise<void>(() => undefined) }],
    ['cannot write', { recordDecision: () => Promise.reject(new StoreError('unavailable', 'the disk is full')) }],
  ])('a store that %s fails no request', async (_what, changes) => {
    const service = await startService({ world: scriptedWorld(() => ({})), store: broken(changes), exploration: { share: 0 } });
    const key = await service.key();
    expect((await service.chat('Hi', key)).status).toBe(200);
    expect((await (await service.chat('Hi', key, { stream: true })).text()).includes('[DONE]')).toBe(true);
    await service.stop();
  });

  it('a store that does not answer at all: known keys are served by what it said last, everybody else hears so soon', async () => {
    let slow = false;
    const kept = openSqliteStore({ file: ':memory:', clock: systemClock(), windowMs: 0 });
    const never = () => new Promise<never>(() => undefined);
    const store: Store = {
      ...kept,
      key: (id) => (slow ? never() : kept.key(id)),
      recordFeedback: (feedback) => (slow ? never() : kept.recordFeedback(feedback)),
      recordDecision: (decision) => (slow ? never() : kept.recordDecision(decision)),
      reserve: (reservation) => (slow ? never() : kept.reserve(reservation)),
    };
    const service = await startService({ world: scriptedWorld(() => ({})), store, storePatienceMs: 100, exploration: { share: 0 } });
    const [key, bounded, stranger] = [await service.key(), await service.key({ budgetUsd: 1 }), await service.key()];
    const { id } = (await (await service.chat('Hi', key)).json()) as { readonly id: string };
    expect((await service.chat('Hi', bounded)).status).toBe(200);
    slow = true;
    expect((await service.chat('Hi', key)).status).toBe(200);
    const ends = await Promise.all([
      service.post('/v1/feedback', { decision: id, quality: 1 }, key),
      service.chat('Hi', bounded),
      service.chat('Hi', stranger),
    ]);
    expect(ends.map(({ status }) => status)).toEqual([503, 503, 503]);
    slow = false;
    expect(await (await service.post('/v1/feedback', { decision: id, quality: 1 }, key)).json()).toMatchObject({ status: 'recorded' });
    await service.stop();
  });

  it('acknowledges no feedback that it could not write, and is not ready', async () => {
    const fails = () => Promise.reject(new StoreError('unavailable', 'the disk is full'));
    const service = await startService({ world: scriptedWorld(() => ({})), store: broken({ recordFeedback: fails, lastSequence: fails }) });
    const key = await service.key();
    const response = await service.post('/v1/feedback', { decision: 'x', quality: 1 }, key);
    expect([response.status, await response.json()]).toMatchObject([503, { error: { code: 'store_unavailable' } }]);
    expect((await service.get('/readyz')).status).toBe(503);
    expect((await service.learner.turn()).filter(({ kind }) => kind === 'failed').length).toBeLessThanOrEqual(1);
    expect((await service.chat('Hi', key)).status).toBe(200);
    await service.stop();
  });
});
