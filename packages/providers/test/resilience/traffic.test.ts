import { seededRandom, virtualClock } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { circuitBreaker } from '../../src/resilience/circuit-breaker.ts';
import { resilientModel } from '../../src/resilience/resilient-model.ts';
import { type TrafficLimits, traffic } from '../../src/resilience/traffic.ts';
import { callWith } from '../scripted-model.ts';
import { idealMs, limitedServer, type ServerSettings } from './limited-server.ts';

const server: ServerSettings = {
  requestsPerMinute: 60,
  tokensPerMinute: 10_000,
  kind: 'bucket',
  latencyMs: 1000,
  tokens: { inputTokens: 300, outputTokens: 100 },
  retryAfter: true,
};

/** 64 calls at once; the call says more tokens than the answer has, as calls do. */
async function run(changes: Partial<ServerSettings> = {}, limits: Omit<TrafficLimits, 'concurrency'> = {}, headers = false) {
  const clock = virtualClock();
  const control = traffic(clock, { concurrency: 64, ...limits });
  const settings = { ...server, ...changes, ...(headers ? { onHeaders: control.observe } : {}) };
  const inner = limitedServer(clock, settings);
  const retries = { maxRetries: 6, baseDelayMs: 500, longestWaitMs: 120_000, afterContent: false };
  const model = resilientModel(inner, { clock, random: seededRandom('traffic'), traffic: control, breaker: circuitBreaker(clock), retries });
  const messages = [{ role: 'user' as const, content: 'word '.repeat(settings.tokens.inputTokens) }];
  await Promise.all(Array.from({ length: 64 }, (_, seed) => model.complete(callWith({ seed, messages, maxOutputTokens: 2 * settings.tokens.outputTokens }))));
  return { inner, ideal: idealMs(settings, 64), took: clock.now() };
}

/** Refusals that finding the limit takes: of what was under way when it was met, and of a few tries beyond it later. */
const finding = 3;

describe('64 calls at once, where 60 requests and 10,000 tokens a minute are allowed', () => {
  const small = { tokens: { inputTokens: 30, outputTokens: 10 } };
  test.each<[string, Partial<ServerSettings>, Omit<TrafficLimits, 'concurrency'>]>([
    ['of tokens', {}, {}],
    ['of requests', small, {}],
  ])('no refusal, and the ideal time, where the limits are known, %s', async (_of, changes) => {
    const { inner, ideal, took } = await run(changes, { requestsPerMinute: 60, tokensPerMinute: 10_000 });
    expect([inner.answers, inner.refusals]).toEqual([64, 0]);
    expect(took).toBeLessThanOrEqual(1.02 * ideal);
  });

  test.each<[string, Partial<ServerSettings>]>([
    ['of tokens', {}],
    ['of requests', small],
    ['of whole minutes', { kind: 'window' }],
    ['of tokens, without a word of when to come back', { retryAfter: false }],
  ])('few refusals, and a time near the ideal, where only refusals show the limits, %s', async (_of, changes) => {
    const { inner, ideal, took } = await run(changes);
    expect(inner.answers).toBe(64);
    expect(inner.refusals).toBeLessThanOrEqual(inner.most + finding);
    expect(inner.most).toBeLessThan(32);
    expect(took).toBeLessThanOrEqual(1.2 * ideal);
  });

  test('still fewer where the responses state the limits', async () => {
    const { inner, ideal, took } = await run({}, {}, true);
    expect(inner.answers).toBe(64);
    expect(inner.refusals).toBeLessThanOrEqual(finding);
    expect(took).toBeLessThanOrEqual(1.2 * ideal);
  });
});

