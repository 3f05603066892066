/** Answers routes from the server's own request to its own response: the web's, and a router between them, take as long as all else that is done for one. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { turnEnd } from '@ratchet/core';
import { JsonAnswer } from './json-answer.ts';
import type { Exchange, Route } from './route.ts';

/** False where it leaves the request alone, for another to answer. */
export type StraightAnswers = (incoming: IncomingMessage, outgoing: ServerResponse) => boolean;

export interface StraightParts {
  readonly answer: (route: Route, exchange: Exchange) => Promise<Response | JsonAnswer>;
  readonly mostBodyBytes: number;
  /** Told of what could not be written. */
  readonly onError: (error: unknown) => void;
}

/** Of routes that are marked `straight`, and whose body has a length that is stated and allowed; all else has a longer way. */
export function straightAnswers(routes: readonly Route[], { answer, mostBodyBytes, onError }: StraightParts): StraightAnswers {
  const byPath = new Map(routes.flatMap((one) => (one.straight === true && one.method === 'post' ? [[one.path, one] as const] : [])));
  let underWay = 0;
  return (incoming, outgoing) => {
    const route = incoming.method === 'POST' ? byPath.get(incoming.url ?? '') : undefined;
    if (route === undefined || !(Number(incoming.headers['content-length']) <= mostBodyBytes)) return false;
    underWay++;
    const text = async (): Promise<string> => {
      const body = await textOf(incoming);
      // Of one alone nothing can go together, and its call would leave a turn later.
      if (underWay > 1) await turnEnd();
      return body;
    };
    answer(route, nodeExchange(incoming, outgoing, text))
      .then((answered) => {
        // A stream has been written already.
        if (answered instanceof JsonAnswer) write(answered, outgoing);
      })
      .catch((error: unknown) => {
        onError(error);
        outgoing.destroy();
      })
      .finally(() => {
        underWay--;
      });
    return true;
  };
}

function write({ status, headers, text }: JsonAnswer, outgoing: ServerResponse): void {
  const bytes = Buffer.byteLength(text);
  const lines: (string | number)[] = ['content-length', bytes];
  for (const name in headers) lines.push(name, headers[name] as string);
  outgoing.writeHead(status, lines);
  // As many bytes as characters: all are ASCII, and written as they are.
  outgoing.end(text, bytes === text.length ? 'latin1' : 'utf8');
}

function nodeExchange(incoming: IncomingMessage, outgoing: ServerResponse, text: () => Promise<string>): Exchange {
  return {
    env: { incoming, outgoing },
    req: {
      method: 'POST',
      path: incoming.url ?? '',
      header: (name) => incoming.headers[name] as string | undefined,
      text,
    },
  };
}

/** Rejects where the client leaves in the middle of it. */
function textOf(incoming: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    incoming.on('data', (piece: Buffer) => pieces.push(piece));
    incoming.on('end', () => resolve(decoder.decode(pieces.length === 1 ? pieces[0] : Buffer.concat(pieces))));
    incoming.on('error', reject);
    incoming.on('close', () => {
      if (!incoming.readableEnded) reject(incoming.errored ?? new Error('the connection was closed before the body had come'));
    });
  });
}

const decoder = new TextDecoder();
