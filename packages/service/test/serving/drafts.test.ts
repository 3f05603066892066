import { armId, armSchema, type ModelCall } from '@ratchet/core';
import { afterEach, describe, expect, it } from 'vitest';
import { scriptedWorld, startService, type TestService, twoModels } from '../test-service.ts';

const drafting = armSchema.parse({ strategy: 'direct', model: 'small', fallbackModel: 'large', draftTokens: 20 });
const tools = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: {} } } }];
const toolCalls = [{ id: 'call_1', name: 'weather', arguments: '{}' }];

describe('a service with an arm that drafts', () => {
  let service: TestService;
  afterEach(() => service.stop());

  const asked = async (isLong: boolean, more: object = {}, headers: Record<string, string> = {}) => {
    const calls: (readonly [string, number, ModelCall['conversation']])[] = [];
    service = await startService({
      task: { ...twoModels, arms: [drafting], heuristic: { ...(twoModels.heuristic as NonNullable<typeof twoModels.heuristic>), direct: drafting } },
      exploration: { share: 0 },
      world: scriptedWorld((call, model) => {
        calls.push([model, call.maxOutputTokens, call.conversation]);
        return model === 'small' && isLong
          ? { text: 'a long ans', finishReason: 'length', costUsd: 0.001 }
          : { text: `of ${model}`, costUsd: 0.01, ...(call.conversation === undefined ? {} : { toolCalls }) };
      }),
    });
    const key = await service.key();
    const response = await service.post(
      '/v1/chat/completions',
      { model: 'ratchet/auto', messages: [{ role: 'user', content: 'How is the weather?' }], ...more },
      key,
      headers,
    );
    const text = await response.text();
    return {
      response,
      text,
      asked: calls.map(([model, most]) => [model, most]),
      withTools: calls.map(([, , conversation]) => conversation?.tools.length ?? 0),
    };
  };

  it('answers with a draft that is short enough', async () => {
    const { response, text, asked: models } = await asked(false);
    expect(JSON.parse(text).choices[0].message.content).toBe('of small');
    expect(models).toEqual([['small', 20]]);
    expect(decodeURI(response.headers.get('x-ratchet-arm') ?? '')).toBe(armId(drafting));
  });

  it('answers with the fallback where it is longer, counts what both cost, and falls back on no other arm', async () => {
    const { response, text, asked: models } = await asked(true);
    expect(JSON.parse(text).choices[0].message.content).toBe('of large');
    expect(models).toEqual([
      ['small', 20],
      ['large', 4096],
    ]);
    expect(Number(response.headers.get('x-ratchet-cost-usd'))).toBeCloseTo(0.011, 9);
    expect(response.headers.get('x-ratchet-fallbacks')).toBe('0');
  });

  it('does so for requests with tools, whose calls are an answer as well', async () => {
    const short = await asked(false, { tools });
    expect(JSON.parse(short.text).choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { tool_calls: [{ id: 'call_1' }] } });
    expect([short.asked, short.withTools]).toEqual([[['small', 20]], [1]]);
    await service.stop();
    const long = await asked(true, { tools });
    expect(JSON.parse(long.text).choices[0].finish_reason).toBe('tool_calls');
    expect([long.asked.map(([model]) => model), long.withTools]).toEqual([
      ['small', 'large'],
      [1, 1],
    ]);
  });

  it.each([{}, { tools }])('asks no fallback once the request has cost what it may: %o', async (more) => {
    const { response, asked: models } = await asked(true, more, { 'x-ratchet-budget-usd': '0.001' });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(models).toEqual([['small', 20]]);
  });

  it('streams nothing of a draft that is given up', async () => {
    const { text } = await asked(true, { stream: true });
    const pieces = [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, json]) => JSON.parse(json as string).choices[0]?.delta?.content ?? '');
    expect(pieces.join('')).toBe('of large');
  });

  it('asks one model where the client allows no longer an answer than a draft', async () => {
    const { text, asked: models } = await asked(true, { max_tokens: 15 });
    expect(JSON.parse(text).choices[0].message.content).toBe('a long ans');
    expect(models).toEqual([['small', 15]]);
  });
});
