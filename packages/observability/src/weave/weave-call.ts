/** How a span reads in Weave: as a call of an operation, with inputs, an output and the tokens that it used. */
import type { SpanRecord } from '../span-record.ts';

export interface WeaveUsage {
  readonly usage: Readonly<Record<string, { readonly input_tokens: number; readonly output_tokens: number; readonly total_tokens: number }>>;
}

/** Equal spans have equal ids, so that what is sent twice is there once. */
export function weaveCallId(traceId: string, spanId: string): string {
  return asUuid(traceId.slice(0, 16) + spanId);
}

export function weaveTraceId(traceId: string): string {
  return asUuid(traceId);
}

function asUuid(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export function weaveOpName(name: string): string {
  return name.replace(/[^\w.-]+/g, '_');
}

export function weaveInputs({ attributes, content }: SpanRecord): Readonly<Record<string, unknown>> {
  if (content === undefined) return attributes;
  const { answer: _answer, ...given } = content;
  return { ...attributes, ...given };
}

export function weaveOutput({ results, content }: SpanRecord): Readonly<Record<string, unknown>> {
  return content?.['answer'] === undefined ? results : { ...results, answer: content['answer'] };
}

/** Only a model's call has tokens of its own: Weave adds those of the calls within. */
export function weaveUsage({ name, attributes, results }: SpanRecord): WeaveUsage | undefined {
  const { model } = attributes;
  const { inputTokens, outputTokens } = results;
  if (name !== 'model call' || typeof model !== 'string' || typeof inputTokens !== 'number' || typeof outputTokens !== 'number') return undefined;
  return { usage: { [model]: { input_tokens: inputTokens, output_tokens: outputTokens, total_tokens: inputTokens + outputTokens } } };
}

/** What calls are filtered and plotted by in W&B, where a span has it. */
const filteredBy = ['policy', 'seed', 'generation', 'phase', 'experiment', 'run'] as const;

export function weaveAttributes({ attributes }: SpanRecord, ofRun: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  return { ...ofRun, ...Object.fromEntries(filteredBy.flatMap((name) => (attributes[name] === undefined ? [] : [[name, attributes[name]]]))) };
}

/** To a microsecond, which a Date does not hold. */
export function weaveTime(ms: number): string {
  const whole = Math.floor(ms);
  const micros = Math.min(999, Math.round((ms - whole) * 1000));
  return `${new Date(whole).toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
}
