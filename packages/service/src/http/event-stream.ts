/** A stream of server-sent events as the answer to a request, written to the connection itself. */
import type { ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Exchange } from './route.ts';

export interface EventStream {
  /** For the handler to give back: the server then leaves the connection alone. */
  readonly response: Response;
  /** Sends one event; without effect once it is closed, or the client is gone. */
  send(data: string): void;
  close(): void;
}

/** Begins the answer. */
export function eventStream({ env }: Exchange, headers: Readonly<Record<string, string>>): EventStream {
  const outgoing: ServerResponse = env.outgoing;
  outgoing.writeHead(200, { ...headers, 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  const open = (): boolean => !outgoing.writableEnded && !outgoing.destroyed;
  let waiting = '';
  const flush = (): void => {
    if (waiting !== '' && open()) outgoing.write(waiting);
    waiting = '';
  };
  return {
    response: RESPONSE_ALREADY_SENT,
    send: (data) => {
      if (!open()) return;
      // What came in one packet leaves in one: the tick begins when all that can be done now was done.
      if (waiting === '') process.nextTick(flush);
      waiting += `data: ${data}\n\n`;
    },
    close: () => {
      if (open()) outgoing.end(waiting);
      waiting = '';
    },
  };
}
