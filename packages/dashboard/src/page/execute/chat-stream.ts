/** Reads a streamed completion: https://platform.openai.com/docs/api-reference/chat-streaming. */
import { RequestError } from '../service/request-error.ts';
import { serverEvents } from '../service/server-events.ts';

interface Chunk {
  readonly choices?: readonly { readonly delta?: { readonly content?: string | null } }[];
  readonly error?: { readonly message?: string; readonly code?: string | null };
}

/** Rejects with a `RequestError` where the service says in the stream that the answer broke off, or ends it without `[DONE]`. */
export async function readChatStream(response: Response, onText: (text: string) => void): Promise<void> {
  for await (const data of serverEvents(response)) {
    if (data === '[DONE]') return;
    const { choices = [], error } = JSON.parse(data) as Chunk;
    if (error !== undefined) throw new RequestError(502, error.message ?? 'the answer broke off', error.code ?? undefined);
    for (const { delta } of choices) if (typeof delta?.content === 'string' && delta.content !== '') onText(delta.content);
  }
  throw new RequestError(0, 'the answer broke off: what came is not whole');
}
