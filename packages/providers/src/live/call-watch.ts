/** Watches one try of a call: how far it has come, and which of its deadlines passed. */
import type { Clock } from '@ratchet/core';
import type { MovingDeadline, SharedAlarm } from './shared-alarm.ts';

export interface CallDeadlines {
  /** Until the request is on its way over a connection. */
  readonly connectMs: number;
  /** From then to the first byte of the answer, where it is streamed; else nothing can be seen of it before the end. */
  readonly firstByteMs: number;
  /** From one byte of the answer to the next. */
  readonly idleMs: number;
  /** Of the whole try. */
  readonly totalMs: number;
}

export const defaultCallDeadlines: CallDeadlines = { connectMs: 10_000, firstByteMs: 120_000, idleMs: 60_000, totalMs: 600_000 };

export type DeadlineName = 'connect' | 'first-byte' | 'idle' | 'total';

/** Why a watch aborted its call. */
export class CallDeadlinePassed extends Error {
  readonly deadline: DeadlineName;
  readonly limitMs: number;

  constructor(deadline: DeadlineName, limitMs: number) {
    super(`no answer within the ${deadline} deadline of ${limitMs} ms`);
    this.name = new.target.name;
    this.deadline = deadline;
    this.limitMs = limitMs;
  }
}

export type ResponseHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface CallWatch {
  /** Why the call was aborted: a `CallDeadlinePassed`, or the reason of the caller's own signal. undefined while it was not. */
  readonly aborted: { readonly reason: unknown } | undefined;
  /** Told once, at once where it was aborted before. */
  onAbort(stop: (reason: unknown) => void): void;
  /** Of the response; undefined before there is one. */
  readonly status: number | undefined;
  readonly headers: ResponseHeaders;
  /** Why the network gave no response; undefined where it did, or nothing is known yet. */
  readonly failure: unknown;
  /** The request went out over a connection. */
  sent(): void;
  responded(status: number, headers: ResponseHeaders): void;
  /** A byte of the body came, or more. */
  received(): void;
  failed(error: unknown): void;
  /** Lets go of the alarm. */
  end(): void;
}

export interface WatchSettings {
  readonly clock: Clock;
  /** Of that clock. */
  readonly alarm: SharedAlarm;
  readonly deadlines: CallDeadlines;
  readonly streaming: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Begins now. */
export function callWatch({ clock, alarm, deadlines, streaming, signal }: WatchSettings): CallWatch {
  const begunAt = clock.now();
  const stops: ((reason: unknown) => void)[] = [];
  let aborted: { readonly reason: unknown } | undefined;
  let over = false;
  const limits: Record<'connect' | 'first-byte' | 'idle', number> = {
    connect: deadlines.connectMs,
    'first-byte': streaming ? deadlines.firstByteMs : Number.POSITIVE_INFINITY,
    idle: deadlines.idleMs,
  };
  let phase: 'connect' | 'first-byte' | 'idle' = 'connect';
  let since = begunAt;
  let status: number | undefined;
  let headers: ResponseHeaders = {};
  let failure: unknown;
  // Plain functions, since each signal more that an SDK and fetch follow costs a call some twenty microseconds.
  const abort = (reason: unknown): void => {
    if (aborted !== undefined || over) return;
    aborted = { reason };
    for (const stop of stops) stop(reason);
  };
  const onSignal = (): void => abort(signal?.reason);
  signal?.addEventListener('abort', onSignal, { once: true });
  const enter = (next: typeof phase): void => {
    phase = next;
    since = clock.now();
  };
  const totalAt = begunAt + deadlines.totalMs;
  const deadline: MovingDeadline = {
    dueAt: () => Math.min(since + limits[phase], totalAt),
    mostMs: Math.min(limits.connect, limits['first-byte'], limits.idle),
    passed: () => abort(since + limits[phase] < totalAt ? new CallDeadlinePassed(phase, limits[phase]) : new CallDeadlinePassed('total', deadlines.totalMs)),
  };
  const kept = alarm.keep(deadline);
  return {
    get aborted() {
      return aborted;
    },
    onAbort: (stop) => {
      if (aborted === undefined) stops.push(stop);
      else stop(aborted.reason);
    },
    get status() {
      return status;
    },
    get headers() {
      return headers;
    },
    get failure() {
      return failure;
    },
    sent: () => enter('first-byte'),
    responded: (code, given) => {
      status = code;
      headers = given;
    },
    received: () => enter('idle'),
    failed: (error) => {
      failure = error;
    },
    end: () => {
      signal?.removeEventListener('abort', onSignal);
      over = true;
      alarm.release(kept);
    },
  };
}
