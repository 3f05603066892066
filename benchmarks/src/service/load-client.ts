/** Asks a measured process over so many connections, as cheaply as can be: what it takes is taken from the processors that are measured. */
import type { IncomingHttpHeaders } from 'node:http';
import { systemClock } from '@ratchet/core';
import { Pool } from 'undici';
import type { MeasuredProcess } from './measured-process.ts';

export interface AskedOnce {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** To the last byte. */
  readonly latencyMs: number;
}

export interface LoadClient {
  /** Rejects where nothing is answered. The answer's body is not kept. */
  post(path: string, body: string): Promise<AskedOnce>;
  close(): Promise<void>;
}

const clock = systemClock();

export function loadClient({ url, headers }: Pick<MeasuredProcess, 'url' | 'headers'>, connections: number): LoadClient {
  const pool = new Pool(url, { connections, headersTimeout: 0, bodyTimeout: 0 });
  const sent = { ...headers, 'content-type': 'application/json' };
  return {
    post: (path, body) => {
      const begun = clock.now();
      return new Promise((resolve, reject) => {
        let head: Omit<AskedOnce, 'latencyMs'> = { status: 0, headers: {} };
        pool.dispatch(
          { path, method: 'POST', headers: sent, body },
          {
            onRequestStart: () => undefined,
            onResponseStart: (_controller, status, given) => {
              head = { status, headers: given };
            },
            onResponseData: () => undefined,
            onResponseEnd: () => resolve({ ...head, latencyMs: clock.now() - begun }),
            onResponseError: (_controller, error) => reject(error),
          },
        );
      });
    },
    close: () => pool.close(),
  };
}
