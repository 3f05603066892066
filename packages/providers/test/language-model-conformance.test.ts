import { seededRandom, virtualClock } from '@ratchet/core';
import { recordedModel } from '../src/recorded/recorded-model.ts';
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
