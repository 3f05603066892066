import { expect, test } from 'vitest';
import { ModelError } from '../../src/model-error.ts';
import { joinAnswers, type PartEnd } from '../../src/strategies/join-answers.ts';

const answered = (text: string): PartEnd['end'] => ({ kind: 'answered', answer: text });
const failed = (kind: 'timeout' | 'refused', partialText = ''): PartEnd['end'] => ({
  kind: 'failed',
  failure: { kind: 'failed', error: new ModelError(kind, 'm', kind), partialText },
});
const join = (...ends: readonly PartEnd['end'][]) =>
  joinAnswers(
    ends.map((end, index) => ({ chunks: [index], end })),
    'm',
  );

test('joins answers in their order, and leaves no gap for an empty one', () => {
  expect(join(answered('a'), answered(''), answered('b'))).toEqual({ kind: 'answered', text: 'a\n\nb' });
  expect(join()).toEqual({ kind: 'answered', text: '' });
});

test('names the first failure of several, keeps all there is, and says of each part without an answer why', () => {
  expect(join(answered('a'), failed('timeout', 'some'), failed('refused'), { kind: 'blocked', by: [1, 2] }, answered('b'))).toMatchObject({
    kind: 'failed',
    error: { kind: 'timeout' },
    partialText: 'a\n\nsome\n\nb',
    unanswered: [
      { kind: 'failed', chunks: [1], error: { kind: 'timeout' } },
      { kind: 'failed', chunks: [2], error: { kind: 'refused' } },
      { kind: 'blocked', chunks: [3], by: [1, 2] },
    ],
  });
});

test('names the abort where nothing was begun', () => {
  expect(join({ kind: 'cancelled' }, { kind: 'cancelled' })).toMatchObject({
    kind: 'failed',
    error: { kind: 'cancelled', modelId: 'm' },
    partialText: '',
    unanswered: [
      { kind: 'cancelled', chunks: [0] },
      { kind: 'cancelled', chunks: [1] },
    ],
  });
});
