import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentTracer } from '@ratchet/core';
import { afterAll } from 'vitest';
import { localTracer } from '../src/local-tracer.ts';
import { describeTracer } from './tracer-conformance.ts';

const folder = mkdtempSync(join(tmpdir(), 'ratchet-tracer-'));
const noon = () => new Date('2025-01-01T12:00:00Z');
let files = 0;
afterAll(() => rmSync(folder, { recursive: true }));

describeTracer('silentTracer', () => silentTracer);
describeTracer('localTracer', () => localTracer(join(folder, `${files++}.jsonl`), noon));
describeTracer('localTracer without a file to write to', () => localTracer(folder, noon));
