import { describe, expect, it } from 'vitest';
import { pulledStream } from '../src/http/pulled-stream.ts';

const never = new AbortController().signal;
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};
const readerOf = (response: Response) => (response.body as ReadableStream<Uint8Array>).getReader();

describe('a stream that is pulled', () => {
  it('makes nothing that nobody reads', async () => {
    let made = 0;
    const reader = readerOf(pulledStream(async () => `data: ${++made}\n\n`, { ended: never }));
    await turns();
    expect(made).toBe(0);
    for (const expected of [1, 2, 3]) {
      expect(new TextDecoder().decode((await reader.read()).value)).toBe(`data: ${expected}\n\n`);
      await turns();
      expect(made).toBe(expected);
    }
  });

  it('ends when its source does, when its reader leaves, and when the server closes: its source is told once', async () => {
    const endings: string[] = [];
    const over = readerOf(pulledStream(async () => null, { ended: never, onEnd: () => endings.push('over') }));
    expect((await over.read()).done).toBe(true);
    let signal: AbortSignal | undefined;
    const waiting = (given: AbortSignal) =>
      new Promise<string>((_resolve, reject) => {
        signal = given;
        given.addEventListener('abort', () => reject(given.reason), { once: true });
      });
    const left = readerOf(pulledStream(waiting, { ended: never, onEnd: () => endings.push('left') }));
    const reading = left.read();
    await turns();
    await left.cancel();
    expect([signal?.aborted, (await reading).done]).toEqual([true, true]);
    const closing = new AbortController();
    const closed = readerOf(pulledStream(waiting, { ended: closing.signal, onEnd: () => endings.push('closed') }));
    const last = closed.read();
    await turns();
    closing.abort(new Error('closing'));
    expect((await last).done).toBe(true);
    await turns();
    expect(endings).toEqual(['over', 'left', 'closed']);
  });
});
