/** Sends what a spool holds to a service, until it is told to finish. A service that fails costs nothing but time. */
import type { Clock } from '@ratchet/core';
import { type BreakerTimes, circuitBreaker } from './circuit-breaker.ts';
import { type Destination, type OnSent, ServiceAway } from './destination.ts';
import type { SpoolReader } from './spool-reader.ts';

export interface DeliveryParts {
  readonly destination: Destination;
  readonly clock: Clock;
  readonly breaker: BreakerTimes;
  /** How long to wait for more lines. */
  readonly idleMs: number;
  /** What sending may take from those who work beside it; without it, all that it can get. */
  readonly pace?: Pace;
}

/** After each batch the sender rests, so that until it finishes it works for this share of the time at most. */
export interface Pace {
  /** In (0, 1]. */
  readonly share: number;
  /** How long the sender has worked until now, without what it waited. */
  readonly busyMs: () => number;
}

export interface Delivery {
  /** Ends when all has been sent, when the service fails once more, or at the deadline. Nothing is written to the spool any more. */
  finish(deadlineMs: number): Promise<DeliveryReport>;
}

export interface DeliveryReport {
  readonly sentLines: number;
  readonly refusedLines: number;
  /** What is left for later. */
  readonly leftBytes: number;
  /** How many lines that are, nearly, where any are left and that is known. */
  readonly leftLines?: number;
  /** Why something is left. */
  readonly problem?: string;
}

const unpaced: Pace = { share: 1, busyMs: () => 0 };

export function deliverSpool(reader: SpoolReader, { destination, clock, breaker: times, idleMs, pace = unpaced }: DeliveryParts): Delivery {
  const breaker = circuitBreaker(times);
  const hurry = new AbortController();
  let sentLines = 0;
  let problem: string | undefined;
  let endsAt = Number.POSITIVE_INFINITY;
  /** What the last batch has to be paid for with. */
  let restMs = 0;

  const pause = (ms: number): Promise<void> => clock.sleep(ms, hurry.signal).catch(() => undefined);
  /** A pause that finishing cuts short only once: from then on time is measured by the deadline. */
  const waitFor = async (ms: number): Promise<void> => {
    if (!hurry.signal.aborted) return pause(ms);
    return clock.sleep(Math.max(0, Math.min(ms, endsAt - clock.now())));
  };

  const sendNext = async (): Promise<'sent' | 'nothing' | 'failed'> => {
    const batch = reader.next();
    if (batch === undefined) return 'nothing';
    const busyBefore = pace.busyMs();
    let safe = 0;
    let refusedLines = 0;
    // Those that are refused are set aside before it is noted that they are done with: whatever comes after, they are not lost.
    const onSent: OnSent = (count, refused = []) => {
      reader.refuse(refused);
      refusedLines += refused.length;
      if (count <= safe) return;
      sentLines += count - safe - refused.length;
      safe = count;
      reader.sent(batch, count);
    };
    try {
      await destination.send(batch.lines, onSent);
      onSent(batch.lines.length);
      breaker.succeeded();
      problem = refusedLines > 0 ? `${refusedLines} records were refused` : undefined;
      return 'sent';
    } catch (error) {
      problem = (error as Error).message;
      breaker.failed(clock.now(), error instanceof ServiceAway ? error.retryAfterMs : undefined);
      return 'failed';
    } finally {
      restMs = (pace.busyMs() - busyBefore) * (1 / pace.share - 1);
    }
  };

  const run = async (): Promise<void> => {
    let lastProbe = false;
    let tookMs = 0;
    for (;;) {
      // What would be cut off in the middle would be sent twice.
      if (clock.now() + tookMs >= endsAt) return;
      const finishing = hurry.signal.aborted;
      // Who is about to leave does not wait for a pause to pass: the service gets one more chance, and a second where it says when.
      if (!finishing) await waitFor(Math.max(restMs, breaker.waitMs(clock.now())));
      restMs = 0;
      const begunAt = clock.now();
      const came = await sendNext();
      if (finishing && came === 'sent') tookMs = clock.now() - begunAt;
      if (came === 'nothing') {
        if (finishing) return;
        await waitFor(idleMs);
      } else if (came === 'failed' && finishing) {
        if (lastProbe || breaker.waitMs(clock.now()) > endsAt - clock.now()) return;
        lastProbe = true;
        await waitFor(breaker.waitMs(clock.now()));
      } else if (came === 'sent') lastProbe = false;
    }
  };
  const running = run();

  return {
    finish: async (deadlineMs) => {
      endsAt = clock.now() + deadlineMs;
      hurry.abort(new Error('finishing'));
      await Promise.race([running, clock.sleep(deadlineMs)]);
      const { leftBytes, leftLines, refusedLines } = reader.finish();
      return {
        sentLines,
        refusedLines,
        leftBytes,
        ...(leftBytes > 0 ? { leftLines } : {}),
        ...(leftBytes + refusedLines > 0 && problem !== undefined ? { problem } : {}),
      };
    },
  };
}
