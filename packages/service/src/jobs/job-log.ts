/** What a job says, for any number of readers: the newest lines are kept, and every reader goes at its own pace. */
import type { Clock } from '@ratchet/core';
import type { Job, JobEvent } from '../http/job-answers.ts';
import { quietWait } from '../serving/quiet-wait.ts';

export interface JobLog {
  line(text: string): void;
  progress(progress: { readonly done: number; readonly of: number; readonly spentUsd: number }): void;
  end(job: Job): void;
  read(): JobLogReader;
}

export interface JobLogReader {
  /** What there is that it has not given yet; empty when nothing came for `quietMs`, null after the end. Rejects when the signal is aborted. */
  next(quietMs: number, signal: AbortSignal): Promise<readonly JobEvent[] | null>;
}

export const mostLines = 2000;
const longestLine = 1000;
/** Events of one reading. */
const mostAtOnce = 250;

export function jobLog(clock: Clock): JobLog {
  let lines: string[] = [];
  /** Of lines that are no longer kept. */
  let gone = 0;
  let progress: Extract<JobEvent, { kind: 'progress' }> | undefined;
  let ended: Job | undefined;
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const one of waiting) one();
  };
  return {
    line: (text) => {
      lines.push(text.length > longestLine ? `${text.slice(0, longestLine)}...` : text);
      // In steps, as each of them copies.
      if (lines.length >= mostLines + 200) {
        gone += lines.length - mostLines;
        lines = lines.slice(-mostLines);
      }
      wake();
    },
    progress: (given) => {
      progress = { kind: 'progress', ...given };
      wake();
    },
    end: (job) => {
      ended = job;
      wake();
    },
    read: () => {
      let at = 0;
      let told: typeof progress;
      let done = false;
      const available = (): JobEvent[] => {
        const events: JobEvent[] = [];
        const first = gone + Math.max(0, lines.length - mostLines);
        if (at < first) {
          events.push({ kind: 'log', line: `(${first - at} lines before this are no longer kept)` });
          at = first;
        }
        for (; at < gone + lines.length && events.length < mostAtOnce; at++) events.push({ kind: 'log', line: lines[at - gone] as string });
        if (progress !== undefined && progress !== told) {
          told = progress;
          events.push(progress);
        }
        if (ended !== undefined && at === gone + lines.length) {
          done = true;
          events.push({ kind: 'end', job: ended });
        }
        return events;
      };
      return {
        next: async (quietMs, signal) => {
          if (done) return null;
          const now = available();
          if (now.length > 0) return now;
          const { over, wake: own } = quietWait(clock, quietMs, signal);
          waiting.add(own);
          await over.finally(() => waiting.delete(own));
          return available();
        },
      };
    },
  };
}
