import { expect, test } from 'vitest';
import { ModelError } from '../src/model-error.ts';
import { RatchetError } from '../src/ratchet-error.ts';

test('says who failed, how, why, and when to try again', () => {
  const cause = new Error('socket closed');
  const error = new ModelError('rate-limited', 'm', 'too many calls', { cause, retryAfterMs: 300 });
  expect(error).toBeInstanceOf(RatchetError);
  expect(error).toMatchObject({ name: 'ModelError', kind: 'rate-limited', modelId: 'm', message: 'too many calls', retryAfterMs: 300, cause });
});

test.each([
  ['rate-limited', true],
  ['timeout', true],
  ['unavailable', true],
  ['malformed', true],
  ['refused', false],
  ['cancelled', false],
  ['not-recorded', false],
  ['unknown-model', false],
] as const)('%s may pass if tried again: %s', (kind, transient) => {
  expect(new ModelError(kind, 'm', 'no answer').transient).toBe(transient);
});
