import { expect, test } from 'vitest';
import { ModelError } from '../../src/model-error.ts';
import { joinAnswers } from '../../src/strategies/join-answers.ts';

const answered = (text: string) => ({ kind: 'answered', text }) as const;
const failed = (kind: 'timeout' | 'refused', partialText = '') => ({ kind: 'failed', error: new ModelError(kind, 'm', kind), partialText }) as const;

test('joins answers in their order, and leaves no gap for an empty one', () => {
  expect(joinAnswers([answered('a'), answered(''), answered('b')])).toEqual({ kind: 'answered', text: 'a\n\nb' });
  expect(joinAnswers([])).toEqual({ kind: 'answered', text: '' });
});

test('names the first failure of several, and keeps all there is', () => {
  const first = failed('timeout', 'some');
  expect(joinAnswers([answered('a'), first, failed('refused'), answered('b')])).toEqual({ kind: 'failed', error: first.error, partialText: 'a\n\nsome\n\nb' });
});
