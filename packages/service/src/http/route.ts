/** A route of the HTTP API: what the server answers with, and what its OpenAPI document says, come from the same entry. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { KeyScope, StoredKey } from '@ratchet/core';
import type { Context } from 'hono';
import type { z } from 'zod';
import type { JsonAnswer } from './json-answer.ts';

export type HttpContext = Context<{ Bindings: { readonly incoming: IncomingMessage; readonly outgoing: ServerResponse } }>;

/** What a context and a plain request of the server have in common. */
export interface Exchange {
  readonly req: {
    readonly method: string;
    readonly path: string;
    /** The name in small letters. */
    header(name: string): string | undefined;
    text(): Promise<string>;
  };
  readonly env: HttpContext['env'];
}

export interface RouteCall<Body, Context = HttpContext> {
  readonly context: Context;
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
  /** It needs no more than an `Exchange`, so that the server need not make the web's requests and responses for it. */
  readonly straight?: true;
  /** An object is answered as JSON. Throws a `ServiceError`. */
  handle(call: RouteCall<Body>): Promise<Response | object> | Response | object;
}

/** What many clients ask again and again: its handler has an `Exchange`, and gives a `JsonAnswer`, or what an `EventStream` is answered with. */
export interface StraightRoute<Body> extends Omit<Route<Body>, 'handle' | 'straight'> {
  handle(call: RouteCall<Body, Exchange>): Promise<Response | JsonAnswer>;
}

/** So that each route's handler gets what its own schema gives. */
export function route<Body>(one: Route<Body>): Route {
  return one as unknown as Route;
}

export function straightRoute<Body>(one: StraightRoute<Body>): Route {
  return { ...one, straight: true } as unknown as Route;
}
