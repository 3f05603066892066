import Anthropic from '@anthropic-ai/sdk';
import { type Message, seededRandom } from '@ratchet/core';
import { describe, expect, test } from 'vitest';
import { luckHeaders } from '../../src/mock-server/luck-header.ts';
import { networkClock } from '../network-clock.ts';
import { callFor, simulate } from '../simulated/example-world.ts';
import { collect, serve, startedAt } from './served-models.ts';

const call = callFor('answer', { request: ['parse', 'essay'] });
const [system, user] = call.messages as readonly [Message, Message];
const request = { model: 'sim', max_tokens: 4096, temperature: 0.7, system: system.content, messages: [{ role: 'user' as const, content: user.content }] };

function textOf({ content }: Anthropic.Message): string {
  return content.map((block) => (block.type === 'text' ? block.text : '')).join('');
}

describe("a mock server under Anthropic's SDK", () => {
  test('answers with the luck that a header states, as the same model in process', async () => {
    const { anthropic } = await serve();
    for (let trial = 0; trial < 20; trial++) {
      const luck = seededRandom('trial', trial);
      const { text, usage } = await simulate({ luck }).model.complete(call);
      const answer = await anthropic.messages.create(request, { headers: luckHeaders(luck)('sim', call) });
      expect(textOf(answer)).toBe(text);
      expect(answer).toMatchObject({ type: 'message', role: 'assistant', model: 'sim', stop_reason: 'end_turn', stop_sequence: null });
      expect(answer.usage).toMatchObject({ input_tokens: usage.inputTokens, output_tokens: usage.outputTokens, cache_read_input_tokens: 0 });
    }
  });

  test('streams the same answer in the events of the API, with a ping, and usage at its begin and end', async () => {
    const { anthropic } = await serve();
    const whole = await anthropic.messages.create(request);
    const events = await collect(await anthropic.messages.create({ ...request, stream: true }));
    const types = events.map(({ type }) => type);
    expect(types.slice(0, 2)).toEqual(['message_start', 'content_block_start']);
    expect(types.slice(-3)).toEqual(['content_block_stop', 'message_delta', 'message_stop']);
    const pieces = events.flatMap((event) => (event.type === 'content_block_delta' && event.delta.type === 'text_delta' ? [event.delta.text] : []));
    expect(pieces.length).toBeGreaterThan(3);
    expect(pieces.join('')).toBe(textOf(whole));
    expect(events[0]).toMatchObject({ message: { content: [], stop_reason: null, usage: { input_tokens: whole.usage.input_tokens, output_tokens: 1 } } });
    expect(events.at(-2)).toMatchObject({ delta: { stop_reason: 'end_turn' }, usage: { output_tokens: whole.usage.output_tokens } });
  });

  test('sends a ping, which the SDK keeps to itself', async () => {
    const { server } = await serve();
    const response = await fetch(`${server.url}/v1/messages`, { method: 'POST', body: JSON.stringify({ ...request, stream: true }) });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const lines = (await response.text()).split('\n');
    expect(lines.filter((line) => line.startsWith('event: ')).slice(0, 3)).toEqual(['event: message_start', 'event: content_block_start', 'event: ping']);
    expect(lines).toContain('data: {"type":"ping"}');
  });

  test("is understood by the SDK's own collector of streams", async () => {
    const { anthropic } = await serve();
    const whole = await anthropic.messages.create(request);
    const collected = await anthropic.messages.stream(request).finalMessage();
    expect(textOf(collected)).toBe(textOf(whole));
    expect(collected.usage).toMatchObject({ input_tokens: whole.usage.input_tokens, output_tokens: whole.usage.output_tokens });
  });

  test('cuts an answer off where the limit is, and says so', async () => {
    const { anthropic } = await serve();
    const answer = await anthropic.messages.create({ ...request, max_tokens: 5 });
    expect(answer).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 5 } });
  });

  test('takes texts in blocks', async () => {
    const { anthropic } = await serve();
    const answer = await anthropic.messages.create({
      ...request,
      system: [{ type: 'text', text: system.content, cache_control: { type: 'ephemeral' } }],
      messages: [{ role: 'user', content: [{ type: 'text', text: user.content }] }],
    });
    expect(textOf(answer)).toBe(textOf(await anthropic.messages.create(request)));
  });

  test('lists its models, and gives one', async () => {
    const { anthropic } = await serve();
    const models = await collect(anthropic.models.list());
    expect(models).toEqual(['sim', 'other'].map((id) => ({ type: 'model', id, display_name: id, created_at: startedAt.toISOString() })));
    expect(await anthropic.models.retrieve('other')).toMatchObject({ id: 'other' });
    await expect(anthropic.models.retrieve('nobody')).rejects.toBeInstanceOf(Anthropic.NotFoundError);
  });

  test.each<[string, object, new (...parts: never[]) => Error, string]>([
    ['a model that is not there', { model: 'claude' }, Anthropic.NotFoundError, 'not_found_error'],
    ['a key that it does not know', { seed: 1 }, Anthropic.BadRequestError, 'invalid_request_error'],
    ['a temperature above 1', { temperature: 1.2 }, Anthropic.BadRequestError, 'invalid_request_error'],
    ['a system message among the others', { messages: [{ role: 'system', content: 'x' }] }, Anthropic.BadRequestError, 'invalid_request_error'],
  ])('refuses %s, as the API does', async (_what, change, kind, type) => {
    const { anthropic } = await serve();
    const failure = await anthropic.messages.create({ ...request, ...change }).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(kind);
    expect(failure).toMatchObject({
      type,
      error: { type: 'error', error: { type }, request_id: expect.stringMatching(/^req_mock/) },
      requestID: expect.stringMatching(/^req_mock/),
    });
  });

  test('reports a simulated model that hangs within its stream as an event of the API', async () => {
    const { anthropic } = await serve({ profile: { firstTokenMs: 10 } });
    const headers = luckHeaders(seededRandom('slow'))('sim', { ...call, timeoutMs: 1000 });
    const texts: string[] = [];
    const failure = await (async () => {
      for await (const event of await anthropic.messages.create({ ...request, stream: true }, { headers })) {
        if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') texts.push(event.delta.text);
      }
    })().catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(Anthropic.APIError);
    expect(failure).toMatchObject({ type: 'timeout_error', message: expect.stringContaining('1000 ms') });
    expect(texts.length).toBeGreaterThan(0);
  });

  test('takes as long as simulated, times the scale', async () => {
    const clock = networkClock(() => true);
    const { anthropic } = await serve({ timeScale: 0.05, clock });
    const luck = seededRandom('pace');
    const { latencyMs } = await simulate({ luck }).model.complete(call);
    await anthropic.messages.create(request, { headers: luckHeaders(luck)('sim', call) });
    expect(latencyMs).toBeGreaterThan(1000);
    expect(clock.now()).toBeCloseTo(0.05 * (latencyMs as number), 6);
  });
});
