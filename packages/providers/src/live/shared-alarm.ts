/** One alarm for the deadlines of many calls, hardly any of which is met: a timer for each would cost more than all the rest of a watch. */
import type { Clock } from '@ratchet/core';

/** Of something under way; it may move while it is kept. */
export interface MovingDeadline {
  /** By the clock of the alarm. */
  dueAt(): number;
  /** How far the deadline may come nearer at most when it moves: it is looked at again no later than that. */
  readonly mostMs: number;
  /** Called once, some time after it is due. */
  passed(): void;
}

/** A deadline that is kept, for its release. */
export interface KeptDeadline {
  readonly deadline: MovingDeadline;
  /** Among those that are kept; below 0 for one that is not any more. */
  place: number;
}

export interface SharedAlarm {
  keep(deadline: MovingDeadline): KeptDeadline;
  /** It never rings for it then. */
  release(kept: KeptDeadline): void;
  /** Lets go of the clock, whatever is kept. */
  end(): void;
}

const ended = new Error('nothing is waited for any more');

/** Sleeps on, once more at the most, when nothing is kept any more: what comes next need not begin to. */
export function sharedAlarm(clock: Clock): SharedAlarm {
  // No set: each of its tables, of which there is a new one every so many calls, points to the next, so that one that grew old keeps all
  // later ones, with every call that was ever in them, until the whole heap is looked through.
  const kept: KeptDeadline[] = [];
  let sleep: { readonly until: number; readonly off: AbortController } | undefined;
  const lookAgainAt = (deadline: MovingDeadline, now: number): number => Math.min(deadline.dueAt(), now + deadline.mostMs);

  const sleepUntil = (until: number, now: number): void => {
    sleep?.off.abort(ended);
    const own = { until, off: new AbortController() };
    sleep = own;
    clock.sleep(until - now, own.off.signal).then(
      () => {
        if (sleep !== own) return;
        sleep = undefined;
        ring();
      },
      () => undefined,
    );
  };
  /** False for one that is not kept any more. The last takes its place. */
  const remove = (one: KeptDeadline): boolean => {
    if (one.place < 0) return false;
    const last = kept.pop() as KeptDeadline;
    if (last !== one) {
      kept[one.place] = last;
      last.place = one.place;
    }
    one.place = -1;
    return true;
  };
  const ring = (): void => {
    const now = clock.now();
    for (const one of [...kept]) {
      if (now < one.deadline.dueAt() || !remove(one)) continue;
      one.deadline.passed();
    }
    if (kept.length === 0) return;
    let until = Number.POSITIVE_INFINITY;
    for (const { deadline } of kept) until = Math.min(until, lookAgainAt(deadline, now));
    sleepUntil(until, now);
  };
  return {
    keep: (deadline) => {
      const one = { deadline, place: kept.length };
      kept.push(one);
      const now = clock.now();
      const until = lookAgainAt(deadline, now);
      if (sleep === undefined || until < sleep.until) sleepUntil(until, now);
      return one;
    },
    release: remove,
    end: () => {
      sleep?.off.abort(ended);
      sleep = undefined;
      while (kept.length > 0) remove(kept[0] as KeptDeadline);
    },
  };
}
