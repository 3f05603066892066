/** Takes spans to an OpenTelemetry collector (OTLP over HTTP), by the conventions for generative AI. Loaded only where it is configured. */
import { type HrTime, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { parseSpanLine, type SpanRecord } from '../span-record.ts';
import { type Destination, ServiceAway } from '../spool/destination.ts';
import { genAiAttributes } from './gen-ai-attributes.ts';

export interface OtlpSetting {
  readonly endpoint: string;
  readonly serviceName: string;
  readonly timeoutMs: number;
}

/** Collectors take some megabytes at once. */
const spansTogether = 500;

export function otlpDestination({ endpoint, serviceName, timeoutMs }: OtlpSetting): Destination {
  const exporter = new OTLPTraceExporter({ url: endpoint, timeoutMillis: timeoutMs });
  const resource = resourceFromAttributes({ 'service.name': serviceName });
  const post = (spans: readonly ReadableSpan[]): Promise<void> =>
    new Promise((resolve, reject) => {
      exporter.export([...spans], ({ code, error }) => {
        if (code === 0) resolve();
        else reject(new ServiceAway(`the collector at ${endpoint} did not take the spans: ${error?.message ?? 'no reason given'}`, { cause: error }));
      });
    });
  return {
    send: async (lines, onSent) => {
      for (let first = 0; first < lines.length; first += spansTogether) {
        const together = lines.slice(first, first + spansTogether);
        const spans = together.flatMap((line) => parseSpanLine(line) ?? []);
        if (spans.length > 0) await post(spans.map((span) => readableSpan(span, resource)));
        onSent(first + together.length);
      }
    },
  };
}

function readableSpan(span: SpanRecord, resource: ReadableSpan['resource']): ReadableSpan {
  const { traceId, spanId, parentId, startedAtMs, durationMs, error } = span;
  const isCall = span.name === 'model call';
  const { name, attributes } = genAiAttributes(span);
  return {
    name,
    kind: isCall ? SpanKind.CLIENT : SpanKind.INTERNAL,
    spanContext: () => ({ traceId, spanId, traceFlags: TraceFlags.SAMPLED }),
    ...(parentId === null ? {} : { parentSpanContext: { traceId, spanId: parentId, traceFlags: TraceFlags.SAMPLED } }),
    startTime: hrTime(startedAtMs),
    endTime: hrTime(startedAtMs + durationMs),
    duration: hrTime(durationMs),
    status: error === undefined ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: error.message ?? error.kind },
    attributes,
    links: [],
    events: [],
    ended: true,
    resource,
    instrumentationScope: { name: 'ratchet' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** Seconds and nanoseconds; spans are exact to a microsecond. */
function hrTime(ms: number): HrTime {
  const micros = Math.round(ms * 1000);
  return [Math.floor(micros / 1e6), (micros % 1e6) * 1000];
}
