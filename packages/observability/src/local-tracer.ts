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
  const write = (line: Readonly<Record<string, unknown>>): void => {
    if (!usable) return;
    try {
      mkdirSync(dirname(file), { recursive: true });
      appendFileSync(file, `${JSON.stringify(line, jsonSafe)}\n`);
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
      const finish = (error?: unknown): void =>
        write({
          name,
          traceId: own.traceId,
          spanId,
          parentId: parent?.spanId ?? null,
          startedAt: startedAt.toISOString(),
          endedAt: now().toISOString(),
          attributes: known,
          ...(error === undefined ? {} : { error: error instanceof Error ? error.message : String(error) }),
        });
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
        finish(error ?? 'unknown');
        throw error;
      }
    },
  };
}

function jsonSafe(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
