/** Reads the body of a request. */
import type { IncomingMessage } from 'node:http';
import { WireError } from './wire-error.ts';

/** As much as Anthropic's API takes. */
const mostBytes = 32 * 1024 * 1024;

/** Throws a `WireError` (413) for a body of more than 32 MB, and what the connection fails with. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes <= mostBytes) pieces.push(piece);
  }
  if (bytes > mostBytes) throw new WireError(413, `the body has ${bytes} bytes, and may have ${mostBytes}`);
  return Buffer.concat(pieces).toString('utf8');
}

/** Throws a `WireError` (400) where it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new WireError(400, `the body is not JSON: ${(cause as Error).message}`, { cause });
  }
}
