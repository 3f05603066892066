/** Reads the body of a request, as far as it is allowed to be long, into what a schema says. */
import type { z } from 'zod';
import { ServiceError } from '../service-error.ts';
import type { Exchange } from './route.ts';

export interface BodyForm<Body> {
  readonly schema: z.ZodType<Body>;
  readonly mostBytes: number;
}

/** Throws a `ServiceError`: 413 for a body beyond the limit, of which no more is read; 400 for what is no JSON, or does not fit. */
export async function readBody<Body>(context: Exchange, { schema, mostBytes }: BodyForm<Body>): Promise<Body> {
  const stated = context.req.header('content-length');
  if (stated !== undefined && !(Number(stated) <= mostBytes)) throw tooLong(mostBytes);
  // A stated length is kept by the server; without one, the bytes are counted as they come.
  const text = stated !== undefined ? await context.req.text() : await countedText(context, mostBytes);
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (cause) {
    throw new ServiceError(400, `the body is not JSON: ${(cause as Error).message}`, { cause, code: 'invalid_json' });
  }
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const param = issue?.path.map(String).join('.');
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  const message =
    unknown.length > 0
      ? `unknown parameter${unknown.length === 1 ? '' : 's'}: ${unknown.map((key) => [...(param ? [param] : []), key].join('.')).join(', ')}`
      : `${param === '' || param === undefined ? 'the body' : param}: ${issue?.message}`;
  throw new ServiceError(400, message, { param: unknown[0] ?? (param === '' ? undefined : param) });
}

async function countedText({ env }: Exchange, mostBytes: number): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of env.incoming) {
    bytes += (piece as Buffer).length;
    if (bytes > mostBytes) throw tooLong(mostBytes);
    pieces.push(piece as Buffer);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function tooLong(mostBytes: number): ServiceError {
  return new ServiceError(413, `the body is longer than ${mostBytes} bytes`, { code: 'request_too_large' });
}
