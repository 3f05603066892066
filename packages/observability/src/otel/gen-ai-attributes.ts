/** What a span is called and says in OpenTelemetry: the semantic conventions for generative AI, and `ratchet.*` for what they have no word for. */
import type { SpanRecord } from '../span-record.ts';

type Value = string | number | boolean;

export interface NamedAttributes {
  readonly name: string;
  readonly attributes: Readonly<Record<string, Value | string[]>>;
}

/** https://opentelemetry.io/docs/specs/semconv/gen-ai/ (version 1.45): a call of a model is `chat`, a request is `invoke_agent`. */
export function genAiAttributes({ name, attributes, results, content, error }: SpanRecord): NamedAttributes {
  const own = Object.fromEntries(
    Object.entries({ ...attributes, ...results }).flatMap(([key, value]) => {
      const shown = attributeValue(value);
      return shown === undefined ? [] : [[`ratchet.${snakeCase(key)}`, shown]];
    }),
  );
  const failed = error === undefined ? {} : { 'error.type': error.kind };
  if (name === 'request')
    return { name: 'invoke_agent ratchet', attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'ratchet', ...own, ...failed } };
  if (name !== 'model call') return { name, attributes: { ...own, ...failed } };
  const model = String(attributes['model'] ?? 'unknown');
  const known = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': model,
    'gen_ai.request.temperature': attributes['temperature'],
    'gen_ai.request.max_tokens': attributes['maxOutputTokens'],
    'gen_ai.request.seed': attributes['seed'],
    'gen_ai.usage.input_tokens': results['inputTokens'],
    'gen_ai.usage.output_tokens': results['outputTokens'],
    'gen_ai.input.messages': content?.['messages'] === undefined ? undefined : JSON.stringify(inputMessages(content['messages'])),
    'gen_ai.output.messages': content?.['answer'] === undefined ? undefined : JSON.stringify(outputMessages(content['answer'], results['finishReason'])),
  };
  const given = Object.fromEntries(Object.entries(known).filter((entry): entry is [string, Value] => entry[1] !== undefined && entry[1] !== null));
  const reason = results['finishReason'];
  return {
    name: `chat ${model}`,
    attributes: { ...own, ...given, ...(typeof reason === 'string' ? { 'gen_ai.response.finish_reasons': [reason] } : {}), ...failed },
  };
}

function inputMessages(messages: unknown): unknown {
  if (!Array.isArray(messages)) return [];
  return messages.map(({ role, content }: { role: unknown; content: unknown }) => ({ role, parts: [{ type: 'text', content }] }));
}

function outputMessages(answer: unknown, finishReason: unknown): unknown {
  return [{ role: 'assistant', parts: [{ type: 'text', content: answer }], finish_reason: finishReason ?? 'stop' }];
}

function attributeValue(value: unknown): Value | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return value === null || value === undefined ? undefined : JSON.stringify(value);
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
