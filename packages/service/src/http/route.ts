/** A route of the HTTP API: what the server answers with, and what its OpenAPI document says, come from the same entry. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { KeyScope, StoredKey } from '@ratchet/core';
import type { Context } from 'hono';
import type { z } from 'zod';

export type HttpContext = Context<{ Bindings: { readonly incoming: IncomingMessage; readonly outgoing: ServerResponse } }>;

export interface RouteCall<Body> {
  readonly context: HttpContext;
  readonly body: Body;
  /** Who asks; for open routes a key without rights. */
  readonly key: StoredKey;
}

export interface Route<Body = unknown> {
  readonly method: 'get' | 'post';
  /** With parameters as `{id}`. */
  readonly path: string;
  /** `any` for routes that any key may ask, null for those that need none. */
  readonly scope: KeyScope | 'any' | null;
  readonly summary: string;
  readonly body?: z.ZodType<Body>;
  /** Of the part of the address after `?`, for the document; the handler reads it (`readQuery`). */
  readonly query?: z.ZodObject;
  /** Of a JSON answer, or the content type of another. */
  readonly answer: z.ZodType | 'text/event-stream' | 'text/plain' | 'text/html' | '*/*';
  /** An object is answered as JSON. Throws a `ServiceError`. */
  handle(call: RouteCall<Body>): Promise<Response | object> | Response | object;
}

/** So that each route's handler gets what its own schema gives. */
export function route<Body>(one: Route<Body>): Route {
  return one as unknown as Route;
}
