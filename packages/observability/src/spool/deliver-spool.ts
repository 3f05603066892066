/** Sends what a spool holds to a service, until it is told to finish. A service that fails costs nothing but time. */
import type { Clock } from '@ratchet/core';
import { type BreakerTimes, circuitBreaker } from './circuit-breaker.ts';
import { type Destination, ServiceAway } from './destination.ts';
import type { SpoolReader } from './spool-reader.ts';

export interface DeliveryParts {
  readonly destination: Destination;
  readonly clock: Clock;
  readonly breaker: BreakerTimes;
  /** How long to wait for more lines. */
  readonly idleMs: number;
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
  /** Why something is left. */
  readonly problem?: string;
}

export function deliverSpool(reader: SpoolReader, { destination, clock, breaker: times, idleMs }: DeliveryParts): Delivery {
  const breaker = circuitBreaker(times);
  const hurry = new AbortController();
  let sentLines = 0;
  let problem: string | undefined;
  let endsAt = Number.POSITIVE_INFINITY;

  const pause = (ms: number): Promise<void> => clock.sleep(ms, hurry.signal).catch(() => undefined);
  /** A pause that finishing cuts short only once: from then on time is measured by the deadline. */
  const waitFor = async (ms: number): Promise<void> => {
    if (!hurry.signal.aborted) return pause(ms);
    return clock.sleep(Math.max(0, Math.min(ms, endsAt - clock.now())));
  };

  const sendNext = async (): Promise<'sent' | 'nothing' | 'failed'> => {
    const batch = reader.next();
    if (batch === undefined) return 'nothing';
    let safe = 0;
    const onSent = (count: number): void => {
      if (count <= safe) return;
      sentLines += count - safe;
      safe = count;
      reader.sent(batch, count);
    };
    try {
      const refused = await destination.send(batch.lines, onSent);
      reader.refuse(refused);
      onSent(batch.lines.length);
      sentLines -= refused.length;
      breaker.succeeded();
      problem = refused.length > 0 ? `${refused.length} records were refused` : undefined;
      return 'sent';
    } catch (error) {
      problem = (error as Error).message;
      breaker.failed(clock.now(), error instanceof ServiceAway ? error.retryAfterMs : undefined);
      return 'failed';
    }
  };

  const run = async (): Promise<void> => {
    let lastProbe = false;
    for (;;) {
      if (clock.now() >= endsAt) return;
      const finishing = hurry.signal.aborted;
      // Who is about to leave does not wait for a pause to pass: the service gets one more chance, and a second where it says when.
      if (!finishing) await waitFor(breaker.waitMs(clock.now()));
      const came = await sendNext();
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
      const { leftBytes, refusedLines } = reader.finish();
      return { sentLines, refusedLines, leftBytes, ...(leftBytes + refusedLines > 0 && problem !== undefined ? { problem } : {}) };
    },
  };
}
