import { type Message, seededRandom } from '@ratchet/core';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { luckHeaders } from '../../src/mock-server/luck-header.ts';
import { networkClock } from '../network-clock.ts';
import { answerOf, callFor, gradeIn, simulate } from '../simulated/example-world.ts';
import { collect, serve, startedAt } from './served-models.ts';

const call = callFor('answer', { request: ['parse', 'essay'] });
const request = {
  model: 'sim',
  messages: call.messages.map(({ role, content }) => ({ role, content })),
  temperature: 0.7,
  max_completion_tokens: 4096,
  seed: 3,
};

describe("a mock server under OpenAI's SDK", () => {
  test('answers out of the bank, and counts what a simulated model counts', async () => {
    const { openai } = await serve();
    const answer = await openai.chat.completions.create(request);
    const text = answer.choices[0]?.message.content ?? '';
    expect(gradeIn(text, 'parse')).toBeDefined();
    expect(gradeIn(text, 'essay')).toBeDefined();
    const { usage } = await simulate().model.complete(call);
    expect(answer.usage).toMatchObject({
      prompt_tokens: usage.inputTokens,
      total_tokens: usage.inputTokens + (answer.usage?.completion_tokens ?? 0),
      prompt_tokens_details: { cached_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 0 },
    });
    expect(answer).toMatchObject({
      object: 'chat.completion',
      model: 'sim',
      created: startedAt.getTime() / 1000,
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', refusal: null } }],
    });
    expect(answer._request_id).toMatch(/^req_mock\d+$/);
  });

  test('streams the same answer: its role first, then its text, the reason of its end, and the usage where it is asked for', async () => {
    const { openai } = await serve();
    const whole = await openai.chat.completions.create(request);
    const chunks = await collect(await openai.chat.completions.create({ ...request, stream: true, stream_options: { include_usage: true } }));
    expect(chunks[0]?.choices[0]).toMatchObject({ delta: { role: 'assistant', content: '' }, finish_reason: null });
    const texts = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '');
    expect(texts.filter((text) => text !== '').length).toBeGreaterThan(3);
    expect(texts.join('')).toBe(whole.choices[0]?.message.content);
    expect(chunks.at(-2)?.choices[0]).toMatchObject({ delta: {}, finish_reason: 'stop' });
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: whole.usage });
    expect(chunks.slice(0, -1).map(({ usage }) => usage)).toEqual(chunks.slice(0, -1).map(() => null));
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
  });

  test('leaves the usage out of a stream that was not asked for it', async () => {
    const { openai } = await serve();
    const chunks = await collect(await openai.chat.completions.create({ ...request, stream: true }));
    expect(chunks.some((chunk) => 'usage' in chunk)).toBe(false);
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop');
  });

  test("is understood by the SDK's own collector of streams", async () => {
    const { openai } = await serve();
    const whole = await openai.chat.completions.create(request);
    const collected = await openai.chat.completions.stream({ ...request, stream_options: { include_usage: true } }).finalChatCompletion();
    expect(collected.choices[0]?.message.content).toBe(whole.choices[0]?.message.content);
    expect(collected.usage).toEqual(whole.usage);
  });

  test('cuts an answer off where the limit is, and says so', async () => {
    const { openai } = await serve();
    const answer = await openai.chat.completions.create({ ...request, max_completion_tokens: 5 });
    expect(answer.choices[0]?.finish_reason).toBe('length');
    expect(answer.usage?.completion_tokens).toBe(5);
    const older = await openai.chat.completions.create({ ...request, max_completion_tokens: null, max_tokens: 5 });
    expect(older.choices).toEqual(answer.choices);
  });

  test('takes a developer as the system, and texts in parts', async () => {
    const { openai } = await serve();
    const [system, user] = call.messages as readonly [Message, Message];
    const answer = await openai.chat.completions.create({
      ...request,
      messages: [
        { role: 'developer', content: system.content },
        { role: 'user', content: [{ type: 'text', text: user.content }] },
      ],
    });
    expect(answer.choices).toEqual((await openai.chat.completions.create(request)).choices);
  });

  test('lists its models, and gives one', async () => {
    const { openai } = await serve();
    const models = await collect(openai.models.list());
    expect(models).toEqual(['sim', 'other'].map((id) => ({ id, object: 'model', created: startedAt.getTime() / 1000, owned_by: 'ratchet' })));
    expect(await openai.models.retrieve('sim')).toMatchObject({ id: 'sim', object: 'model' });
    await expect(openai.models.retrieve('nobody')).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });

  test.each<[string, object, new (...parts: never[]) => Error, object]>([
    [
      'a model that is not there',
      { model: 'gpt' },
      OpenAI.NotFoundError,
      { status: 404, code: 'model_not_found', message: expect.stringContaining('sim, other') },
    ],
    [
      'a key that it does not know',
      { temprature: 1 },
      OpenAI.BadRequestError,
      { status: 400, type: 'invalid_request_error', message: expect.stringContaining('temprature') },
    ],
    ['what simulated models cannot do', { tools: [] }, OpenAI.BadRequestError, { message: expect.stringContaining('not simulated: tools') }],
    ['a temperature out of range', { temperature: 2.1 }, OpenAI.BadRequestError, { message: expect.stringContaining('temperature') }],
    ['no messages', { messages: [] }, OpenAI.BadRequestError, { message: expect.stringContaining('messages') }],
  ])('refuses %s, as the API does', async (_what, change, kind, error) => {
    const { openai } = await serve();
    const failure = await openai.chat.completions.create({ ...request, ...change }).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(kind);
    expect(failure).toMatchObject(error);
  });

  test('reports what the simulated model fails with: 429 with the time to wait, 504 when it hangs', async () => {
    const limited = await serve({ profile: { rateLimitedShare: 1 }, timeScale: 0.01 });
    const failure = await limited.openai.chat.completions.create(request).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(OpenAI.RateLimitError);
    expect(failure).toMatchObject({ status: 429, type: 'requests', code: 'rate_limit_exceeded' });
    const { headers } = failure as InstanceType<typeof OpenAI.RateLimitError>;
    expect([headers?.get('retry-after'), headers?.get('retry-after-ms')]).toEqual(['1', '10']);
    const hanging = await serve({ profile: { timeoutShare: 1 } });
    await expect(hanging.openai.chat.completions.create(request)).rejects.toMatchObject({ status: 504, type: 'server_error' });
  });

  test('ends its work for a client that is gone', async () => {
    let underWay = false;
    const clock = networkClock(() => {
      underWay = true;
      return false;
    });
    const { openai, server } = await serve({ timeScale: 1, profile: { firstTokenMs: 60_000 }, clock });
    const controller = new AbortController();
    const pending = openai.chat.completions.create({ ...request, stream: true }, { signal: controller.signal }).catch((thrown: unknown) => thrown);
    await expect.poll(() => underWay).toBe(true);
    controller.abort();
    expect(await pending).toBeInstanceOf(OpenAI.APIUserAbortError);
    // It resolves when nothing is under way any more: else never, since no time passes.
    await server.close();
  });

  test("is tried again by the SDK's own retries, until it answers", async () => {
    const { server, struck } = await serve({
      faults: [
        { kind: 'rate-limited', retryAfterMs: 5, count: 1 },
        { kind: 'server-error', count: 1 },
      ],
    });
    const patient = new OpenAI({ apiKey: 'none', baseURL: `${server.url}/v1`, maxRetries: 2, logLevel: 'off' });
    const answer = await patient.chat.completions.create(request);
    expect(answer.choices[0]?.finish_reason).toBe('stop');
    expect(struck).toEqual(['rate-limited', 'server-error']);
  });

  test('answers equal requests equally, and others by a luck of their own', async () => {
    const [one, same, other] = [await serve({ seed: 1 }), await serve({ seed: 1 }), await serve({ seed: 2 })];
    const texts = async (openai: OpenAI) =>
      Promise.all(Array.from({ length: 40 }, async (_, seed) => (await openai.chat.completions.create({ ...request, seed })).choices[0]?.message.content));
    const [first, again, elsewhere] = [await texts(one.openai), await texts(same.openai), await texts(other.openai)];
    expect(again).toEqual(first);
    expect(await texts(one.openai)).toEqual(first);
    expect(elsewhere).not.toEqual(first);
    const right = first.filter((text) => gradeIn(text ?? '', 'essay') === 'right').length;
    expect(right).toBeGreaterThan(3);
    expect(right).toBeLessThan(37);
  });

  test('answers with the luck that a header states, as the same model in process', async () => {
    const { openai } = await serve({ profile: { rateLimitedShare: 0.2, cutOffShare: 0.2 } });
    for (let trial = 0; trial < 30; trial++) {
      const luck = seededRandom('trial', trial);
      const { model } = simulate({ luck, profile: { rateLimitedShare: 0.2, cutOffShare: 0.2 } });
      const headersOf = luckHeaders(luck);
      for (const seed of [0, 0, 1000]) {
        const here = await model.complete({ ...call, seed }).then(
          ({ text, finishReason, usage }) => ({ text, finishReason, usage }),
          (error: { kind: string }) => error.kind,
        );
        const there = await openai.chat.completions.create({ ...request, seed: 77 }, { headers: headersOf('sim', { ...call, seed }) }).then(
          ({ choices, usage }) => ({
            text: choices[0]?.message.content,
            finishReason: choices[0]?.finish_reason,
            usage: { inputTokens: usage?.prompt_tokens, outputTokens: usage?.completion_tokens },
          }),
          (error: { status: number }) => (error.status === 429 ? 'rate-limited' : error),
        );
        expect(there).toEqual(here);
      }
    }
  });

  test('says nothing but what it has, where nothing of the bank is asked for', async () => {
    const { openai } = await serve();
    const answer = await openai.chat.completions.create({ model: 'sim', messages: [{ role: 'user', content: 'Hello?' }] });
    expect(answer.choices[0]?.message.content).toContain('Nothing in this request');
    expect(answer.choices[0]?.message.content).not.toContain(answerOf('essay', 'right'));
  });
});
