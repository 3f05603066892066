/**
 * The tracer behind core's port: nests spans by an asynchronous context of its own, and hands each finished one to every
 * sink. The work runs once, whatever sinks there are, and no fault of a sink or of an attribute reaches it.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Attributes, Span, Tracer } from '@ratchet/core';
import { type AttributeWriter, attributeWriter, contentLimits } from './attribute-json.ts';
import type { SpanIds } from './span-ids.ts';
import type { SpanSink } from './span-sink.ts';

export interface SpanTracerParts {
  readonly sinks: readonly SpanSink[];
  readonly ids: SpanIds;
  /** Milliseconds since 1970, with their fractions. */
  readonly nowMs: () => number;
  /** Whether what users and models wrote is kept. */
  readonly content: boolean;
  /** Takes secrets out of the JSON of a text. */
  readonly redact: (json: string) => string;
}

const nothing: Attributes = {};

export function spanTracer(parts: SpanTracerParts): Tracer {
  const current = new AsyncLocalStorage<OpenSpan>();
  const { ids, nowMs } = parts;
  const json = attributeWriter(parts.redact);
  let sinks = parts.sinks;

  const begin = (name: string, attributes: Attributes): OpenSpan => {
    const parent = current.getStore();
    return new OpenSpan(name, attributes, { traceId: parent?.traceId ?? ids.trace(), spanId: ids.span(), parentId: parent?.spanId ?? null }, parts);
  };
  const end = (span: OpenSpan, failure?: { readonly error: unknown }): void => {
    let line: string;
    try {
      line = span.lineAt(nowMs(), { json, failure });
    } catch {
      return;
    }
    for (const sink of sinks) {
      try {
        sink.write(line);
      } catch {
        sinks = sinks.filter((one) => one !== sink);
      }
    }
  };

  return {
    span: <T>(name: string, attributes: Attributes, work: (span: Span) => Promise<T>): Promise<T> => {
      const span = begin(name, attributes);
      let running: Promise<T>;
      try {
        running = current.run(span, work, span);
      } catch (error) {
        end(span, { error });
        return Promise.reject(error);
      }
      return running.then(
        (result) => {
          end(span);
          return result;
        },
        (error: unknown) => {
          end(span, { error });
          throw error;
        },
      );
    },
    step: <T>(name: string, attributes: Attributes, work: (span: Span) => T): T => {
      const span = begin(name, attributes);
      try {
        const result = current.run(span, work, span);
        end(span);
        return result;
      } catch (error) {
        end(span, { error });
        throw error;
      }
    },
  };
}

interface SpanPlace {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | null;
}

class OpenSpan implements Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly #parentId: string | null;
  readonly #name: string;
  readonly #attributes: Attributes;
  readonly #keepsContent: boolean;
  readonly #startedAtMs: number;
  #results: Attributes = nothing;
  #content: Attributes | undefined;

  constructor(name: string, attributes: Attributes, place: SpanPlace, { nowMs, content }: SpanTracerParts) {
    this.#name = name;
    this.#attributes = attributes;
    this.traceId = place.traceId;
    this.spanId = place.spanId;
    this.#parentId = place.parentId;
    this.#keepsContent = content;
    this.#startedAtMs = nowMs();
  }

  set(attributes: Attributes): void {
    try {
      this.#results = this.#results === nothing ? attributes : { ...this.#results, ...attributes };
    } catch {
      // A getter among them throws: they are lost, the step is not.
    }
  }

  content(give: () => Attributes): void {
    if (!this.#keepsContent) return;
    try {
      this.#content = { ...this.#content, ...give() };
    } catch {
      // The same.
    }
  }

  lineAt(endedAtMs: number, { json, failure }: { readonly json: AttributeWriter; readonly failure: { readonly error: unknown } | undefined }): string {
    const head = `{"traceId":"${this.traceId}","spanId":"${this.spanId}","parentId":${this.#parentId === null ? 'null' : `"${this.#parentId}"`}`;
    const time = `"startedAtMs":${toMicrosecond(this.#startedAtMs)},"durationMs":${toMicrosecond(Math.max(0, endedAtMs - this.#startedAtMs))}`;
    const content = this.#content === undefined ? '' : `,"content":${json.object(this.#content, contentLimits)}`;
    const error = failure === undefined ? '' : `,"error":${json.object(describe(failure.error, this.#keepsContent))}`;
    const name = json.text(String(this.#name));
    return `${head},"name":${name},${time},"attributes":${json.object(this.#attributes)},"results":${json.object(this.#results)}${content}${error}}`;
  }
}

/** Milliseconds from 0 on, with three digits of their fraction: put together of integers, since the text of a fraction takes ten times as long to find. */
function toMicrosecond(ms: number): string {
  const microseconds = Math.round(ms * 1000);
  const milliseconds = Math.floor(microseconds / 1000);
  const seconds = Math.floor(milliseconds / 1000);
  const whole = seconds === 0 ? String(milliseconds) : `${seconds}${threeDigits[milliseconds - 1000 * seconds]}`;
  return `${whole}.${threeDigits[microseconds - 1000 * milliseconds]}`;
}

const threeDigits = Array.from({ length: 1000 }, (_, number) => String(number).padStart(3, '0'));

function describe(error: unknown, withMessage: boolean): Attributes {
  try {
    if (!(error instanceof Error)) return withMessage ? { kind: 'thrown', message: String(error) } : { kind: 'thrown' };
    const { kind } = error as { readonly kind?: unknown };
    const known = typeof kind === 'string' ? kind : String(error.name);
    return withMessage ? { kind: known, message: String(error.message) } : { kind: known };
  } catch {
    return { kind: 'unknown' };
  }
}
