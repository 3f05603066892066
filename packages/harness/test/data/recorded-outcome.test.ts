import { armSchema, type DirectArm } from '@ratchet/core';
import { expect, test } from 'vitest';
import type { RecordedOutcome } from '../../src/data/outcome-table.ts';
import { recordedOutcome } from '../../src/data/recorded-outcome.ts';

const outcomes: Readonly<Record<string, RecordedOutcome>> = {
  small: { quality: 0.25, costUsd: 0.001, latencyMs: 100, inputTokens: 10, outputTokens: 20 },
  large: { quality: 1, costUsd: 0.25, latencyMs: null, inputTokens: 11, outputTokens: 300 },
};
const outcomeOf = (parameters: object) =>
  recordedOutcome(
    { outcome: (query, model) => (query === 'q' ? outcomes[model] : undefined) },
    'q',
    armSchema.parse({ strategy: 'direct', ...parameters }) as DirectArm,
  );

test("is the model's own, or the draft's where it is short enough", () => {
  expect(outcomeOf({ model: 'large' })).toEqual(outcomes['large']);
  expect(outcomeOf({ model: 'small', fallbackModel: 'large', draftTokens: 20 })).toEqual(outcomes['small']);
});

test('is that of the second model where the draft is longer, with what both cost and took', () => {
  expect(outcomeOf({ model: 'small', fallbackModel: 'large', draftTokens: 19 })).toEqual({
    quality: 1,
    costUsd: 0.251,
    latencyMs: null,
    inputTokens: 21,
    outputTokens: 320,
  });
});

test('is not known where that of a model is not', () => {
  expect(outcomeOf({ model: 'nobody' })).toBeUndefined();
  expect(outcomeOf({ model: 'small', fallbackModel: 'nobody', draftTokens: 9 })).toBeUndefined();
});
