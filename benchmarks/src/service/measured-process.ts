/** A process that is measured, as the one that measures sees it: where it listens, what it used. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

/** Without what would make a service another one. */
const { RATCHET_ADMIN_KEY: _key, DATABASE_URL: _database, ...surroundings } = process.env;

const servedProcess = fileURLToPath(new URL('served-process.ts', import.meta.url));
const tellUsage = fileURLToPath(new URL('tell-usage.ts', import.meta.url));
const scenario = fileURLToPath(new URL('measured-scenario', import.meta.url));
const ratchet = fileURLToPath(new URL('../../../packages/cli/src/ratchet.mjs', import.meta.url));

interface Begun {
  readonly words: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly store?: string;
}

/** `kind`: the service, as `ratchet serve` runs it on live models of `upstreamUrl`, or what `served-process.ts` knows. */
export async function startMeasured(kind: string, upstreamUrl = ''): Promise<MeasuredProcess> {
  const { words, environment, store }: Begun = kind === 'service' ? servedBy(upstreamUrl) : { words: [servedProcess, kind, upstreamUrl] };
  const child = spawn(process.execPath, [...nodeOptions, '--import', tellUsage, ...words], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...surroundings, ...environment },
  });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const next = async () => JSON.parse(((await once(lines, 'line')) as [string])[0]);
  const { url, headers, adminKey } = await next();
  return {
    url,
    headers: headers ?? { authorization: `Bearer ${adminKey}` },
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

/** With a home, a store and a catalogue of its own. */
function servedBy(upstreamUrl: string): Begun {
  const home = mkdtempSync(join(tmpdir(), 'bench-service-'));
  // A soak leaves a gigabyte, which it looks at when the service has ended.
  process.once('exit', () => rmSync(home, { recursive: true, force: true }));
  const [models, store] = [join(home, 'models.json'), join(home, 'store.sqlite')];
  const price = { inputUsdPerMTok: 1, outputUsdPerMTok: 4, asOf: '2026-01-01', source: 'none' };
  const catalogue = {
    providers: { home: { api: 'openai', baseUrl: `${upstreamUrl}/v1`, key: null, concurrency: 256 } },
    models: { large: { provider: 'home', price }, small: { provider: 'home', price } },
  };
  writeFileSync(models, JSON.stringify(catalogue));
  const words = ['serve', '--json', '--quiet', '--port', '0', '--scenario', scenario, '--provider', 'live', '--models', models, '--store', store];
  return {
    words: [ratchet, ...words, '--learn-every-s', '5'],
    environment: { RATCHET_HOME: home, RATCHET_RESULTS: join(home, 'results') },
    store,
  };
}

/** `number` makes the text: there are `distinct` of them. */
export function chatBody(number: number, { distinct, stream }: { readonly distinct: number; readonly stream: boolean }): string {
  const content = `Tell me ${number % distinct} things about the rivers of the north.`;
  return JSON.stringify({ model: 'ratchet/auto', messages: [{ role: 'user', content }], ...(stream ? { stream: true } : {}) });
}
