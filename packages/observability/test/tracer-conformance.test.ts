import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentTracer } from '@ratchet/core';
import { afterAll } from 'vitest';
import { localTracer } from '../src/local-tracer.ts';
import { spanTracer } from '../src/span-tracer.ts';
import { describeTracer } from './tracer-conformance.ts';
import { tracerParts } from './tracer-parts.ts';

const folder = mkdtempSync(join(tmpdir(), 'ratchet-tracer-'));
const parts = () => tracerParts(() => Date.UTC(2025, 0, 1));
let files = 0;
afterAll(() => rmSync(folder, { recursive: true }));

describeTracer('silentTracer', () => silentTracer);
describeTracer('localTracer', () => localTracer(join(folder, `${files++}.jsonl`), parts()));
describeTracer('localTracer without a file to write to', () => localTracer(folder, parts()));

const failing = {
  write: () => {
    throw new Error('no');
  },
  flush: () => undefined,
  close: () => undefined,
};
describeTracer('spanTracer with sinks that fail', () => spanTracer({ ...parts(), sinks: [failing, failing] }));
describeTracer('spanTracer whose redaction fails', () =>
  spanTracer({
    ...parts(),
    sinks: [],
    redact: () => {
      throw new Error('no');
    },
  }),
);
