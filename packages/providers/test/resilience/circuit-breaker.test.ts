import { ModelError, type ModelErrorKind, virtualClock } from '@ratchet/core';
import { describe, expect, test } from 'vitest';
import { circuitBreaker } from '../../src/resilience/circuit-breaker.ts';

function subject() {
  const clock = virtualClock();
  const breaker = circuitBreaker(clock, { failures: 3, openMs: 1000 });
  let asked = 0;
  const answer = () =>
    breaker.run('m', async () => {
      asked++;
      return 'yes';
    });
  const fail = (kind: ModelErrorKind = 'unavailable', takesMs = 0) =>
    breaker
      .run('m', async () => {
        asked++;
        await clock.sleep(takesMs);
        throw new ModelError(kind, 'm', 'no');
      })
      .catch((error: unknown) => error as ModelError);
  return { clock, answer, fail, asked: () => asked };
}

describe('circuitBreaker', () => {
  test('asks nothing any more after failures in a row, and says when to come back', async () => {
    const { clock, answer, fail, asked } = subject();
    for (const kind of ['unavailable', 'timeout', 'malformed'] as const) expect((await fail(kind)).message).toBe('no');
    await clock.sleep(400);
    await expect(answer()).rejects.toMatchObject({ kind: 'unavailable', transient: true, retryAfterMs: 600 });
    expect(asked()).toBe(3);
  });

  test('an answer between them begins the count anew', async () => {
    const { answer, fail } = subject();
    for (let round = 0; round < 3; round++) {
      await fail();
      await fail();
      expect(await answer()).toBe('yes');
    }
  });

  test('refusals and aborts are no failures', async () => {
    const { answer, fail } = subject();
    for (const kind of ['refused', 'cancelled', 'rate-limited', 'budget', 'refused'] as const) await fail(kind);
    expect(await answer()).toBe('yes');
  });

  test('then tries with one call, which opens it for all or closes it again', async () => {
    const { clock, answer, fail, asked } = subject();
    for (let index = 0; index < 3; index++) await fail();
    await clock.sleep(1000);
    const probe = fail('timeout', 50);
    await expect(answer()).rejects.toMatchObject({ kind: 'unavailable' });
    expect((await probe).message).toBe('no');
    expect(asked()).toBe(4);
    await expect(answer()).rejects.toMatchObject({ retryAfterMs: 1000 });
    await clock.sleep(1000);
    expect(await answer()).toBe('yes');
    expect(await answer()).toBe('yes');
  });

  test('a try that is aborted leaves the next one to find out', async () => {
    const { clock, answer, fail } = subject();
    for (let index = 0; index < 3; index++) await fail();
    await clock.sleep(1000);
    await fail('cancelled');
    expect(await answer()).toBe('yes');
  });

  test('failures of calls that were under way do not keep it open for longer', async () => {
    const { clock, answer, fail } = subject();
    const late = [fail('timeout', 900), fail('timeout', 900)];
    for (let index = 0; index < 3; index++) await fail();
    await Promise.all(late);
    await clock.sleep(101);
    expect(await answer()).toBe('yes');
  });
});
