/** Many requests with feedback through the service: whether memory stays flat, every acknowledged outcome is in the log, and answers stay as quick. */

import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { seededRandom, systemClock } from '@ratchet/core';
import { quantile } from '@ratchet/learning';
import { loadClient } from './load-client.ts';
import { chatBody, type MeasuredProcess, startMeasured } from './measured-process.ts';

export interface SoakPlan {
  readonly requests: number;
  /** It ends then, however many were answered. */
  readonly minutes: number;
  /** Texts that there are. */
  readonly distinct: number;
  readonly connections: number;
}

const clock = systemClock();
const parts = 20;

/** Keeps an id and a latency of each request. */
export async function soak({ requests, minutes, distinct, connections }: SoakPlan): Promise<void> {
  const upstream = await startMeasured('upstream');
  const service = await startMeasured('service', upstream.url);
  const client = loadClient(service, connections);
  const luck = seededRandom('soak');
  const latencies = new Float32Array(requests);
  const acknowledged = new Set<string>();
  const begun = clock.now();
  let [next, answered, refused] = [0, 0, 0];
  const until = begun + minutes * 60_000;
  const one = async (number: number): Promise<void> => {
    const { status, headers, latencyMs } = await client.post('/v1/chat/completions', chatBody(number, { distinct, stream: false }));
    if (status !== 200) throw new Error(`an answer has the status ${status}`);
    latencies[answered++] = latencyMs;
    const decision = String(headers['x-ratchet-decision']);
    // The large model is right more often; the small one is worth it.
    const right = luck.uniform('right', number) < (headers['x-ratchet-arm'] === 'direct/large' ? 0.9 : 0.88);
    const judged = await client.post('/v1/feedback', JSON.stringify({ decision, quality: right ? 1 : 0 }));
    if (judged.status === 200) acknowledged.add(decision);
    else refused++;
  };
  const report = async (): Promise<void> => {
    const { cpuMs, rssMb, heapMb, heldMb, outsideMb } = await service.usage();
    const minutes = (clock.now() - begun) / 60_000;
    process.stdout.write(
      `${answered} answered, ${minutes.toFixed(1)} min, ${rssMb.toFixed(0)} MB resident, ${heapMb.toFixed(0)} of ${heldMb.toFixed(0)} MB heap in use, ${outsideMb.toFixed(0)} MB outside it, ${(cpuMs / answered).toFixed(3)} CPU-ms each so far\n`,
    );
  };
  let told = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (next < requests && clock.now() < until) {
        await one(next++);
        if (Math.floor((parts * answered) / requests) > told) {
          told = Math.floor((parts * answered) / requests);
          await report();
        }
      }
    }),
  );
  await report();
  await client.close();
  await service.stop();
  await upstream.stop();
  const tenth = Math.floor(answered / 10);
  const p99 = (from: number): number =>
    quantile(
      [...latencies.subarray(from, from + tenth)].toSorted((a, b) => a - b),
      0.99,
    );
  const [first, last] = [p99(0), p99(answered - tenth)];
  process.stdout.write(`p99 of the first tenth ${first.toFixed(1)} ms, of the last ${last.toFixed(1)} ms: ${(last / first).toFixed(2)} times\n`);
  process.stdout.write(`${lostOutcomes(service, acknowledged)}, ${refused} not acknowledged\n`);
}

function lostOutcomes({ store }: MeasuredProcess, acknowledged: ReadonlySet<string>): string {
  if (store === undefined) throw new Error('the service has not said where its store is');
  const database = new DatabaseSync(store, { readOnly: true });
  const logged = database.prepare('SELECT decision_id AS id, count(*) AS times FROM log WHERE quality IS NOT NULL GROUP BY decision_id');
  let [found, doubled] = [0, 0];
  for (const { id, times } of logged.iterate()) {
    if (acknowledged.has(String(id))) found++;
    if (Number(times) > 1) doubled++;
  }
  database.close();
  const lost = acknowledged.size - found;
  return `${acknowledged.size} outcomes acknowledged: ${lost} lost, ${doubled} twice in the log; the store has ${(statSync(store).size / 1e9).toFixed(2)} GB`;
}
