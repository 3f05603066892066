/** Asks the service, under the reader's key. */
import { accessKey } from './access-key.ts';
import { reportLost } from './connection.ts';
import { errorOfResponse, RequestError } from './request-error.ts';

interface RequestOptions {
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** In the place of the one that was entered. */
  readonly key?: string;
}

/** A body makes it a POST. Rejects with a `RequestError`, or with the signal's reason. */
export async function send(path: string, { body, headers = {}, signal, key = accessKey.peek() ?? undefined }: RequestOptions = {}): Promise<Response> {
  const response = await fetch(path.replace(/^\//, ''), {
    cache: 'no-store',
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((cause: unknown) => {
    if (signal?.aborted) throw cause;
    reportLost();
    throw new RequestError(0, 'the service cannot be reached');
  });
  if (!response.ok) throw await errorOfResponse(response);
  return response;
}

export async function ask<Answer>(path: string, options?: RequestOptions): Promise<Answer> {
  return (await (await send(path, options)).json()) as Answer;
}
