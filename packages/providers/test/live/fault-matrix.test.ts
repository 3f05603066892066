import { setTimeout as wait } from 'node:timers/promises';
import { type AnswerDelta, type ModelAnswer, ModelError, type ModelErrorKind } from '@ratchet/core';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defaultCallDeadlines as deadlines } from '../../src/live/call-watch.ts';
import { costUsd } from '../../src/price.ts';
import { countTokens } from '../../src/token-count.ts';
import { networkClock } from '../network-clock.ts';
import { callWith } from '../scripted-model.ts';
import { liveSubject, price } from './live-subject.ts';
import { type Api, answerText, type Fault, reported, scriptedApi } from './scripted-api.ts';

const server = await scriptedApi();
/** Whether nothing comes any more unless time passes. */
let nothingComes = (): boolean => false;
const clock = networkClock(() => nothingComes());
const call = callWith({ messages: [{ role: 'system', content: 'Be brief.' }, ...callWith().messages] });
const unhandled: unknown[] = [];
const note = (reason: unknown): void => {
  unhandled.push(reason);
};

beforeEach(() => {
  process.on('unhandledRejection', note);
});
afterEach(async () => {
  nothingComes = () => false;
  // An unhandled rejection is told of a turn later.
  await wait(1);
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});
afterAll(() => server.close());

interface Expected {
  readonly kind: ModelErrorKind;
  /** Whether the provider had begun to answer, and has to be paid. */
  readonly charged: boolean;
}

const inputTokens = 4 + countTokens('Be brief.') + 4 + countTokens('Hello?');

const faults: readonly (readonly [Fault, Expected])[] = [
  ['rate-limited', { kind: 'rate-limited', charged: false }],
  ['out-of-credit', { kind: 'refused', charged: false }],
  ['server-error', { kind: 'unavailable', charged: false }],
  ['no-key', { kind: 'refused', charged: false }],
  ['slow-first-byte', { kind: 'timeout', charged: false }],
  ['stalls', { kind: 'timeout', charged: true }],
  ['cut-stream', { kind: 'unavailable', charged: true }],
  ['malformed', { kind: 'malformed', charged: true }],
  ['empty-body', { kind: 'malformed', charged: true }],
];

describe.each<Api>(['openai', 'anthropic', 'gemini'])('%s', (api) => {
  describe.each([false, true])('streaming: %s', (streaming) => {
    const complete = async (baseUrl = server.baseUrl(api), fault: Fault = 'none') => {
      const model = liveSubject(api, baseUrl, clock);
      const deltas: AnswerDelta[] = [];
      const hasAllThatComes = (): boolean => fault === 'slow-first-byte' || (model.hasResponse && (!streaming || deltas.length > 0));
      nothingComes = () => server.waiting === 1 && model.underWay === 1 && hasAllThatComes();
      const begun = clock.now();
      const end = await model.complete(call, streaming ? { onDelta: (delta) => deltas.push(delta) } : {}).catch((error: unknown) => error);
      const tookMs = clock.now() - begun;
      await model.close();
      return { end, tookMs, text: deltas.map((delta) => (delta.kind === 'text' ? delta.text : '<withdrawn>')).join('') };
    };

    test('gives the answer, what it cost, and why it ended, in the words of the provider too', async () => {
      server.script('none');
      const { end, text } = await complete();
      expect(end).toMatchObject({ text: answerText, finishReason: 'stop', usage: reported });
      expect((end as ModelAnswer).rawFinishReason).toBe({ openai: 'stop', anthropic: 'end_turn', gemini: 'STOP' }[api]);
      expect((end as ModelAnswer).costUsd).toBeCloseTo((24 * 2 + 16 * 0.5 + 7 * 8) / 1e6, 12);
      if (streaming) expect(text).toBe(answerText);
      expect(server.seen.map((one) => one.streamed)).toEqual([streaming]);
    });

    test.each(faults)('%s', async (fault, expected) => {
      server.script(fault);
      const { end, tookMs, text } = await complete(server.baseUrl(api), fault);
      expect(end).toBeInstanceOf(ModelError);
      const error = end as ModelError;
      expect([error.kind, error.message]).toEqual([expected.kind, expect.stringContaining('live')]);
      expect(error.message).not.toContain('sk-canary');
      expect(error.retryAfterMs).toBe(fault === 'rate-limited' ? 7000 : undefined);
      if (expected.charged) {
        const usage = { inputTokens, outputTokens: countTokens(text), estimated: true as const };
        expect(error.charged).toEqual({ usage, costUsd: costUsd(usage, price) });
      } else expect(error.charged).toBeUndefined();
      if (streaming && (fault === 'stalls' || fault === 'cut-stream')) expect(answerText.startsWith(text) && text !== '').toBe(true);
      // One try, and the socket is not left to itself.
      expect(server.seen).toHaveLength(1);
      const limitMs = fault === 'stalls' ? deadlines.idleMs : streaming ? deadlines.firstByteMs : deadlines.totalMs;
      expect(tookMs).toBe(error.kind === 'timeout' ? limitMs : 0);
      if (error.kind === 'timeout') await expect.poll(() => server.seen[0]?.hungUp).toBe(true);
    });

    test.runIf(streaming)('silent-end: a stream that ends politely in the midst of the answer', async () => {
      server.script('silent-end');
      expect((await complete()).end).toMatchObject({ kind: 'unavailable', charged: { usage: { inputTokens, estimated: true } } });
    });

    test('wrong-usage: the answer stands, its tokens are counted here and marked so', async () => {
      server.script('wrong-usage');
      const { end } = await complete();
      const usage = { inputTokens, outputTokens: countTokens(answerText), estimated: true };
      expect(end).toMatchObject({ text: answerText, usage, costUsd: costUsd(usage as never, price) });
    });

    test('refused connection', async () => {
      const closed = await scriptedApi();
      await closed.close();
      const { end, tookMs } = await complete(closed.baseUrl(api));
      expect(end).toMatchObject({ kind: 'unavailable', charged: undefined, message: expect.stringContaining('ECONNREFUSED') });
      expect(tookMs).toBe(0);
    });

    test('an abort hangs up on the server', async () => {
      server.script('slow-first-byte');
      const model = liveSubject(api, server.baseUrl(api));
      const controller = new AbortController();
      const pending = model.complete(call, { signal: controller.signal, ...(streaming ? { onDelta: () => undefined } : {}) }).catch((error: unknown) => error);
      await expect.poll(() => server.seen.length).toBe(1);
      controller.abort(new Error('enough'));
      expect(await pending).toMatchObject({ kind: 'cancelled', charged: undefined });
      await expect.poll(() => server.seen[0]?.hungUp).toBe(true);
      await model.close();
    });
  });
});
