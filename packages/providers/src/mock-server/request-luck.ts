/** How chance falls on requests that do not say it: by the server's seed, and by what they say. */
import { seededRandom } from '@ratchet/core';
import type { CallLuck } from './luck-header.ts';
import { occurrences } from './occurrences.ts';
import type { WireCall } from './wire-format.ts';

/** Equal requests get equal answers, whatever came between; each time counts as another try of the call, with other faults and another pace. */
export function requestLuck(seed: number): (call: WireCall) => CallLuck {
  const luck = seededRandom('mock server', seed);
  const attemptOf = occurrences();
  return (call) => {
    const content = JSON.stringify([call.model, call.temperature, call.seed, call.messages.map(({ role, content: text }) => [role, text])]);
    return { luck: luck.child(content), seed: call.seed, attempt: attemptOf(content) };
  };
}
