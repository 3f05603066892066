import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { networkClock } from '../network-clock.ts';
import { callFor } from '../simulated/example-world.ts';
import { collect, type Served, serve } from './served-models.ts';

const { messages } = callFor('answer', { request: ['parse', 'essay'] });
const [system, user] = messages.map(({ content }) => content) as [string, string];

/** What each SDK makes of an answer, whole or streamed: its text and usage, or what it throws. */
interface End {
  readonly text: string;
  readonly usage: object | null | undefined;
}
type Ask = (served: Served, model?: string) => Promise<End>;

const openaiRequest = (model: string) => ({
  model,
  messages: [
    { role: 'system' as const, content: system },
    { role: 'user' as const, content: user },
  ],
});
const anthropicRequest = (model: string) => ({ model, max_tokens: 4096, system, messages: [{ role: 'user' as const, content: user }] });

const asks: Readonly<Record<'openai' | 'openai stream' | 'anthropic' | 'anthropic stream', Ask>> = {
  openai: async ({ openai }, model = 'sim') => {
    const answer = await openai.chat.completions.create(openaiRequest(model));
    return { text: answer.choices[0]?.message.content ?? '', usage: answer.usage };
  },
  'openai stream': async ({ openai }, model = 'sim') => {
    const chunks = await collect(openai.chat.completions.create({ ...openaiRequest(model), stream: true, stream_options: { include_usage: true } }));
    return { text: chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join(''), usage: chunks.findLast((chunk) => chunk.usage)?.usage };
  },
  anthropic: async ({ anthropic }, model = 'sim') => {
    const answer = await anthropic.messages.create(anthropicRequest(model));
    return { text: answer.content.map((block) => (block.type === 'text' ? block.text : '')).join(''), usage: answer.usage };
  },
  'anthropic stream': async ({ anthropic }, model = 'sim') => {
    const events = await collect(anthropic.messages.create({ ...anthropicRequest(model), stream: true }));
    const texts = events.flatMap((event) => (event.type === 'content_block_delta' && event.delta.type === 'text_delta' ? [event.delta.text] : []));
    return { text: texts.join(''), usage: events.flatMap((event) => (event.type === 'message_delta' ? [event.usage] : [])).at(-1) };
  },
};
const everyWay = Object.entries(asks);
const streams = everyWay.filter(([name]) => name.endsWith('stream'));
const wholes = everyWay.filter(([name]) => !name.endsWith('stream'));
const sdkOf = (name: string) => (name.startsWith('openai') ? OpenAI : Anthropic);

async function failureOf(pending: Promise<End>): Promise<Error> {
  const end = await pending.catch((error: unknown) => error);
  expect(end).toBeInstanceOf(Error);
  return end as Error;
}

/** Once struck, the next request is answered. */
async function expectSound(ask: Ask, served: Served): Promise<void> {
  expect((await ask(served)).text).toContain('```js');
  expect(served.struck).toHaveLength(1);
}

