/** Writes finished spans to one local file as they end, one JSON line each: for a program of few spans. */
import type { Tracer } from '@ratchet/core';
import { type LineFileLimits, lineFile } from './line-file.ts';
import { type SpanTracerParts, spanTracer } from './span-tracer.ts';

const limits: LineFileLimits = { maxBytes: 64 * 1024 * 1024, bufferBytes: 0 };

/** A file that cannot be written to changes nothing for the work, and is not tried again. */
export function localTracer(file: string, parts: Omit<SpanTracerParts, 'sinks'>): Tracer {
  return spanTracer({ ...parts, sinks: [lineFile(file, limits)] });
}
