/** The thread in which a service's SDK runs: whatever it does there, the program goes on. `start-export.ts` starts it. */
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '@ratchet/core';
import { deliverSpool } from '../spool/deliver-spool.ts';
import type { Destination } from '../spool/destination.ts';
import { spoolReader } from '../spool/spool-reader.ts';
import type { ExportSetting } from './export-setting.ts';
import type { ExportWork } from './start-export.ts';

// The work that is traced goes first. Only Linux knows priorities of single threads: elsewhere this would be the whole program's.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_LOW);
const port = parentPort;
if (port === null) throw new Error('export-thread.ts is not a program of its own');
const { folder, setting, retry, share } = workerData as ExportWork;
// Who sends beside work may be told to finish at any time: what comes first in the spool should not wait for a long batch then.
const lines = share < 1 ? 500 : 2_000;
const reader = spoolReader(folder, { lines, bytes: 4 * 1024 * 1024 }, { retry });
// Loading the SDK takes a while, and needs a key: its faults are those of the delivery.
const opening = open(setting);
let loadedMs: number | undefined;
opening.then(
  () => {
    loadedMs = workedMs();
  },
  () => undefined,
);
const delivery = deliverSpool(reader, {
  destination: { send: async (lines, onSent) => (await opening).send(lines, onSent) },
  clock: systemClock(),
  breaker: { firstMs: 500, longestMs: 30_000 },
  idleMs: 200,
  // Loading happens once, and is no batch's to rest for.
  pace: { share, busyMs: () => (loadedMs === undefined ? 0 : workedMs() - loadedMs) },
});

port.on('message', async (deadlineMs: number) => port.postMessage(await delivery.finish(deadlineMs)));

/** Where Node does not know what one thread takes of a processor (before 23.9), the time in which it did not wait. */
function workedMs(): number {
  const taken: NodeJS.CpuUsage | undefined = process.threadCpuUsage?.();
  return taken === undefined ? performance.eventLoopUtilization().active : (taken.user + taken.system) / 1000;
}

async function open(wanted: ExportSetting): Promise<Destination> {
  switch (wanted.kind) {
    case 'weave':
      return (await import('../weave/weave-destination.ts')).weaveDestination(wanted, reader.refs);
    case 'otlp':
      return (await import('../otel/otlp-destination.ts')).otlpDestination(wanted);
    default:
      return wanted satisfies never;
  }
}
