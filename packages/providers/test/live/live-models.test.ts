import { type AnswerDelta, type LanguageModel, type ModelAnswer, ModelError, seededRandom, systemClock } from '@ratchet/core';
import { afterAll, describe, expect, test } from 'vitest';
import { catalogueSchema } from '../../src/catalogue/catalogue-schema.ts';
import { liveModels } from '../../src/live/live-models.ts';
import type { SpentTry } from '../../src/resilience/budgeted-model.ts';
import { type Spending, spending } from '../../src/resilience/spending.ts';
import { networkClock } from '../network-clock.ts';
import { callWith } from '../scripted-model.ts';
import { key, price } from './live-subject.ts';
import { type Api, answerText, type Fault, scriptedApi } from './scripted-api.ts';

const server = await scriptedApi();
afterAll(() => server.close());

interface Opened {
  readonly model: LanguageModel;
  readonly account: Spending;
  readonly tries: readonly SpentTry[];
  close(): Promise<void>;
}

interface OpenOptions {
  readonly maxRetries?: number;
  readonly budgetUsd?: number;
  readonly more?: object;
  readonly headers?: Record<string, string>;
  readonly hasAllThatComes?: () => boolean;
}

function open(api: Api, { maxRetries = 2, budgetUsd = 1, more = {}, headers = {}, hasAllThatComes = () => true }: OpenOptions = {}): Opened {
  const catalogue = catalogueSchema.parse({
    providers: { p: { api, baseUrl: server.baseUrl(api), key: 'P_KEY', maxRetries } },
    models: { m: { provider: 'p', price, ...more }, spare: { provider: 'p', price } },
  });
  const account = spending(budgetUsd);
  const tries: SpentTry[] = [];
  // Money is set aside for a try that is under way: time passes while the server gives nothing more of it.
  const clock = networkClock(() => server.waiting === (account.reservedUsd() > 0 ? 1 : 0) && (server.waiting === 0 || hasAllThatComes()));
  const live = liveModels({ catalogue, environment: { P_KEY: key }, served: {} }, { clock });
  const model = live.model('m', { spending: account, random: seededRandom('live'), onSpent: (spent) => tries.push(spent), headersOf: () => headers });
  return { model, account, tries, close: live.close };
}

const answerUsd = (24 * 2 + 16 * 0.5 + 7 * 8) / 1e6;
const costOf = (tries: readonly SpentTry[]) => tries.reduce((sum, { costUsd }) => sum + (costUsd as number), 0);

