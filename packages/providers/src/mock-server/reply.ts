/** Writes the answer to one request over HTTP, or what a fault leaves of it. */
import type { ServerResponse } from 'node:http';
import type { FaultRule } from './fault-rules.ts';
import type { WireEvent } from './wire-format.ts';

export interface Reply {
  /** An answer in one piece. */
  json(status: number, body: object, headers?: Readonly<Record<string, string>>): void;
  /** The next event of a stream, which begins with the first. */
  event(event: WireEvent): void;
  /** Of a stream. */
  end(): void;
  /** Nothing, but successfully. */
  empty(stream: boolean): void;
  readonly begun: boolean;
}

export function openReply(response: ServerResponse, fault: FaultRule | undefined): Reply {
  let events = 0;
  const beginStream = (): void => {
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  };
  /** After what was written; without the chunk that would end it. */
  const cut = (): void => {
    response.flushHeaders();
    response.socket?.destroySoon();
  };
  return {
    json: (status, body, headers = {}) => {
      if (response.destroyed) return;
      const whole = JSON.stringify(body);
      const text = fault?.kind === 'malformed-json' || fault?.kind === 'cut-stream' ? whole.slice(0, whole.length / 2) : whole;
      const length = Buffer.byteLength(fault?.kind === 'cut-stream' ? whole : text);
      response.writeHead(status, { ...headers, 'content-type': 'application/json', 'content-length': length });
      if (fault?.kind !== 'cut-stream') {
        response.end(text);
        return;
      }
      response.write(text);
      cut();
    },
    event: ({ event, data }) => {
      if (response.destroyed || response.writableEnded || response.socket?.writable !== true) return;
      beginStream();
      const text = typeof data === 'string' ? data : JSON.stringify(data);
      if (fault?.kind === 'cut-stream' && events === fault.afterEvents) {
        cut();
        return;
      }
      const malformed = fault?.kind === 'malformed-json' && events === 1;
      events++;
      response.write(`${event === undefined ? '' : `event: ${event}\n`}data: ${malformed ? text.slice(0, text.length / 2) : text}\n\n`);
      if (malformed) response.end();
    },
    end: () => {
      if (response.destroyed || response.writableEnded) return;
      if (fault?.kind === 'cut-stream') cut();
      else response.end();
    },
    empty: (stream) => {
      if (stream) beginStream();
      else response.writeHead(200, { 'content-type': 'application/json', 'content-length': 0 });
      response.end();
    },
    get begun() {
      return response.headersSent;
    },
  };
}
