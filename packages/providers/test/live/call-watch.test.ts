import { getEventListeners } from 'node:events';
import { systemClock } from '@ratchet/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CallWatch, callWatch, defaultCallDeadlines } from '../../src/live/call-watch.ts';
import { type SharedAlarm, sharedAlarm } from '../../src/live/shared-alarm.ts';

describe('the watch of a call', () => {
  const clock = systemClock();
  let alarm: SharedAlarm;
  let caller: AbortController;
  let watch: CallWatch;
  beforeEach(() => {
    alarm = sharedAlarm(clock);
    caller = new AbortController();
    watch = callWatch({ clock, alarm, deadlines: defaultCallDeadlines, streaming: false, signal: caller.signal });
  });
  afterEach(() => alarm.end());

  it("stops what is under way when the caller's signal is aborted, with its reason", () => {
    const reasons: unknown[] = [];
    watch.onAbort((reason) => reasons.push(reason));
    const reason = new Error('changed my mind');
    caller.abort(reason);
    expect(reasons).toEqual([reason]);
    expect(watch.aborted).toEqual({ reason });
    watch.onAbort((late) => reasons.push(late));
    expect(reasons).toEqual([reason, reason]);
  });

  it('holds nothing of the call after its end, and is not held by its signal', () => {
    const reasons: unknown[] = [];
    watch.onAbort((reason) => reasons.push(reason));
    watch.responded(200, { 'x-request-id': '1' });
    expect(watch.headers).toEqual({ 'x-request-id': '1' });
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(1);
    watch.end();
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0);
    expect(watch.headers).toEqual({});
    caller.abort(new Error('too late'));
    expect(reasons).toEqual([]);
    expect(watch.aborted).toBeUndefined();
  });
});