describe.each<Api>(['openai', 'anthropic', 'gemini'])('live models of the %s API', (api) => {
  // A refusal asks for seven seconds, which no test would wait; its waits are tested on a virtual clock.
  describe.each([false, true])('streaming: %s', (streaming) => {
    test.each<Fault>(['server-error', 'slow-first-byte', 'stalls', 'cut-stream', 'malformed', 'empty-body'])(
      'after %s, what the answer says it cost is what the account lost',
      async (fault) => {
        server.script(fault, 'none');
        const deltas: AnswerDelta[] = [];
        const hasAllThatComes = () => !streaming || fault !== 'stalls' || deltas.length > 0;
        const { model, account, tries, close } = open(api, { hasAllThatComes });
        const end = await model.complete(callWith(), streaming ? { onDelta: (delta) => deltas.push(delta) } : {}).catch((error: unknown) => error);
        const shown = streaming && (fault === 'stalls' || fault === 'cut-stream');
        // What somebody has seen is not said anew.
        expect(server.seen).toHaveLength(shown ? 1 : 2);
        const cost = shown ? (end as ModelError).charged?.costUsd : (end as ModelAnswer).costUsd;
        if (shown) expect(end).toBeInstanceOf(ModelError);
        else expect(end).toMatchObject({ text: answerText });
        expect(deltas.every(({ kind }) => kind === 'text')).toBe(true);
        const first = fault === 'server-error' || fault === 'slow-first-byte' ? 0 : costOf(tries.slice(0, 1));
        expect(cost).toBeCloseTo(first + (shown ? 0 : answerUsd), 12);
        expect([account.spentUsd(), account.reservedUsd()]).toEqual([expect.closeTo(cost as number, 12), 0]);
        expect(costOf(tries)).toBeCloseTo(cost as number, 12);
        await close();
      },
    );
  });

  test('that are closed while a call is under way end it by its deadlines, as they would have', async () => {
    server.script('slow-first-byte');
    const { model, close } = open(api, { maxRetries: 0 });
    const ended = model.complete(callWith()).catch((error: unknown) => error);
    while (server.waiting === 0) await systemClock().sleep(1);
    await close();
    expect(await ended).toMatchObject({ kind: 'timeout' });
  });

  test('tries once where the catalogue says so', async () => {
    server.script('server-error', 'none');
    const { model, close } = open(api, { maxRetries: 0 });
    await expect(model.complete(callWith())).rejects.toMatchObject({ kind: 'unavailable' });
    expect(server.seen).toHaveLength(1);
    await close();
  });

  test('sends the key, the messages and the settings as the API has them, and of no setting that the model ignores', async () => {
    server.script('none');
    const call = callWith({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'One?' },
        { role: 'assistant', content: 'Two.' },
        { role: 'user', content: 'Three?' },
      ],
      stop: ['END'],
      seed: 5,
      temperature: 1.5,
      json: { type: 'object', properties: {}, additionalProperties: false },
    });
    const [all, few] = [
      open(api, { more: { apiName: 'their-name', maxOutputTokens: 500 }, headers: { 'x-of-ours': 'yes' } }),
      open(api, { more: { ignores: ['temperature', 'seed', 'stop'] } }),
    ];
    await all.model.complete(call);
    await few.model.complete(call);
    const [sent, less] = server.seen as [(typeof server.seen)[number], (typeof server.seen)[number]];
    expect(JSON.stringify(sent.headers)).toContain(key);
    expect([sent.headers['x-of-ours'], less.headers['x-of-ours']]).toEqual(['yes', undefined]);
    const expected = {
      openai: {
        model: 'their-name',
        messages: call.messages,
        max_tokens: 500,
        temperature: 1.5,
        seed: 5,
        stop: ['END'],
        response_format: { type: 'json_schema', json_schema: { schema: call.json } },
      },
      anthropic: {
        model: 'their-name',
        system: 'Be brief.',
        messages: call.messages.slice(1),
        max_tokens: 500,
        temperature: 1,
        stop_sequences: ['END'],
        output_config: { format: { type: 'json_schema', schema: call.json } },
      },
      gemini: {
        systemInstruction: { parts: [{ text: 'Be brief.' }] },
        contents: [
          { role: 'user', parts: [{ text: 'One?' }] },
          { role: 'model', parts: [{ text: 'Two.' }] },
          { role: 'user', parts: [{ text: 'Three?' }] },
        ],
        generationConfig: { maxOutputTokens: 500, temperature: 1.5, seed: 5, stopSequences: ['END'], responseMimeType: 'application/json' },
      },
    }[api];
    expect(sent.body).toMatchObject(expected);
    if (api === 'gemini') expect(sent.path).toContain('their-name');
    expect(JSON.stringify(less.body)).not.toMatch(/temperature|seed|stop/i);
    await Promise.all([all.close(), few.close()]);
  });
});

test('a model with a fallback is answered for by it', async () => {
  server.script('server-error', 'none');
  const { model, account, close } = open('openai', { maxRetries: 0, more: { fallback: 'spare' } });
  expect(await model.complete(callWith())).toMatchObject({ text: answerText });
  expect(account.spentUsd()).toBeCloseTo(answerUsd, 12);
  await close();
});

test('nothing is sent that the account could not pay for', async () => {
  server.script('none');
  const { model, close } = open('openai', { budgetUsd: 0.001 });
  await expect(model.complete(callWith())).rejects.toMatchObject({ kind: 'budget', transient: false });
  expect(server.seen).toEqual([]);
  await close();
});
