/** A stream of server-sent events that is made as fast as its reader reads: what waits is with its source, nothing is in a queue. */

/** Gives the text to send next, when there is some; null for the end. Must end soon after the signal is aborted. */
export type NextPiece = (signal: AbortSignal) => Promise<string | null>;

const encoder = new TextEncoder();

export interface PulledStreamParts {
  /** Aborted when the server wants to close, which waits for answers under way. */
  readonly ended: AbortSignal;
  /** Told once that nothing more will be asked for. */
  readonly onEnd?: () => void;
}

export function pulledStream(next: NextPiece, { ended, onEnd = () => undefined }: PulledStreamParts): Response {
  const left = new AbortController();
  const signal = AbortSignal.any([left.signal, ended]);
  const body = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const text = signal.aborted ? null : await next(signal).catch(() => null);
        if (left.signal.aborted) return;
        if (text !== null) {
          controller.enqueue(encoder.encode(text));
          return;
        }
        onEnd();
        controller.close();
      },
      cancel: () => {
        onEnd();
        left.abort(new Error('the reader is gone'));
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', 'x-accel-buffering': 'no' } });
}

export function eventText(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
