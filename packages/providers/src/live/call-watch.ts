/** Watches one try of a call: how far it has come, and which of its deadlines passed. */
import type { Clock } from '@ratchet/core';
import type { KeptDeadline, MovingDeadline, SharedAlarm } from './shared-alarm.ts';

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
  /** Lets go of the alarm, of the signal, and of what was learned of the response. */
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
export function callWatch(settings: WatchSettings): CallWatch {
  return new OwnWatch(settings);
}

type Phase = 'connect' | 'first-byte' | 'idle';

/** Each call has one: a class, since an object with getters of its own takes longer to make than all else that a watch does. */
class OwnWatch implements CallWatch, MovingDeadline {
  aborted: { readonly reason: unknown } | undefined = undefined;
  status: number | undefined = undefined;
  headers: ResponseHeaders = noHeaders;
  failure: unknown = undefined;
  readonly mostMs: number;
  readonly #clock: Clock;
  readonly #alarm: SharedAlarm;
  /** By phase. */
  readonly #limitsMs: Readonly<Record<Phase, number>>;
  readonly #totalMs: number;
  readonly #totalAt: number;
  readonly #kept: KeptDeadline;
  #signal: AbortSignal | undefined;
  // Plain functions, since each signal more that an SDK and fetch follow costs a call some twenty microseconds.
  #stops = noStops;
  #over = false;
  #phase: Phase = 'connect';
  #since: number;

  constructor({ clock, alarm, deadlines, streaming, signal }: WatchSettings) {
    const { connectMs, firstByteMs, idleMs, totalMs } = deadlines;
    this.#clock = clock;
    this.#alarm = alarm;
    this.#limitsMs = { connect: connectMs, 'first-byte': streaming ? firstByteMs : Number.POSITIVE_INFINITY, idle: idleMs };
    this.#totalMs = totalMs;
    this.#since = clock.now();
    this.#totalAt = this.#since + totalMs;
    this.mostMs = Math.min(connectMs, this.#limitsMs['first-byte'], idleMs);
    this.#signal = signal;
    signal?.addEventListener('abort', this, { once: true });
    this.#kept = alarm.keep(this);
  }

  /** Of the caller's signal. */
  handleEvent(): void {
    this.#abort(this.#signal?.reason);
  }

  dueAt(): number {
    return Math.min(this.#since + this.#limitsMs[this.#phase], this.#totalAt);
  }

  passed(): void {
    const limitMs = this.#limitsMs[this.#phase];
    const total = this.#since + limitMs >= this.#totalAt;
    this.#abort(total ? new CallDeadlinePassed('total', this.#totalMs) : new CallDeadlinePassed(this.#phase, limitMs));
  }

  onAbort(stop: (reason: unknown) => void): void {
    if (this.aborted === undefined) this.#stops = [...this.#stops, stop];
    else stop(this.aborted.reason);
  }

  sent(): void {
    this.#enter('first-byte');
  }

  responded(status: number, headers: ResponseHeaders): void {
    this.status = status;
    this.headers = headers;
  }

  received(): void {
    this.#enter('idle');
  }

  failed(error: unknown): void {
    this.failure = error;
  }

  end(): void {
    this.#over = true;
    this.#signal?.removeEventListener('abort', this);
    this.#alarm.release(this.#kept);
    // The collector keeps an old watch until it looks through the whole heap: that must not keep the rest of the call as well.
    this.#signal = undefined;
    this.#stops = noStops;
    this.headers = noHeaders;
  }

  #enter(next: Phase): void {
    this.#phase = next;
    this.#since = this.#clock.now();
  }

  #abort(reason: unknown): void {
    if (this.aborted !== undefined || this.#over) return;
    this.aborted = { reason };
    for (const stop of this.#stops) stop(reason);
  }
}

const noHeaders: ResponseHeaders = {};
const noStops: readonly ((reason: unknown) => void)[] = [];
