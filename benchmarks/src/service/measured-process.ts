/** A process that is measured, as the one that measures sees it: where it listens, what it used. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

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
  /** In use, of the main thread's heap. */
  readonly heapMb: number;
  /** What that heap has been given. */
  readonly heldMb: number;
  /** Buffers and the like. */
  readonly outsideMb: number;
}

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

/** `number` makes the text: there are `distinct` of them. */
export function chatBody(number: number, { distinct, stream }: { readonly distinct: number; readonly stream: boolean }): string {
  const content = `Tell me ${number % distinct} things about the rivers of the north.`;
  return JSON.stringify({ model: 'ratchet/auto', messages: [{ role: 'user', content }], ...(stream ? { stream: true } : {}) });
}
