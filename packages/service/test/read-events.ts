/** Reads server-sent events of an answer as tests need them. */

export type Event = Readonly<Record<string, unknown>>;

/** The events up to that which `isLast` says, after which the answer is let go; all of them where none is. */
export async function readUntil(response: Response, isLast: (event: Event) => boolean): Promise<readonly Event[]> {
  const events: Event[] = [];
  let text = '';
  const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream() as never).getReader() as ReadableStreamDefaultReader<string>;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return events;
    text += value;
    const pieces = text.split('\n\n');
    text = pieces.pop() ?? '';
    for (const piece of pieces) {
      if (!piece.startsWith('data: ')) continue;
      const event = JSON.parse(piece.slice('data: '.length)) as Event;
      events.push(event);
      if (isLast(event)) {
        await reader.cancel();
        return events;
      }
    }
  }
}
