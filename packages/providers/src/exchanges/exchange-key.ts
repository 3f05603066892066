/** Names an exchange by all that an answer depends on, and nothing else. */
import { createHash } from 'node:crypto';
import type { ModelCall } from '@ratchet/core';

/** `scope`: what keeps equal calls apart that must not share an answer. Who asks, and how long they wait, is not in it. */
export function exchangeKey(model: string, call: ModelCall, scope: readonly string[]): string {
  const { messages, temperature, maxOutputTokens, seed, stop, json, conversation } = call;
  const exact = [
    model,
    messages.map(({ role, content }) => [role, content]),
    temperature,
    maxOutputTokens,
    seed,
    stop ?? null,
    json ?? null,
    scope,
    ...(conversation === undefined ? [] : [conversation]),
  ];
  return createHash('sha256').update(JSON.stringify(exact)).digest('hex').slice(0, 32);
}
