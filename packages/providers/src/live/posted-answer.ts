/** What a server answers to a post, as its bytes come off the connection: what fetch would give, without the web streams that it takes for that. */
import type { IncomingHttpHeaders } from 'node:http';
import { pipeline } from 'node:stream';
import { createBrotliDecompress, createUnzip } from 'node:zlib';
import { turnEnd } from '@ratchet/core';
import type { Dispatcher } from 'undici';
import type { CallWatch } from './call-watch.ts';

export interface PostedAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As it comes, once. Whoever stops reading hangs up on the server. */
  readonly body: AsyncIterable<Uint8Array>;
  /** All of the body, in the place of `body`. */
  text(): Promise<string>;
}

export interface Post {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Where something is posted to, taken apart once for all calls. */
export interface PostTarget {
  readonly origin: string;
  readonly path: string;
}

const textOf = new TextDecoder();

/** Bytes that nobody has read yet, beyond which the server has to wait. */
const mostWaitingBytes = 1024 * 1024;

/** A redirection is an answer like any other: what is posted, and the key with it, goes nowhere else. Rejects where the server could not be asked. */
export function postTo(
  { origin, path }: PostTarget,
  { headers, body }: Post,
  { dispatcher, watch }: { readonly dispatcher: Dispatcher; readonly watch: CallWatch },
): Promise<PostedAnswer> {
  return new Promise((resolve, reject) => {
    const arriving = new ArrivingBody();
    let answered = false;
    dispatcher.dispatch(
      { origin, path, method: 'POST', headers, body },
      {
        onRequestStart: (controller) => {
          watch.sent();
          watch.onAbort((reason) => controller.abort(reason instanceof Error ? reason : new Error(String(reason))));
        },
        onResponseStart: (controller, status, given) => {
          // Others only say that an answer will come.
          if (status < 200) return;
          watch.responded(status, given);
          answered = true;
          arriving.controller = controller;
          resolve(postedAnswer({ status, headers: given }, arriving));
        },
        onResponseData: (_controller, chunk) => {
          watch.received();
          arriving.add(chunk);
        },
        onResponseEnd: () => arriving.end(undefined),
        onResponseError: (_controller, error) => {
          if (answered) arriving.end(error);
          else {
            watch.failed(error);
            reject(error);
          }
        },
      },
    );
  });
}

function postedAnswer(head: Pick<PostedAnswer, 'status' | 'headers'>, arriving: ArrivingBody): PostedAnswer {
  const body = decoded(arriving, head.headers['content-encoding']);
  return {
    ...head,
    body,
    text: async () => textOf.decode(body === arriving ? await arriving.whole() : await wholeOf(body)),
  };
}

async function wholeOf(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Nobody asks for compressed answers, and some servers send them all the same. */
function decoded(body: AsyncIterable<Uint8Array>, encoding: string | undefined): AsyncIterable<Uint8Array> {
  if (encoding === undefined || encoding === 'identity') return body;
  return pipeline(body, encoding === 'br' ? createBrotliDecompress() : createUnzip(), () => undefined);
}

class ArrivingBody implements AsyncIterable<Uint8Array> {
  controller: Dispatcher.DispatchController | undefined;
  #chunks: Buffer[] = [];
  #waitingBytes = 0;
  #end: { readonly error: Error | undefined } | undefined;
  #wake: (() => void) | undefined;
  /** Nobody reads piece by piece: what waits does not hold up the server. */
  #wanted = false;

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#waitingBytes += chunk.length;
    if (this.#waitingBytes > mostWaitingBytes && !this.#wanted) this.controller?.pause();
    this.#wake?.();
  }

  end(error: Error | undefined): void {
    this.#end = { error };
    this.controller = undefined;
    this.#wake?.();
  }

  /** All of it, in the place of reading. Rejects where it breaks off. */
  async whole(): Promise<Uint8Array> {
    this.#wanted = true;
    if (this.controller?.paused) this.controller.resume();
    while (this.#end === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    await turnEnd();
    if (this.#end.error !== undefined) throw this.#end.error;
    return this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const chunks = this.#chunks;
        this.#chunks = [];
        this.#waitingBytes = 0;
        if (this.controller?.paused) this.controller.resume();
        for (const chunk of chunks) yield chunk;
        if (this.#chunks.length > 0) continue;
        if (this.#end !== undefined) {
          if (this.#end.error !== undefined) throw this.#end.error;
          return;
        }
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        await turnEnd();
      }
    } finally {
      if (this.#end === undefined) this.controller?.abort(new Error('nobody reads on'));
    }
  }
}
