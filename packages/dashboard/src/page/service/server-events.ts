/** Server-sent events from a fetched body: EventSource could not send the key. */

/** Takes the text of a stream piece by piece, and gives the data of the events that are whole. https://html.spec.whatwg.org/multipage/server-sent-events.html */
export function eventParser(): (piece: string) => readonly string[] {
  let rest = '';
  let data: string[] = [];
  return (piece) => {
    const found: string[] = [];
    rest += piece;
    // A lone carriage return at the end may be half of a line's end.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) found.push(data.join('\n'));
        data = [];
      } else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
    }
    return found;
  };
}

/** The data of each event, until the stream ends. */
export async function* serverEvents(response: Response): AsyncGenerator<string> {
  if (response.body === null) return;
  const parse = eventParser();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* parse(value);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