describe('traffic', () => {
  test('whatever the limits, all is answered in the end, in a time near the ideal, with the refusals that finding them takes', async () => {
    const settings = fc.record({
      requestsPerMinute: fc.integer({ min: 10, max: 600 }),
      tokensPerMinute: fc.integer({ min: 3000, max: 100_000 }),
      latencyMs: fc.integer({ min: 100, max: 5000 }),
      kind: fc.constantFrom('bucket' as const, 'window' as const),
    });
    await fc.assert(
      fc.asyncProperty(settings, async (changes) => {
        const { inner, ideal, took } = await run(changes);
        expect(inner.answers).toBe(64);
        // Rounds of the slow start come to the ideal time, which has one round. Of 3,000 settings one took 1.21 times as long.
        expect(took).toBeLessThanOrEqual(1.3 * ideal + 6 * changes.latencyMs);
        expect(inner.refusals).toBeLessThanOrEqual(inner.most + 2 * Math.ceil(took / 60_000) + finding);
      }),
      { numRuns: 100 },
    );
  });

  test('lets calls through in the order in which they came, and no more at once than it may', async () => {
    const clock = virtualClock();
    const control = traffic(clock, { concurrency: 2 });
    const order: number[] = [];
    let [underWay, most] = [0, 0];
    await Promise.all(
      Array.from({ length: 9 }, async (_, index) => {
        const pass = await control.enter(1, undefined);
        order.push(index);
        most = Math.max(most, ++underWay);
        await clock.sleep(10);
        underWay--;
        pass.ended();
      }),
    );
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(most).toBe(2);
  });

  test('who is aborted while waiting leaves, and holds up nobody', async () => {
    const clock = virtualClock();
    const control = traffic(clock, { concurrency: 8, tokensPerMinute: 600 });
    const first = await control.enter(600, undefined);
    const controller = new AbortController();
    const large = control.enter(600, controller.signal);
    const gone = expect(large).rejects.toThrow('enough');
    const next = control.enter(10, undefined);
    controller.abort(new Error('enough'));
    await gone;
    first.succeeded(600);
    (await next).ended();
    expect(clock.now()).toBe(1000);
    await expect(control.enter(1, AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
  });

  test('leaves no timer behind once nobody waits', async () => {
    const clock = virtualClock();
    const control = traffic(clock, { concurrency: 8, requestsPerMinute: 1 });
    (await control.enter(1, undefined)).succeeded(1);
    const controller = new AbortController();
    const waiting = expect(control.enter(1, controller.signal)).rejects.toThrow('enough');
    await clock.sleep(10);
    controller.abort(new Error('enough'));
    await waiting;
    // The clock jumps to whatever is awaited: nothing before this.
    await clock.sleep(600_000);
    expect(clock.now()).toBe(600_010);
    (await control.enter(1, undefined)).ended();
    expect(clock.now()).toBe(600_010);
  });

  test('who is told to come back tomorrow does not keep others waiting until then', async () => {
    const clock = virtualClock();
    const control = traffic(clock, { concurrency: 8 });
    (await control.enter(1, undefined)).throttled(86_400_000);
    (await control.enter(1, undefined)).ended();
    expect(clock.now()).toBeLessThanOrEqual(120_000);
  });

  test('a refusal that wants the call again at once is not taken for a limit of the minute', async () => {
    const clock = virtualClock();
    const control = traffic(clock, { concurrency: 8 });
    for (let index = 0; index < 50; index++) {
      const pass = await control.enter(100, undefined);
      await clock.sleep(10);
      if (index % 10 === 3) pass.throttled(0);
      else pass.succeeded(50);
    }
    expect(clock.now()).toBe(500);
  });

  test('gives back what a call was thought to use and did not', async () => {
    const clock = virtualClock();
    const control = traffic(clock, { concurrency: 8, tokensPerMinute: 1000 });
    (await control.enter(1000, undefined)).succeeded(100);
    await control.enter(900, undefined);
    expect(clock.now()).toBe(0);
  });

  test('a call that is larger than a minute allows waits for a full minute, not for ever', async () => {
    const clock = virtualClock();
    const control = traffic(clock, { concurrency: 8, tokensPerMinute: 1000 });
    (await control.enter(500, undefined)).succeeded(500);
    (await control.enter(5000, undefined)).succeeded(5000);
    expect(clock.now()).toBe(30_000);
    await control.enter(1, undefined);
    expect(clock.now()).toBeCloseTo(30_000 + 4001 * 60, 6);
  });

  test('a limit that is first stated after a long time without any holds from then on', async () => {
    const clock = virtualClock();
    const control = traffic(clock, { concurrency: 8 });
    (await control.enter(100, undefined)).succeeded(100);
    await clock.sleep(600_000);
    control.observe({ 'x-ratelimit-limit-requests': '60', 'x-ratelimit-remaining-requests': '0' });
    (await control.enter(100, undefined)).succeeded(100);
    expect(clock.now()).toBeCloseTo(601_000, 6);
  });
});
