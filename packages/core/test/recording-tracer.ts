/** A tracer for tests: keeps the spans, what was said of them, and how they ended. */
import type { Attributes, Tracer } from '../src/tracer.ts';

export interface RecordedSpan {
  readonly name: string;
  attributes: Attributes;
  ended: 'running' | 'well' | 'badly';
}

export function recordingTracer(): Tracer & { readonly spans: readonly RecordedSpan[] } {
  const spans: RecordedSpan[] = [];
  return {
    spans,
    span: async (name, attributes, work) => {
      const span: RecordedSpan = { name, attributes, ended: 'running' };
      spans.push(span);
      try {
        const result = await work({
          set: (more) => {
            span.attributes = { ...span.attributes, ...more };
          },
        });
        span.ended = 'well';
        return result;
      } catch (error) {
        span.ended = 'badly';
        throw error;
      }
    },
  };
}
