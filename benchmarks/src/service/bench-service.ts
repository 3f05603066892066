/**
 * CPU and latency that the service adds to a request, beside a bare proxy and Portkey's gateway in the same run: `pnpm bench:service
 * [--rounds 3] [--seconds 3]`. With `--soak 1000000 [--minutes 60]`: so many requests with feedback, and what memory and the store came to.
 */
import { parseArgs } from 'node:util';
import { systemClock } from '@ratchet/core';
import { quantile } from '@ratchet/learning';
import { findPortkey } from '../peers/portkey.ts';
import { loadClient } from './load-client.ts';
import { chatBody, type MeasuredProcess, startMeasured } from './measured-process.ts';
import { soak } from './soak.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    soak: { type: 'string' },
    minutes: { type: 'string', default: '600' },
    distinct: { type: 'string', default: '1000' },
  },
});
const clock = systemClock();

interface Load {
  readonly connections: number;
  readonly stream: boolean;
  readonly distinct: number;
}

interface Round {
  readonly cpuMs: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly rssMb: number;
}

/** So many requests before anything is measured, so that the compiler is done with what it finds worth compiling. */
const warmUp = { whole: 20_000, stream: 5000 };

/** No text comes again, in no round. */
let number = 0;

async function run(target: MeasuredProcess, { connections, stream, distinct }: Load, goesOn: (done: number) => boolean): Promise<readonly number[]> {
  const client = loadClient(target, connections);
  const times: number[] = [];
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (goesOn(times.length)) {
        const { status, latencyMs } = await client.post('/v1/chat/completions', chatBody(number++, { distinct, stream }));
        if (status !== 200) throw new Error(`status ${status}`);
        times.push(latencyMs);
      }
    }),
  );
  await client.close();
  return times;
}

async function round(target: MeasuredProcess, load: Load): Promise<Round> {
  const before = await target.usage();
  const begun = clock.now();
  const until = begun + Number(values.seconds) * 1000;
  const times = await run(target, load, () => clock.now() < until);
  const elapsedMs = clock.now() - begun;
  const after = await target.usage();
  const sorted = times.toSorted((a, b) => a - b);
  return {
    cpuMs: (after.cpuMs - before.cpuMs) / times.length,
    requestsPerSecond: (times.length * 1000) / elapsedMs,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    rssMb: after.rssMb,
  };
}

/** Of the rounds, the middle one in CPU: whatever else the machine does is in the dear ones. */
function summary(rounds: readonly Round[]): string {
  const sorted = rounds.toSorted((a, b) => a.cpuMs - b.cpuMs);
  const { cpuMs, requestsPerSecond, p50Ms, p99Ms, rssMb } = sorted[Math.floor((sorted.length - 1) / 2)] as Round;
  const range = `${sorted[0]?.cpuMs.toFixed(3)}-${sorted.at(-1)?.cpuMs.toFixed(3)}`;
  return `${cpuMs.toFixed(3)} CPU-ms (${range}), ${requestsPerSecond.toFixed(0)} requests/s, p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms, ${rssMb.toFixed(0)} MB`;
}

async function compare(): Promise<void> {
  const upstream = await startMeasured('upstream');
  const targets: Record<string, MeasuredProcess> = { proxy: await startMeasured('proxy', upstream.url), service: await startMeasured('service', upstream.url) };
  if (findPortkey() === undefined) process.stdout.write("Portkey's gateway is not installed here, and left out: `pnpm bench:peers` installs it\n");
  else targets['portkey'] = await startMeasured('portkey', upstream.url);
  const again = 50;
  const loads: readonly (Load & { readonly name: string })[] = [
    { name: 'whole', connections: 1, stream: false, distinct: again },
    { name: 'whole', connections: 16, stream: false, distinct: again },
    { name: 'whole', connections: 64, stream: false, distinct: again },
    { name: 'whole, no text twice', connections: 64, stream: false, distinct: Number.POSITIVE_INFINITY },
    { name: '20 pieces', connections: 16, stream: true, distinct: again },
  ];
  for (const [stream, most] of [
    [false, warmUp.whole],
    [true, warmUp.stream],
  ] as const) {
    for (const target of Object.values(targets)) await run(target, { connections: 16, stream, distinct: again }, (done) => done < most);
  }
  for (const { name, ...load } of loads) {
    const rounds = Object.keys(targets).map((): Round[] => []);
    // In turn, so that what the machine does beside it meets all of them.
    for (let left = Number(values.rounds); left > 0; left--) {
      for (const [index, target] of Object.values(targets).entries()) rounds[index]?.push(await round(target, load));
    }
    for (const [index, target] of Object.keys(targets).entries()) {
      process.stdout.write(`${name.padEnd(20)} ${String(load.connections).padStart(2)} connections  ${target.padEnd(8)} ${summary(rounds[index] ?? [])}\n`);
    }
  }
  for (const one of [...Object.values(targets), upstream]) await one.stop();
}

if (values.soak === undefined) await compare();
else await soak({ requests: Number(values.soak), minutes: Number(values.minutes), distinct: Number(values.distinct), connections: 64 });
process.exit(0);
