/**
 * A server that speaks the protocol of W&B's trace server on loopback, as far as its SDK needs it: strict about what it is
 * sent (422), with keys (401), both protocols for calls, and faults on purpose. Shared by the tests of several packages.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';

export type Json = Readonly<Record<string, unknown>>;

const id = z.string().min(1);
const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
const values = z.record(z.string(), z.unknown());
const startSchema = z.strictObject({
  project_id: id,
  id,
  op_name: z.string().regex(/^weave:\/\/\/[^/]+\/[^/]+\/op\/[\w.-]+:\w+$/),
  trace_id: id,
  parent_id: id.nullish(),
  started_at: time,
  display_name: z.string().nullish(),
  attributes: values,
  inputs: values,
});
const endSchema = z.strictObject({
  project_id: id,
  id,
  ended_at: time,
  output: z.unknown(),
  summary: values,
  exception: z.string().nullish(),
  display_name: z.string().nullish(),
});
const completeSchema = startSchema.extend(endSchema.shape);
const batchSchema = z.strictObject({
  batch: z.array(
    z.discriminatedUnion('mode', [
      z.strictObject({ mode: z.literal('start'), req: z.strictObject({ start: startSchema }) }),
      z.strictObject({ mode: z.literal('end'), req: z.strictObject({ end: endSchema }) }),
    ]),
  ),
});
const objectSchema = z.strictObject({ obj: z.strictObject({ project_id: id, object_id: z.string().regex(/^[\w.-]+$/), val: z.unknown() }) });
const tableSchema = z.strictObject({ table: z.strictObject({ project_id: id, rows: z.array(values) }) });
const feedbackSchema = z.strictObject({
  id: z.uuid().optional(),
  project_id: id,
  weave_ref: z.string().regex(/^weave:\/\/\//),
  feedback_type: z.string().min(1),
  payload: values,
  runnable_ref: z
    .string()
    .regex(/^weave:\/\/\//)
    .nullish(),
  call_ref: z
    .string()
    .regex(/^weave:\/\/\//)
    .nullish(),
});

export interface CollectedCall {
  readonly start?: z.infer<typeof startSchema>;
  readonly end?: z.infer<typeof endSchema>;
  /** How often each part came. */
  readonly starts: number;
  readonly ends: number;
}

export interface CollectedObject {
  readonly name: string;
  readonly digest: string;
  readonly value: Json;
}

/** What happens to a request instead of an answer: a status, silence, a cut connection, or an answer after a while. */
export type Fault = { readonly status: number; readonly headers?: Readonly<Record<string, string>> } | 'hang' | 'cut' | { readonly afterMs: number };

export interface WeaveCollector {
  readonly url: string;
  readonly calls: ReadonlyMap<string, CollectedCall>;
  readonly objects: readonly CollectedObject[];
  readonly tables: ReadonlyMap<string, readonly Json[]>;
  readonly feedback: ReadonlyMap<string, z.infer<typeof feedbackSchema>>;
  readonly files: ReadonlySet<string>;
  /** Paths of requests that were answered, and all text that came. */
  readonly paths: readonly string[];
  readonly received: () => string;
  /** undefined for none. */
  fault: ((path: string) => Fault | undefined) | undefined;
  close(): Promise<void>;
}

export const collectorKey = 'collector-key-0123456789';

