/** Counts the tries of calls of one model: a call that is made again falls under another luck. */
import type { ModelCall } from '@ratchet/core';

/** Calls with equal seeds and lengths count as tries of one, in the order in which they are made. */
export function countedAttempts(): (call: ModelCall) => number {
  const attempts = new Map<string, number>();
  return (call) => {
    const key = `${call.seed} ${lengthOf(call)}`;
    const attempt = attempts.get(key) ?? 0;
    attempts.set(key, attempt + 1);
    return attempt;
  };
}

/** Characters of all messages. */
export function lengthOf({ messages }: ModelCall): number {
  return messages.reduce((sum, message) => sum + message.content.length, 0);
}
