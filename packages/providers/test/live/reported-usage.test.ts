import { expect, test } from 'vitest';
import { checkedUsage, countedUsage, type ReportedUsage } from '../../src/live/reported-usage.ts';
import { callWith } from '../scripted-model.ts';

const call = callWith({ maxOutputTokens: 50 });
const text = 'Four words of wisdom.';
const right: ReportedUsage = { inputTokens: 40, outputTokens: 7, cachedInputTokens: 16, reasoningTokens: 2, totalTokens: 47 };

test('believes what can be', () => {
  expect(checkedUsage(right, call, text)).toEqual({ inputTokens: 40, outputTokens: 7, cachedInputTokens: 16, reasoningTokens: 2 });
  expect(checkedUsage({ inputTokens: 40, outputTokens: 50 }, call, text)).toEqual({ inputTokens: 40, outputTokens: 50 });
  expect(checkedUsage({ inputTokens: 40, outputTokens: 0 }, call, '')).toEqual({ inputTokens: 40, outputTokens: 0 });
});

test.each<[string, ReportedUsage | undefined]>([
  ['nothing', undefined],
  ['numbers below 0', { ...right, inputTokens: -1 }],
  ['words', { ...right, outputTokens: 'seven' }],
  ['fractions', { ...right, outputTokens: 7.5 }],
  ['nothing for a text that came', { ...right, outputTokens: 0, reasoningTokens: 0 }],
  ['more from the cache than was read', { ...right, cachedInputTokens: 41 }],
  ['more reasoning than was written', { ...right, reasoningTokens: 8 }],
  ['a sum below its parts', { ...right, totalTokens: 12 }],
  ['more output than was allowed', { inputTokens: 40, outputTokens: 1_000_000 }],
  ['more input than the messages can be', { inputTokens: 1_000_000, outputTokens: 7 }],
])('counts for itself, and says so, where a provider states %s', (_what, reported) => {
  expect(checkedUsage(reported, call, text)).toEqual({ ...countedUsage(call, text), estimated: true });
});
