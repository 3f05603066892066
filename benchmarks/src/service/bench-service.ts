/** CPU and latency that the service adds to a request, beside a bare proxy in the same run: `pnpm bench:service [--seconds 4]`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { systemClock } from '@ratchet/core';
import { quantile } from '@ratchet/learning';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '4' }, distinct: { type: 'string', default: '50' } } });
const seconds = Number(values.seconds);
const clock = systemClock();

interface Measured {
  readonly url: string;
  readonly key: string;
  usage(): Promise<{ readonly cpuMs: number; readonly rssMb: number }>;
  stop(): void;
}

async function start(kind: string, upstream = ''): Promise<Measured> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('served-process.ts', import.meta.url)), kind, upstream], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const next = async () => JSON.parse(((await once(lines, 'line')) as [string])[0]);
  const { url, key } = await next();
  return {
    url,
    key,
    usage: async () => {
      const answer = next();
      child.stdin.write('\n');
      return answer;
    },
    stop: () => child.kill(),
  };
}

/** Resolves to how long it took, in ms. */
function one(target: Measured, agent: Agent, { stream, number }: { readonly stream: boolean; readonly number: number }): Promise<number> {
  const begun = clock.now();
  const content = `Tell me ${number % Number(values.distinct)} things about the rivers of the north.`;
  const body = JSON.stringify({ model: 'ratchet/auto', messages: [{ role: 'user', content }], ...(stream ? { stream: true } : {}) });
  return new Promise((resolve, reject) => {
    const own = request(
      `${target.url}/v1/chat/completions`,
      {
        agent,
        method: 'POST',
        headers: { authorization: `Bearer ${target.key}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        response.resume();
        response.on('end', () => (response.statusCode === 200 ? resolve(clock.now() - begun) : reject(new Error(`status ${response.statusCode}`))));
      },
    );
    own.on('error', reject);
    own.end(body);
  });
}

async function measure(target: Measured, { connections, stream }: { readonly connections: number; readonly stream: boolean }): Promise<string> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let number = 0;
  const times: number[] = [];
  const run = async (ms: number): Promise<void> => {
    const until = clock.now() + ms;
    await Promise.all(
      Array.from({ length: connections }, async () => {
        while (clock.now() < until) times.push(await one(target, agent, { stream, number: number++ }));
      }),
    );
  };
  await run(1500);
  times.length = 0;
  const before = await target.usage();
  const begun = clock.now();
  await run(seconds * 1000);
  const elapsedMs = clock.now() - begun;
  const after = await target.usage();
  agent.destroy();
  const sorted = times.toSorted((a, b) => a - b);
  const cpu = (after.cpuMs - before.cpuMs) / times.length;
  return `${cpu.toFixed(3)} CPU-ms, ${((times.length * 1000) / elapsedMs).toFixed(0)} requests/s, p50 ${quantile(sorted, 0.5).toFixed(2)} ms, p99 ${quantile(sorted, 0.99).toFixed(2)} ms, ${after.rssMb.toFixed(0)} MB`;
}

const upstream = await start('upstream');
const targets = { proxy: await start('proxy', upstream.url), service: await start('service', upstream.url) };
for (const [stream, connections] of [
  [false, 1],
  [false, 16],
  [false, 64],
  [true, 16],
] as const) {
  for (const [name, target] of Object.entries(targets)) {
    process.stdout.write(
      `${stream ? '20 pieces' : 'whole    '} ${String(connections).padStart(2)} connections  ${name.padEnd(8)} ${await measure(target, { connections, stream })}\n`,
    );
  }
}
for (const one of [upstream, ...Object.values(targets)]) one.stop();
process.exit(0);