/** With `protocol` v2 the project takes whole calls only, as one to which whole calls were written. */
export async function weaveCollector({
  protocol = 'v1',
  keepText = false,
}: {
  readonly protocol?: 'v1' | 'v2';
  readonly keepText?: boolean;
} = {}): Promise<WeaveCollector> {
  const calls = new Map<string, CollectedCall>();
  const objects: CollectedObject[] = [];
  const tables = new Map<string, readonly Json[]>();
  const feedback = new Map<string, z.infer<typeof feedbackSchema>>();
  const files = new Set<string>();
  const paths: string[] = [];
  const texts: string[] = [];
  let nextFeedback = 0;

  const start = (call: z.infer<typeof startSchema>): void => {
    const known = calls.get(call.id);
    calls.set(call.id, { ends: 0, ...known, start: call, starts: (known?.starts ?? 0) + 1 });
  };
  const end = (call: z.infer<typeof endSchema>): void => {
    const known = calls.get(call.id);
    calls.set(call.id, { starts: 0, ...known, end: call, ends: (known?.ends ?? 0) + 1 });
  };

  const routes: Readonly<Record<string, (body: unknown, text: Buffer) => unknown>> = {
    '/file/create': (_body, text) => {
      const content = fileOf(text);
      files.add(digestOf(content));
      return { digest: digestOf(content) };
    },
    '/obj/create': (body) => {
      const { obj } = objectSchema.parse(body);
      const digest = digestOf(JSON.stringify(obj.val));
      if (!objects.some((one) => one.name === obj.object_id && one.digest === digest)) objects.push({ name: obj.object_id, digest, value: obj.val as Json });
      return { digest };
    },
    '/obj/read': (body) => {
      const { object_id, digest } = body as { object_id: string; digest: string };
      const found = objects.find((one) => one.name === object_id && one.digest === digest);
      if (found === undefined) throw new NotFound();
      return { obj: { val: found.value } };
    },
    '/table/create': (body) => {
      const { rows } = tableSchema.parse(body).table;
      const digest = digestOf(JSON.stringify(rows));
      tables.set(digest, rows);
      return { digest, row_digests: rows.map((row) => digestOf(JSON.stringify(row))) };
    },
    '/table/query': (body) => {
      const rows = tables.get((body as { digest: string }).digest);
      if (rows === undefined) throw new NotFound();
      return { rows: rows.map((val) => ({ digest: digestOf(JSON.stringify(val)), val })) };
    },
    '/call/upsert_batch': (body) => {
      const { batch } = batchSchema.parse(body);
      if (protocol === 'v2') throw new CompleteRequired();
      for (const { req } of batch) 'start' in req ? start(req.start) : end(req.end);
      return { res: batch.map(() => ({})) };
    },
    '/feedback/create': (body) => {
      const given = feedbackSchema.parse(body);
      const key = given.id ?? `feedback-${nextFeedback++}`;
      feedback.set(key, given);
      return { id: key, created_at: '2025-01-01T00:00:00Z', wb_user_id: '', payload: {} };
    },
  };
  const complete = (body: unknown): unknown => {
    for (const call of z.strictObject({ batch: z.array(completeSchema) }).parse(body).batch) {
      start(startSchema.strip().parse(call));
      end(endSchema.strip().parse(call));
    }
    return {};
  };

  const answer = (request: IncomingMessage, text: Buffer): { readonly status: number; readonly body: unknown } => {
    const path = request.url ?? '';
    if (request.headers.authorization !== `Basic ${Buffer.from(`api:${collectorKey}`).toString('base64')}`)
      return { status: 401, body: { detail: 'no such key' } };
    const route = /^\/v2\/[^/]+\/[^/]+\/calls\/complete$/.test(path) ? (protocol === 'v2' ? complete : undefined) : routes[path];
    if (route === undefined) return { status: 404, body: { detail: 'Not Found' } };
    try {
      const body = path === '/file/create' ? undefined : JSON.parse(text.toString('utf8'));
      const result = route(body, text);
      paths.push(path);
      if (keepText) texts.push(text.toString('utf8'));
      return { status: 200, body: result };
    } catch (error) {
      if (error instanceof NotFound) return { status: 404, body: { detail: 'Not Found' } };
      if (error instanceof CompleteRequired) return { status: 400, body: { error_code: 'CALLS_COMPLETE_MODE_REQUIRED', message: 'use calls/complete' } };
      return { status: 422, body: { detail: error instanceof z.ZodError ? error.issues : String(error) } };
    }
  };

  const collector = { fault: undefined as WeaveCollector['fault'] };
  const server = createServer(async (request, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const fault = collector.fault?.(request.url ?? '');
    if (fault === 'hang') return;
    if (fault === 'cut') {
      request.socket.destroy();
      return;
    }
    if (fault !== undefined && 'status' in fault) {
      response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers }).end('{"detail":"a fault on purpose"}');
      return;
    }
    if (fault !== undefined) await wait(fault.afterMs);
    const { status, body } = answer(request, Buffer.concat(chunks));
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(collector, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    objects,
    tables,
    feedback,
    files,
    paths,
    received: () => texts.join('\n'),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

class NotFound extends Error {}
class CompleteRequired extends Error {}

/** As W&B's server makes them: SHA-256 in base64 without signs that addresses cannot hold. */
function digestOf(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('base64url').replaceAll('-', 'X').replaceAll('_', 'Y');
}

/** The file's part of a multipart body. */
function fileOf(body: Buffer): Buffer {
  const boundary = body.subarray(0, body.indexOf('\r\n'));
  const named = body.indexOf('filename="');
  const begin = body.indexOf('\r\n\r\n', named) + 4;
  return body.subarray(begin, body.indexOf(Buffer.concat([Buffer.from('\r\n'), boundary]), begin));
}
