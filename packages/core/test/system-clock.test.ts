import { expect, test } from 'vitest';
import { systemClock } from '../src/system-clock.ts';

test('time passes while it sleeps', async () => {
  const clock = systemClock();
  const begun = clock.now();
  await clock.sleep(20);
  // Node's timers may fire up to a millisecond early.
  expect(clock.now() - begun).toBeGreaterThanOrEqual(19);
});

test('a sleep that is aborted rejects with the reason, and does not wait', async () => {
  const clock = systemClock();
  const begun = clock.now();
  const controller = new AbortController();
  const reason = new Error('enough');
  const sleeping = clock.sleep(60_000, controller.signal);
  controller.abort(reason);
  await expect(sleeping).rejects.toBe(reason);
  await expect(clock.sleep(60_000, AbortSignal.abort('before'))).rejects.toBe('before');
  expect(clock.now() - begun).toBeLessThan(10_000);
});

test('a negative time is no time', async () => {
  await expect(systemClock().sleep(-5)).resolves.toBeUndefined();
});
