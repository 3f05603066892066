/** Starts to send a spool to a service, in a thread with memory and faults of its own. */
import { Worker } from 'node:worker_threads';
import type { DeliveryReport } from '../spool/deliver-spool.ts';
import type { ExportSetting } from './export-setting.ts';

export interface ExportWork {
  readonly folder: string;
  readonly setting: ExportSetting;
  /** Also what was refused before. */
  readonly retry: boolean;
  /** Of a processor's time, what the thread may take until it is told to finish: in (0, 1]. */
  readonly share: number;
}

export interface Export {
  /** Sends what can be sent until then, as fast as it can. Nothing is written to the spool any more. Never rejects. */
  finish(deadlineMs: number): Promise<DeliveryReport>;
}

/** Beyond it the thread ends, and what it had not sent stays where it is. */
const memoryMb = 512;
/** What may pass after the deadline until the thread is ended by force. */
const graceMs = 250;

/** `environment` is all that the thread sees of one: keys for the service. */
export function startExport(work: ExportWork, environment: Readonly<Record<string, string>>): Export {
  const worker = new Worker(new URL('./export-thread.ts', import.meta.url), {
    workerData: work,
    env: { ...environment },
    // SDKs print what they think: that is not for the person who runs an experiment.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  });
  worker.unref();
  let fault: string | undefined;
  worker.on('error', (error: Error) => {
    fault = error.message;
  });
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  return {
    finish: async (deadlineMs) => {
      const failed = (problem: string): DeliveryReport => ({ sentLines: 0, refusedLines: 0, leftBytes: 1, problem });
      let timer: NodeJS.Timeout | undefined;
      const report = await Promise.race([
        new Promise<DeliveryReport>((resolve) => {
          worker.once('message', resolve);
          worker.postMessage(deadlineMs);
        }),
        ended.then(() => failed(fault ?? 'the thread that sends traces has ended')),
        new Promise<DeliveryReport>((resolve) => {
          // biome-ignore lint/plugin: this is the adapter
          timer = setTimeout(() => resolve(failed(`not all could be sent within ${deadlineMs} ms`)), deadlineMs + graceMs);
        }),
      ]);
      clearTimeout(timer);
      await worker.terminate();
      return report;
    },
  };
}
