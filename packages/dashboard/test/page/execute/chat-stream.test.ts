import { describe, expect, it } from 'vitest';
import { readChatStream } from '../../../src/page/execute/chat-stream.ts';

async function read(...data: readonly string[]): Promise<string> {
  let text = '';
  await readChatStream(new Response(data.map((one) => `data: ${one}\n\n`).join('')), (piece) => {
    text += piece;
  });
  return text;
}

const delta = (content: string): string => JSON.stringify({ choices: [{ delta: { content } }] });

describe('a streamed answer', () => {
  it('is its pieces in order, until the service says that it is whole', async () => {
    await expect(read(delta(''), delta('Hel'), delta('lo'), JSON.stringify({ choices: [], usage: {} }), '[DONE]')).resolves.toBe('Hello');
  });

  it('is refused where it broke off, with the words of the service', async () => {
    await expect(read(delta('Hel'), JSON.stringify({ error: { message: 'the model is gone', code: 'x' } }))).rejects.toThrow('the model is gone');
  });

  it('is refused where it just ended', async () => {
    await expect(read(delta('Hel'))).rejects.toThrow('not whole');
  });
});
