/** A process that is measured, as the one that measures sees it: where it listens, what it used, how to ask it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@ratchet/core';

export interface MeasuredProcess {
  readonly url: string;
  /** Headers that every request needs. */
  readonly headers: Readonly<Record<string, string>>;
  /** The file of its store, where it has one. */
  readonly store: string | undefined;
  usage(): Promise<ProcessUsage>;
  /** Resolves when it has ended of itself. */
  stop(): Promise<void>;
}

export interface ProcessUsage {
  readonly cpuMs: number;
  readonly rssMb: number;
  readonly heapMb: number;
}

export interface AskedOnce {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly latencyMs: number;
}

const clock = systemClock();

/** As `pnpm ratchet` starts Node. */
const nodeOptions = ['--max-semi-space-size=64'];

/** `kind`: what `served-process.ts` knows. */
export async function startMeasured(kind: string, upstreamUrl = ''): Promise<MeasuredProcess> {
  const program = fileURLToPath(new URL('served-process.ts', import.meta.url));
  const child = spawn(process.execPath, [...nodeOptions, program, kind, upstreamUrl], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const next = async () => JSON.parse(((await once(lines, 'line')) as [string])[0]);
  const { url, headers, store } = await next();
  return {
    url,
    headers,
    store,
    usage: async () => {
      const answer = next();
      child.stdin.write('\n');
      return answer;
    },
    stop: async () => {
      child.kill('SIGINT');
      await ended;
    },
  };
}

/** Rejects where nothing is answered. */
export function post({ url, headers }: MeasuredProcess, path: string, { body, agent }: { readonly body: string; readonly agent: Agent }): Promise<AskedOnce> {
  const begun = clock.now();
  return new Promise((resolve, reject) => {
    const own = request(
      `${url}${path}`,
      { agent, method: 'POST', headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } },
      (response) => {
        response.resume();
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, latencyMs: clock.now() - begun }));
        response.on('error', reject);
      },
    );
    own.on('error', reject);
    own.end(body);
  });
}

/** `number` makes the text: there are `distinct` of them. */
export function chatBody(number: number, { distinct, stream }: { readonly distinct: number; readonly stream: boolean }): string {
  const content = `Tell me ${number % distinct} things about the rivers of the north.`;
  return JSON.stringify({ model: 'ratchet/auto', messages: [{ role: 'user', content }], ...(stream ? { stream: true } : {}) });
}
