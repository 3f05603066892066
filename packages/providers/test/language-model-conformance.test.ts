import { seededRandom, virtualClock } from '@ratchet/core';
import { recordedModel } from '../src/recorded/recorded-model.ts';
import { budgetedModel } from '../src/resilience/budgeted-model.ts';
import { circuitBreaker } from '../src/resilience/circuit-breaker.ts';
import { fallbackModel } from '../src/resilience/fallback-model.ts';
import { resilientModel } from '../src/resilience/resilient-model.ts';
import { spending } from '../src/resilience/spending.ts';
import { traffic } from '../src/resilience/traffic.ts';
import { retryingModel } from '../src/retrying-model.ts';
import { describeLanguageModel } from './language-model-conformance.ts';
import { callWith, scriptedModel } from './scripted-model.ts';
import { callFor, simulate } from './simulated/example-world.ts';

const faultless = { rateLimitedShare: 0, timeoutShare: 0, cutOffShare: 0 };
const call = callFor('answer', { request: ['parse', 'format'] });

describeLanguageModel('simulatedModel', () => ({ ...simulate({ profile: faultless }), call }));

describeLanguageModel('recordedModel', () => {
  const clock = virtualClock();
  const answer = { text: 'recorded', usage: { inputTokens: 7, outputTokens: 3 }, costUsd: null, latencyMs: 900 };
  return { model: recordedModel('taped', new Map([['r1', answer]]), clock), clock, call: callWith() };
});

describeLanguageModel('retryingModel', () => {
  const clock = virtualClock();
  return { model: retryingModel(scriptedModel(clock, ['unavailable', {}], 400), { clock, random: seededRandom('retry') }), clock, call: callWith() };
});

describeLanguageModel('retryingModel over a simulatedModel with faults', () => {
  const { model, clock } = simulate({ profile: { rateLimitedShare: 0.2, timeoutShare: 0.1, cutOffShare: 0.2 } });
  const settings = { maxRetries: 20, baseDelayMs: 100 };
  return { model: retryingModel(model, { clock, random: seededRandom('retry'), settings }), clock, call: { ...call, timeoutMs: 60_000 } };
});

describeLanguageModel('resilientModel over a simulatedModel with faults, paid from an account', () => {
  const { model, clock } = simulate({ profile: { rateLimitedShare: 0.2, timeoutShare: 0.1, cutOffShare: 0.2 } });
  const price = { inputUsdPerMTok: 1, outputUsdPerMTok: 4, asOf: '2025-01-31', source: 'a test' };
  const paid = budgetedModel(model, { spending: spending(1000), price });
  const shared = { traffic: traffic(clock, { concurrency: 8 }), breaker: circuitBreaker(clock) };
  const whole = resilientModel(paid, { clock, random: seededRandom('retry'), retries: { maxRetries: 20, baseDelayMs: 100 }, ...shared });
  return { model: fallbackModel(whole, whole), clock, call: { ...call, timeoutMs: 60_000 } };
});