describe('a fault of a mock server', () => {
  test.each(everyWay)('is 429 with the time to wait, by %s', async (name, ask) => {
    const served = await serve({ faults: [{ kind: 'rate-limited', retryAfterMs: 1500, count: 1 }] });
    const failure = await failureOf(ask(served));
    expect(failure).toBeInstanceOf(sdkOf(name).RateLimitError);
    const { headers } = failure as { headers?: Headers } & Error;
    expect([headers?.get('retry-after'), headers?.get('retry-after-ms')]).toEqual(['2', '1500']);
    expect(failure).toMatchObject({ type: name.startsWith('openai') ? 'requests' : 'rate_limit_error' });
    await expectSound(ask, served);
  });

  test.each(everyWay)('is a status of the server, by %s', async (name, ask) => {
    const served = await serve({ faults: [{ kind: 'server-error', status: 529, count: 1 }] });
    const failure = await failureOf(ask(served));
    expect(failure).toBeInstanceOf(sdkOf(name).InternalServerError);
    expect(failure).toMatchObject({ status: 529, type: name.startsWith('openai') ? 'server_error' : 'overloaded_error' });
    await expectSound(ask, served);
  });

  test.each(everyWay)('is silence before the first byte, by %s', async (name, ask) => {
    let mayPass = true;
    const clock = networkClock(() => mayPass);
    const served = await serve({ faults: [{ kind: 'slow-first-byte', delayMs: 400, count: 2 }], clock });
    expect((await ask(served)).text).toContain('```js');
    expect(clock.now()).toBe(400);
    mayPass = false;
    const { openai, anthropic } = served;
    const hasty = { ...served, openai: openai.withOptions({ timeout: 50 }), anthropic: anthropic.withOptions({ timeout: 50 }) };
    expect(await failureOf(ask(hasty))).toBeInstanceOf(sdkOf(name).APIConnectionTimeoutError);
    expect(served.struck).toHaveLength(2);
  });

  test.each(streams)('is a stream that is cut off, by %s', async (_name, ask) => {
    const served = await serve({ faults: [{ kind: 'cut-stream', afterEvents: 4, count: 1 }] });
    const failure = await failureOf(ask(served));
    expect(failure.message).toContain('terminated');
    await expectSound(ask, served);
  });

  test.each(streams)('is a stream that ends before its first event, by %s', async (_name, ask) => {
    const served = await serve({ faults: [{ kind: 'cut-stream', afterEvents: 0, count: 1 }] });
    expect((await failureOf(ask(served))).message).toContain('terminated');
    await expectSound(ask, served);
  });

  test.each(streams)('is a stream that is cut off at its very end, where it has no more events, by %s', async (_name, ask) => {
    const served = await serve({ faults: [{ kind: 'cut-stream', afterEvents: 1000, count: 1 }] });
    // OpenAI's SDK has seen [DONE] by then, and asks for nothing more.
    const end = await ask(served).catch((error: Error) => error);
    if (end instanceof Error) expect(end.message).toContain('terminated');
    else expect(end.text).toContain('```js');
    await expectSound(ask, served);
  });

  test.each(wholes)('is an answer that is cut off, by %s', async (_name, ask) => {
    const served = await serve({ faults: [{ kind: 'cut-stream', count: 1 }] });
    expect((await failureOf(ask(served))).message).toMatch(/terminated|aborted|premature/i);
    await expectSound(ask, served);
  });

  test.each(everyWay)('is JSON that ends in its middle, by %s', async (_name, ask) => {
    const served = await serve({ faults: [{ kind: 'malformed-json', count: 1 }] });
    expect(await failureOf(ask(served))).toBeInstanceOf(SyntaxError);
    await expectSound(ask, served);
  });

  test.each(everyWay)('is success with nothing in it, by %s', async (name, ask) => {
    const served = await serve({ faults: [{ kind: 'empty-body', count: 1 }] });
    // The SDKs take it for an answer: of a stream without events, and of a body that is not there.
    if (name.endsWith('stream')) expect(await ask(served)).toEqual({ text: '', usage: undefined });
    else expect(await failureOf(ask(served))).toBeInstanceOf(TypeError);
    await expectSound(ask, served);
  });

  test.each(everyWay)('is usage that is missing, zero or ten times what it is, by %s', async (name, ask) => {
    const rules = ['missing', 'zero', 'tenfold'].map((usage) => ({ kind: 'wrong-usage', usage, count: 1 }));
    const served = await serve({ faults: rules });
    const [missing, zero, tenfold, true_] = [await ask(served), await ask(served), await ask(served), await ask(served)];
    const outputOf = ({ usage }: End) => (usage as Record<string, unknown> | undefined)?.[name.startsWith('openai') ? 'completion_tokens' : 'output_tokens'];
    expect(missing.usage).toBeUndefined();
    expect(outputOf(zero)).toBe(0);
    expect(outputOf(true_)).toBeGreaterThan(0);
    expect(outputOf(tenfold)).toBe(10 * (outputOf(true_) as number));
    expect(new Set([missing, zero, tenfold, true_].map(({ text }) => text)).size).toBe(1);
  });

  test.each(everyWay)('is a connection that is reset, and others that are refused for a while, by %s', async (name, ask) => {
    let mayPass = false;
    const clock = networkClock(() => mayPass);
    const served = await serve({ faults: [{ kind: 'refused-connection', forMs: 700, count: 1 }], clock });
    const codeOf = async (): Promise<string | undefined> => {
      const failure = await failureOf(ask(served));
      expect(failure).toBeInstanceOf(sdkOf(name).APIConnectionError);
      return codeBehind(failure);
    };
    expect(await codeOf()).toMatch(/ECONNRESET|UND_ERR_SOCKET/);
    expect(await codeOf()).toBe('ECONNREFUSED');
    mayPass = true;
    await clock.sleep(701);
    await expectSound(ask, served);
  });

  test('strikes the model and the path of its rule only', async () => {
    const served = await serve({
      faults: [
        { kind: 'server-error', model: 'other' },
        { kind: 'rate-limited', path: '/v1/messages' },
        { kind: 'malformed-json', path: '/v1/models' },
      ],
    });
    expect((await asks.openai(served)).text).toContain('```js');
    expect(await failureOf(asks.openai(served, 'other'))).toBeInstanceOf(OpenAI.InternalServerError);
    expect(await failureOf(asks.anthropic(served, 'other'))).toBeInstanceOf(Anthropic.InternalServerError);
    expect(await failureOf(asks.anthropic(served))).toBeInstanceOf(Anthropic.RateLimitError);
    await expect(served.openai.models.list()).rejects.toBeInstanceOf(SyntaxError);
    expect(await served.openai.models.retrieve('sim')).toMatchObject({ id: 'sim' });
    expect(served.struck).toEqual(['server-error', 'server-error', 'rate-limited', 'malformed-json']);
  });
});

/** Of the innermost cause that has one. */
function codeBehind(error: unknown): string | undefined {
  let code: string | undefined;
  for (let at = error as { cause?: unknown; code?: unknown } | undefined; at !== undefined && at !== null; at = at.cause as typeof at) {
    if (typeof at.code === 'string') code = at.code;
  }
  return code;
}
