/** Opens the tracer of a thread: its files are its own, so that threads never write to the same one. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { silentTracer, type Tracer } from '@ratchet/core';
import { lineFile, redactor, type SpanSink, secretsOf, spanIds, spanTracer, spoolWriter } from '@ratchet/observability';
import { readEnvironment } from './read-environment.ts';
import type { TracingSetting } from './tracing-setting.ts';
import { wallClockMs } from './wall-clock.ts';

export interface OpenTracer {
  readonly tracer: Tracer;
  /** Adds a line for a service to its spool, secrets taken out. It is sent before all spans. */
  add(spool: string, line: string): void;
  /** What has been traced until now can be read by others. */
  flush(): void;
  close(): void;
}

/** Of one thread's local traces: the file and the one before it. */
const localBytes = 32 * 1024 * 1024;
const bufferBytes = 64 * 1024;
/** At most so much time is lost when the process is killed. */
const flushEveryMs = 250;

/** `writer` is unique among the threads of a run. */
export function openTracer({ folder, outlets, content }: TracingSetting, writer: string): OpenTracer {
  if (folder === null) return { tracer: silentTracer, add: () => undefined, flush: () => undefined, close: () => undefined };
  const redact = redactor(secretsOf(readEnvironment()));
  // What is added is little, and what people look for first.
  const added = new Map(outlets.map(({ spool }) => [spool, spoolWriter(spool, `0-${writer}`)]));
  const spanSinks: readonly SpanSink[] = [
    lineFile(join(folder, `${writer}.jsonl`), { maxBytes: localBytes, bufferBytes }),
    ...outlets.map(({ spool }) => spoolWriter(spool, writer)),
  ];
  const sinks = [...added.values(), ...spanSinks];
  const tracer = spanTracer({ sinks: spanSinks, ids: spanIds((bytes) => randomBytes(bytes).toString('hex')), nowMs: wallClockMs, content, redact });
  const each = (what: 'flush' | 'close') => (): void => {
    for (const sink of sinks) {
      try {
        sink[what]();
      } catch {
        // A full disk takes the traces, not the run.
      }
    }
  };
  const flush = each('flush');
  // biome-ignore lint/plugin: this is the adapter
  const timer = setInterval(flush, flushEveryMs);
  timer.unref();
  process.on('exit', flush);
  return {
    tracer,
    add: (spool, line) => {
      try {
        added.get(spool)?.write(redact(line));
      } catch {
        // The same.
      }
    },
    flush,
    close: () => {
      clearInterval(timer);
      process.off('exit', flush);
      each('close')();
    },
  };
}
