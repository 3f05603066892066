/** Reads a stream of server-sent events. */
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { MalformedAnswer } from './wire.ts';

/** Characters that a stream may hold back before an event of it ends. */
const longestEvent = 16 * 1024 * 1024;

/**
 * Tells `take` of each event in order, until it gives false: then whoever sends is not read any further. What is left without the empty
 * line that ends an event is none. Rejects with what the body or `take` throws; with a `MalformedAnswer` for an event that is too long.
 */
export async function readEvents(body: AsyncIterable<Uint8Array>, take: (event: EventSourceMessage) => boolean): Promise<void> {
  let goesOn = true;
  const parser = createParser({
    maxBufferSize: longestEvent,
    onEvent: (event) => {
      goesOn &&= take(event);
    },
    // A field that nobody knows is left out, as browsers do.
    onError: ({ type }) => {
      if (type === 'max-buffer-size-exceeded') throw new MalformedAnswer(`an event of its stream is longer than ${longestEvent} characters`);
    },
  });
  // Characters may be cut between pieces.
  const decoder = new TextDecoder();
  for await (const piece of body) {
    parser.feed(decoder.decode(piece, { stream: true }));
    if (!goesOn) return;
  }
}
