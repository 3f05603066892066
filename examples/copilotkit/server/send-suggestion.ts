/** Hands a request for a suggestion on to Ratchet, with the key that the browser never sees. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

export async function sendSuggestion(
  request: IncomingMessage,
  response: ServerResponse,
  { url, key }: { readonly url: string; readonly key: string },
): Promise<void> {
  const json = { 'content-type': 'application/json' };
  if (request.method !== 'POST') return void response.writeHead(405).end();
  try {
    const answer = await fetch(`${url}/api/suggest`, { method: 'POST', headers: { ...json, authorization: `Bearer ${key}` }, body: await text(request) });
    response.writeHead(answer.status, json).end(await answer.text());
  } catch {
    response.writeHead(502, json).end(JSON.stringify({ error: { message: `Ratchet does not answer at ${url}` } }));
  }
}
