/** A tracer for tests: keeps the spans, what was said of them, and how they ended. */
import type { Attributes, Tracer } from '../src/tracer.ts';

export interface RecordedSpan {
  readonly name: string;
  attributes: Attributes;
  ended: 'running' | 'well' | 'badly';
}

export function recordingTracer(): Tracer & { readonly spans: readonly RecordedSpan[] } {
  const spans: RecordedSpan[] = [];
  const begin = (name: string, attributes: Attributes): { readonly span: RecordedSpan; readonly set: (more: Attributes) => void } => {
    const span: RecordedSpan = { name, attributes, ended: 'running' };
    spans.push(span);
    return {
      span,
      set: (more) => {
        span.attributes = { ...span.attributes, ...more };
      },
    };
  };
  return {
    spans,
    span: async (name, attributes, work) => {
      const { span, set } = begin(name, attributes);
      try {
        const result = await work({ set, content: (give) => set(give()) });
        span.ended = 'well';
        return result;
      } catch (error) {
        span.ended = 'badly';
        throw error;
      }
    },
    step: (name, attributes, work) => {
      const { span, set } = begin(name, attributes);
      try {
        const result = work({ set, content: (give) => set(give()) });
        span.ended = 'well';
        return result;
      } catch (error) {
        span.ended = 'badly';
        throw error;
      }
    },
  };
}
