/** One alarm for the deadlines of many calls, hardly any of which is met: a timer for each would cost more than all the rest of a watch. */
import type { Clock } from '@ratchet/core';
import { type Kept, keptList } from '../resilience/kept-list.ts';

/** Of something under way; it may move while it is kept. */
export interface MovingDeadline {
  /** By the clock of the alarm. */
  dueAt(): number;
  /** How far the deadline may come nearer at most when it moves: it is looked at again no later than that. */
  readonly mostMs: number;
  /** Called once, some time after it is due. */
  passed(): void;
}

export type KeptDeadline = Kept<MovingDeadline>;

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
  const kept = keptList<MovingDeadline>();
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
  const ring = (): void => {
    const now = clock.now();
    for (const one of [...kept.all]) {
      if (now < one.item.dueAt() || !kept.remove(one)) continue;
      one.item.passed();
    }
    if (kept.all.length === 0) return;
    let until = Number.POSITIVE_INFINITY;
    for (const { item } of kept.all) until = Math.min(until, lookAgainAt(item, now));
    sleepUntil(until, now);
  };
  return {
    keep: (deadline) => {
      const one = kept.add(deadline);
      const now = clock.now();
      const until = lookAgainAt(deadline, now);
      if (sleep === undefined || until < sleep.until) sleepUntil(until, now);
      return one;
    },
    release: (one) => {
      kept.remove(one);
    },
    end: () => {
      sleep?.off.abort(ended);
      sleep = undefined;
      for (const one of [...kept.all]) kept.remove(one);
    },
  };
}
