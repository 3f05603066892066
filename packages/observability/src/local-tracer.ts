/** Writes finished spans to a local file, one JSON line each; a file that cannot be written to changes nothing for the work. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Attributes, Span, Tracer } from '@ratchet/core';

interface OpenSpan {
  readonly traceId: number;
  readonly spanId: number;
}

/** `now` is the time of day. Spans nest by asynchronous context; ids count up within the process. */
export function localTracer(file: string, now: () => Date): Tracer {
  const current = new AsyncLocalStorage<OpenSpan>();
  let lastId = 0;
  let usable = true;
  const write = (line: string): void => {
    if (!usable) return;
    try {
      mkdirSync(dirname(file), { recursive: true });
      appendFileSync(file, `${line}\n`);
    } catch {
      usable = false;
    }
  };
  return {
    span: async <T>(name: string, attributes: Attributes, work: (span: Span) => Promise<T>): Promise<T> => {
      const parent = current.getStore();
      const spanId = ++lastId;
      const own: OpenSpan = { traceId: parent?.traceId ?? spanId, spanId };
      let known: Attributes = attributes;
      const startedAt = now();
      const finish = (failure?: { readonly error: unknown }): void =>
        write(
          lineOf({
            name,
            traceId: own.traceId,
            spanId,
            parentId: parent?.spanId ?? null,
            startedAt: startedAt.toISOString(),
            endedAt: now().toISOString(),
            attributes: known,
            ...(failure === undefined ? {} : { error: messageOf(failure.error) }),
          }),
        );
      const span: Span = {
        set: (more) => {
          known = { ...known, ...more };
        },
      };
      try {
        const result = await current.run(own, () => work(span));
        finish();
        return result;
      } catch (error) {
        finish({ error });
        throw error;
      }
    },
  };
}

/** Attributes that cannot be written cost their span nothing but themselves. */
function lineOf(span: Readonly<Record<string, unknown>>): string {
  try {
    return JSON.stringify(span, jsonSafe());
  } catch {
    return JSON.stringify({ ...span, attributes: null });
  }
}

/** Makes text of a BigInt, and ends a cycle where it closes. */
function jsonSafe(): (this: unknown, key: string, value: unknown) => unknown {
  const above: unknown[] = [];
  return function (_key, value) {
    if (typeof value === 'bigint') return value.toString();
    if (typeof value !== 'object' || value === null) return value;
    while (above.length > 0 && above.at(-1) !== this) above.pop();
    if (above.includes(value)) return '[circular]';
    above.push(value);
    return value;
  };
}

function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  try {
    return String(error);
  } catch {
    return 'unknown';
  }
}
