import { turnEnd } from '@ratchet/core';
import { expect, test } from 'vitest';

test('what waits in one turn goes on step by step together, in the order it came', async () => {
  const steps: string[] = [];
  const request = async (name: string): Promise<void> => {
    steps.push(`${name} read`);
    await turnEnd();
    steps.push(`${name} decided`);
    await Promise.resolve();
    steps.push(`${name} answered`);
  };
  await Promise.all(['a', 'b', 'c'].map(request));
  expect(steps).toEqual(['read', 'decided', 'answered'].flatMap((step) => ['a', 'b', 'c'].map((name) => `${name} ${step}`)));
});

test('a turn has one end, which comes after its microtasks, and the next turn has another', async () => {
  const steps: string[] = [];
  const first = turnEnd().then(() => steps.push('the end'));
  process.nextTick(() => {
    steps.push('a tick');
    void turnEnd().then(() => steps.push('who came later in the turn'));
  });
  await first;
  const next = turnEnd().then(() => steps.push('the next end'));
  steps.push('the next turn');
  await next;
  expect(steps).toEqual(['a tick', 'the end', 'who came later in the turn', 'the next turn', 'the next end']);
});
