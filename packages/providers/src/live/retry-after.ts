/** How long a provider asks to wait, by the headers or the text of its refusal. */
import type { ResponseHeaders } from './call-watch.ts';

/** Milliseconds from 0 on; undefined where it does not say. A date counts from the response's own. */
export function retryAfterMs(headers: ResponseHeaders, message: string): number | undefined {
  const exact = amount(headers['retry-after-ms'], 1);
  if (exact !== undefined) return exact;
  const stated = headers['retry-after'];
  const seconds = amount(stated, 1000);
  if (seconds !== undefined) return seconds;
  if (typeof stated === 'string' && typeof headers['date'] === 'string') {
    const waitMs = Date.parse(stated) - Date.parse(headers['date']);
    if (Number.isFinite(waitMs)) return Math.max(0, waitMs);
  }
  // Gemini says it in the body: "retryDelay": "34s".
  const delay = /"retryDelay"\s*:\s*\\?"([0-9.]+)s/.exec(message)?.[1];
  return amount(delay, 1000);
}

function amount(text: unknown, unitMs: number): number | undefined {
  if (typeof text !== 'string' || !/^\s*[0-9]+(\.[0-9]+)?\s*$/.test(text)) return undefined;
  return Number(text) * unitMs;
}
