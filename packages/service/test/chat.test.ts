import { ModelError } from '@ratchet/core';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatCompletionSchema } from '../src/http/chat-format.ts';
import { errorSchema } from '../src/http/error-format.ts';
import { eventsOf } from '../src/learning/log-events.ts';
import { scriptedWorld, startService, type TestService } from './test-service.ts';

async function collected<Item>(stream: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

describe('chat completions', () => {
  let service: TestService;
  let key: string;
  let client: OpenAI;
  let seen: { readonly model: string; readonly call: Parameters<Parameters<typeof scriptedWorld>[0]>[0] }[] = [];
  beforeAll(async () => {
    service = await startService({
      exploration: { share: 0 },
      world: scriptedWorld((call, model) => {
        seen.push({ model, call });
        const said = call.messages.at(-1)?.content ?? '';
        if (said.includes('fail')) throw new ModelError('unavailable', model, 'down');
        if (call.conversation !== undefined && call.conversation.tools.length > 0) {
          return { text: '', toolCalls: [{ id: 'call_1', name: 'weather', arguments: '{"city":"Paris"}' }] };
        }
        if (call.json !== undefined) return { text: '{"city":"Paris"}' };
        return { text: said.includes('short') ? 'cut' : 'It is fine today.', finishReason: said.includes('short') ? 'length' : 'stop' };
      }),
    });
    key = await service.key();
    client = new OpenAI({ apiKey: key, baseURL: `${service.url}/v1`, maxRetries: 0 });
  });
  afterAll(() => service.stop());

  it('answers the OpenAI SDK, and says with what', async () => {
    const { data, response } = await client.chat.completions
      .create({ model: 'ratchet/auto', messages: [{ role: 'user', content: 'How is the weather?' }] })
      .withResponse();
    expect(data.choices[0]?.message.content).toBe('It is fine today.');
    expect(data.choices[0]?.finish_reason).toBe('stop');
    expect(data.usage).toEqual({ prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 });
    expect(chatCompletionSchema.safeParse(data).error).toBeUndefined();
    expect(response.headers.get('x-ratchet-arm')).toBe('direct/large');
    expect(response.headers.get('x-ratchet-policy')).toBe('generation-0');
    expect(response.headers.get('x-ratchet-decision')).toBe(data.id);
    expect(Number(response.headers.get('x-ratchet-cost-usd'))).toBe(0.001);
    expect(response.headers.get('x-ratchet-explored')).toBe('false');
  });

  it('streams to the OpenAI SDK, with its usage where that is wanted', async () => {
    const stream = await client.chat.completions.create({
      model: 'ratchet/auto',
      messages: [{ role: 'user', content: 'How is the weather?' }],
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await collected(stream);
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('It is fine today.');
    expect(chunks.filter((chunk) => (chunk.choices[0]?.delta.content ?? '') !== '').length).toBe(4);
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 15 } });
    const bare = await collected(
      await client.chat.completions.create({ model: 'ratchet/auto', messages: [{ role: 'user', content: 'Weather?' }], stream: true }),
    );
    expect(bare.at(-1)?.choices[0]?.finish_reason).toBe('stop');
  });

  it('hands tools on as they are, and their calls back', async () => {
    seen = [];
    const tools = [{ type: 'function' as const, function: { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } } }];
    const first = { role: 'user' as const, content: 'How is the weather in Paris?' };
    const answer = await client.chat.completions.create({ model: 'ratchet/auto', messages: [first], tools, tool_choice: 'required' });
    expect(answer.choices[0]?.finish_reason).toBe('tool_calls');
    const [call] = answer.choices[0]?.message.tool_calls ?? [];
    expect(call).toEqual({ id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Paris"}' } });
    expect(seen[0]?.call.conversation).toMatchObject({ tools, toolChoice: 'required', messages: [first] });
    const streamed = await client.chat.completions.stream({ model: 'ratchet/auto', messages: [first], tools }).finalChatCompletion();
    expect(streamed.choices[0]?.message.tool_calls?.[0]).toMatchObject({ function: { name: 'weather', arguments: '{"city":"Paris"}' } });
    seen = [];
    const messages = [
      first,
      { role: 'assistant' as const, content: null, tool_calls: [call as never] },
      { role: 'tool' as const, tool_call_id: 'call_1', content: 'rain' },
    ];
    const end = await client.chat.completions.create({ model: 'ratchet/auto', messages });
    expect(end.choices[0]?.message.content).toBe('It is fine today.');
    expect(seen[0]?.call.conversation?.messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant', tool_calls: [{ id: 'call_1' }] },
      { role: 'tool', content: 'rain' },
    ]);
  });

  it('learns from a request with the tools that it was decided with', async () => {
    const tools = ['weather_forecast', 'book_table'].map((name) => ({
      type: 'function' as const,
      function: { name, parameters: { type: 'object', properties: { city: { type: 'string' } } } },
    }));
    const content = 'Will it rain in Oslo, and where do we eat?';
    const { id } = await client.chat.completions.create({ model: 'ratchet/auto', messages: [{ role: 'user', content }], tools });
    const plain = await client.chat.completions.create({ model: 'ratchet/auto', messages: [{ role: 'user', content }] });
    const offered = { names: ['weather_forecast', 'book_table'], parameters: 2, schemaCharacters: JSON.stringify(tools).length };
    await expect.poll(async () => (await service.store.decision(plain.id))?.decision.tools).toBeNull();
    expect((await service.store.decision(id))?.decision.tools).toEqual(offered);
    const entries = (await service.store.entriesAfter(0, 1000)).filter(({ decision }) => [id, plain.id].includes(decision.id));
    const learned = eventsOf(entries.map((entry) => ({ ...entry, decision: { ...entry.decision, learnable: true } })));
    expect(learned.map(({ analysis }) => analysis.tools)).toEqual([offered, undefined]);
    expect(learned.map(({ analysis }) => analysis.text)).toEqual([content, content]);
  });

  it('passes earlier turns, stops, limits and forms on to the model', async () => {
    seen = [];
    await client.chat.completions.create({
      model: 'ratchet/auto',
      messages: [
        { role: 'developer', content: 'Be brief.' },
        { role: 'user', content: 'Hello.' },
        { role: 'assistant', content: 'Hello!' },
        { role: 'user', content: [{ type: 'text', text: 'Where am I?' }] },
      ],
      temperature: 0,
      max_completion_tokens: 50,
      stop: ['END'],
      response_format: { type: 'json_schema', json_schema: { name: 'place', schema: { type: 'object' } } },
    });
    expect(seen[0]?.call).toMatchObject({ temperature: 0, maxOutputTokens: 50, stop: ['END'], json: { type: 'object' } });
    expect(seen[0]?.call.messages.map(({ role, content }) => `${role}: ${content}`)).toEqual([
      'system: Be brief.',
      'user: Hello.',
      'assistant: Hello!',
      'user: Where am I?',
    ]);
  });

  it('asks the model that a request names, and learns nothing from it', async () => {
    seen = [];
    const { data, response } = await client.chat.completions.create({ model: 'small', messages: [{ role: 'user', content: 'A short one.' }] }).withResponse();
    expect(seen.map(({ model }) => model)).toEqual(['small']);
    expect(data.choices[0]?.finish_reason).toBe('length');
    expect(response.headers.get('x-ratchet-arm')).toBe('direct/small');
    expect((await service.store.decision(data.id))?.decision).toMatchObject({ learnable: false, candidates: [], status: 'answered' });
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual(['ratchet/auto', 'large', 'small']);
  });

  it('says what is wrong with a request, in the words of OpenAI', async () => {
    const cases = [
      [{ model: 'gpt-9', messages: [{ role: 'user', content: 'Hi' }] }, 404, 'model'],
      [{ model: 'ratchet/auto', messages: [] }, 400, 'messages'],
      [{ model: 'ratchet/auto', messages: [{ role: 'user', content: '' }] }, 400, 'messages'],
      [{ model: 'ratchet/auto', messages: [{ role: 'user', content: 'Hi' }], temperature: 9 }, 400, 'temperature'],
      [{ model: 'ratchet/auto', messages: [{ role: 'user', content: 'Hi' }], n: 2 }, 400, 'n'],
      [{ model: 'ratchet/auto', messages: [{ role: 'user', content: 'Hi' }], base_url: 'http://169.254.169.254/' }, 400, 'base_url'],
      [{ model: 'ratchet/auto', messages: [{ role: 'user', content: 'Hi' }], api_base: 'http://127.0.0.1:1' }, 400, 'api_base'],
      ['{"model": "ratchet/auto", "messages": [', 400, null],
      ['', 400, null],
      ['null', 400, null],
    ] as const;
    for (const [body, status, param] of cases) {
      const response = await service.post('/v1/chat/completions', body, key);
      const given = errorSchema.parse(await response.json());
      expect([response.status, given.error.param, given.error.type]).toEqual([status, param, 'invalid_request_error']);
    }
    expect((await service.chat('Hi', key, { stream: true, tools: 'all' })).status).toBe(400);
    expect(
      (
        await service.post('/v1/chat/completions', { model: 'ratchet/auto', messages: [{ role: 'user', content: 'Hi' }] }, key, {
          'x-ratchet-deadline-ms': 'soon',
        })
      ).status,
    ).toBe(400);
    expect(service.errors).toEqual([]);
  });

  it('answers 503 when no model answers, streamed or not', async () => {
    for (const stream of [false, true]) {
      const response = await service.chat('Please fail.', key, { stream });
      expect(response.status).toBe(503);
      expect(errorSchema.parse(await response.json()).error).toMatchObject({ type: 'server_error', code: 'unavailable' });
    }
    await expect(client.chat.completions.create({ model: 'small', messages: [{ role: 'user', content: 'fail' }] })).rejects.toBeInstanceOf(
      OpenAI.InternalServerError,
    );
  });
});
