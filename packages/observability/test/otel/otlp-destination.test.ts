import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { genAiAttributes } from '../../src/otel/gen-ai-attributes.ts';
import { otlpDestination } from '../../src/otel/otlp-destination.ts';
import type { SpanRecord } from '../../src/span-record.ts';

const call: SpanRecord = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  parentId: '00f067aa0ba902b7',
  name: 'model call',
  startedAtMs: 1_735_689_600_000.25,
  durationMs: 1.5,
  attributes: { model: 'gpt-4o-mini', prompt: 'answer', temperature: 0.5, maxOutputTokens: 100, seed: 7 },
  results: { inputTokens: 10, outputTokens: 5, costUsd: 0.001, latencyMs: 900, finishReason: 'stop' },
  content: { messages: [{ role: 'user', content: 'question' }], answer: 'answer' },
};
const request: SpanRecord = {
  ...call,
  spanId: '00f067aa0ba902b7',
  parentId: null,
  name: 'request',
  attributes: { requestId: 'r' },
  results: {},
  error: { kind: 'deadline' },
};

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code?: number };
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
}

let closing: (() => void) | undefined;
afterEach(() => closing?.());

async function collector(status: number): Promise<{ readonly endpoint: string; readonly spans: OtlpSpan[]; readonly resources: string[] }> {
  const spans: OtlpSpan[] = [];
  const resources: string[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    if (status === 200) {
      const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      for (const { resource, scopeSpans } of resourceSpans) {
        resources.push(JSON.stringify(resource.attributes));
        for (const scope of scopeSpans) spans.push(...scope.spans);
      }
    }
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing = () => {
    server.close();
    server.closeAllConnections();
  };
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`, spans, resources };
}

describe('otlpDestination', () => {
  test('sends spans to a collector through the official exporter, with times, parents and errors', async () => {
    const { endpoint, spans, resources } = await collector(200);
    const counts: number[] = [];
    const lines = [JSON.stringify(call), 'cut off by a cra', JSON.stringify(request)];
    await otlpDestination({ endpoint, serviceName: 'mine', timeoutMs: 5_000 }).send(lines, (count) => counts.push(count));
    expect(counts).toEqual([3]);
    expect(resources[0]).toContain('mine');
    expect(spans.map(({ traceId, spanId, parentSpanId, name, kind }) => ({ traceId, spanId, parentSpanId, name, kind }))).toEqual([
      { traceId: call.traceId, spanId: call.spanId, parentSpanId: '00f067aa0ba902b7', name: 'chat gpt-4o-mini', kind: 3 },
      { traceId: call.traceId, spanId: '00f067aa0ba902b7', parentSpanId: undefined, name: 'invoke_agent ratchet', kind: 1 },
    ]);
    expect(spans[0]).toMatchObject({ startTimeUnixNano: '1735689600000250000', endTimeUnixNano: '1735689600001750000' });
    expect(spans[1]?.status.code).toBe(2);
    const values = Object.fromEntries((spans[0]?.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]));
    expect(values).toMatchObject({ 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'gpt-4o-mini', 'gen_ai.usage.input_tokens': 10 });
  });

  test('says that the collector is away when it refuses', async () => {
    const { endpoint } = await collector(400);
    await expect(otlpDestination({ endpoint, serviceName: 'mine', timeoutMs: 500 }).send([JSON.stringify(call)], () => undefined)).rejects.toMatchObject({
      kind: 'service-away',
    });
  });
});

describe('genAiAttributes', () => {
  test('follows the conventions for a call of a model, and names the rest as its own', () => {
    expect(genAiAttributes(call)).toEqual({
      name: 'chat gpt-4o-mini',
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': 'gpt-4o-mini',
        'gen_ai.request.temperature': 0.5,
        'gen_ai.request.max_tokens': 100,
        'gen_ai.request.seed': 7,
        'gen_ai.usage.input_tokens': 10,
        'gen_ai.usage.output_tokens': 5,
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.input.messages': '[{"role":"user","parts":[{"type":"text","content":"question"}]}]',
        'gen_ai.output.messages': '[{"role":"assistant","parts":[{"type":"text","content":"answer"}],"finish_reason":"stop"}]',
        'ratchet.model': 'gpt-4o-mini',
        'ratchet.prompt': 'answer',
        'ratchet.temperature': 0.5,
        'ratchet.max_output_tokens': 100,
        'ratchet.seed': 7,
        'ratchet.input_tokens': 10,
        'ratchet.output_tokens': 5,
        'ratchet.cost_usd': 0.001,
        'ratchet.latency_ms': 900,
        'ratchet.finish_reason': 'stop',
      },
    });
  });

  test('says nothing of content that was not kept, nor of what is not known', () => {
    const { content: _content, ...bare } = call;
    const { attributes } = genAiAttributes({ ...bare, results: { costUsd: null } });
    expect(Object.keys(attributes).filter((key) => /messages|usage|cost/.test(key))).toEqual([]);
  });

  test('gives the kind of an error', () => {
    expect(genAiAttributes(request).attributes).toMatchObject({ 'error.type': 'deadline', 'gen_ai.operation.name': 'invoke_agent' });
  });
});
