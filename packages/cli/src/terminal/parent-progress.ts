/** Tells the process that started this one how far a run is, where it asked for that. */
import type { Clock } from '@ratchet/core';
import { z } from 'zod';
import type { ProgressLine } from './progress-line.ts';

/** What is sent, over the channel that Node.js opens between a process and its child. */
export const progressMessageSchema = z.strictObject({ done: z.int(), of: z.int(), spentUsd: z.number() });
export type ProgressMessage = z.infer<typeof progressMessageSchema>;

const tellEveryMs = 200;

/** `progress` as it is where no process wants to know. A parent that is gone ends the run as Ctrl-C would: nobody else could any more. */
export function tellingParent(progress: ProgressLine, clock: Clock): ProgressLine {
  if (process.send === undefined || process.env['RATCHET_PROGRESS'] !== 'parent') return progress;
  let [done, of, spentUsd, toldAt] = [0, 0, 0, Number.NEGATIVE_INFINITY];
  const tell = (): void => {
    if (process.connected) process.send?.({ done, of, spentUsd } satisfies ProgressMessage, undefined, {}, () => undefined);
  };
  const orphaned = (): void => {
    process.kill(process.pid, 'SIGINT');
  };
  process.once('disconnect', orphaned);
  return {
    begin: (units) => {
      of = units;
      progress.begin(units);
    },
    advance: (units, costUsd, what, reused) => {
      progress.advance(units, costUsd, what, reused);
      done += units;
      spentUsd += costUsd;
      if (clock.now() - toldAt < tellEveryMs) return;
      toldAt = clock.now();
      tell();
    },
    end: () => {
      progress.end();
      tell();
      process.off('disconnect', orphaned);
      process.channel?.unref();
    },
  };
}
