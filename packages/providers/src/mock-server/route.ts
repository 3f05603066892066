/** Where a request to a mock server goes. */
import type { IncomingMessage } from 'node:http';
import { anthropicFormat } from './anthropic-format.ts';
import { openaiFormat } from './openai-format.ts';
import type { WireFormat } from './wire-format.ts';

export type Route = { readonly format: WireFormat; readonly path: string } & (
  | { readonly kind: 'call' }
  | { readonly kind: 'models' }
  | { readonly kind: 'model'; readonly id: string }
  /** What this server is. */
  | { readonly kind: 'about' }
  | { readonly kind: 'unknown' }
);

/** Both APIs list models under one path; clients of Anthropic's say which version of it they mean. */
export function routeOf({ method = 'GET', url = '/', headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>): Route {
  const path = url.split('?', 1)[0] as string;
  const format = headers['anthropic-version'] === undefined && path !== '/v1/messages' ? openaiFormat : anthropicFormat;
  const at = { format, path };
  if (method === 'POST' && (path === '/v1/chat/completions' || path === '/v1/messages')) {
    return { kind: 'call', path, format: path === '/v1/messages' ? anthropicFormat : openaiFormat };
  }
  if (method === 'GET' && path === '/v1/models') return { kind: 'models', ...at };
  if (method === 'GET' && path.startsWith('/v1/models/')) return { kind: 'model', id: decoded(path.slice('/v1/models/'.length)), ...at };
  if (method === 'GET' && (path === '/' || path === '/v1')) return { kind: 'about', ...at };
  return { kind: 'unknown', ...at };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
