/** What a tracer is made of in tests: a clock that is told, and ids that are counted. */

import { spanIds } from '../src/span-ids.ts';
import type { SpanTracerParts } from '../src/span-tracer.ts';

/** Each look at it is a second later. */
export function ticking(): () => number {
  let seconds = 0;
  return () => 1000 * seconds++;
}

let prefixes = 0;

export function tracerParts(nowMs: () => number): Omit<SpanTracerParts, 'sinks'> {
  const ids = spanIds((bytes) => String(++prefixes).padStart(2 * bytes, '0'));
  return { ids, nowMs, content: true, redact: (json) => json };
}
