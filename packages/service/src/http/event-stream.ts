/** A stream of server-sent events as the body of an answer. */

export interface EventStream {
  readonly response: Response;
  /** Sends one event; without effect once it is closed. */
  send(data: string): void;
  close(): void;
}

const encoder = new TextEncoder();

export function eventStream(headers: Readonly<Record<string, string>>): EventStream {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start: (given) => {
      controller = given;
    },
    cancel: () => {
      controller = undefined;
    },
  });
  return {
    response: new Response(body, { headers: { ...headers, 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' } }),
    send: (data) => controller?.enqueue(encoder.encode(`data: ${data}\n\n`)),
    close: () => {
      controller?.close();
      controller = undefined;
    },
  };
}
