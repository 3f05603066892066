import { readRequest } from '@ratchet/core';
import { describe, expect, test } from 'vitest';
import type { DecompositionRow } from '../../../src/decomposition/decomposition-rows.ts';
import { boundaryLabels } from '../../../src/decomposition/training/boundary-labels.ts';
import { foldOf } from '../../../src/decomposition/training/folds.ts';

const cutTexts = (row: DecompositionRow): readonly string[] | null => {
  const reading = readRequest(row.request);
  const cuts = boundaryLabels(row, reading);
  return cuts === null ? null : [...cuts].sort((a, b) => a - b).map((cut) => row.request.slice(reading.clauses[cut]?.start));
};
const row = (request: string, parts: DecompositionRow['parts']): DecompositionRow => ({ set: 'a', id: '1', request, parts });

describe('boundaryLabels', () => {
  test('cut where the chunks share most with the steps', () => {
    const request = 'I like trains. Find trains to Oslo, in the morning, and book the fastest one. Thanks.';
    const steps = ['find trains to Oslo in the morning', 'book the fastest train'];
    expect(cutTexts(row(request, { kind: 'steps', steps, edges: [] }))).toEqual(['and book the fastest one. Thanks.']);
  });

  test('do not cut for a step that the request does not speak of', () => {
    expect(cutTexts(row('Find trains to Oslo.', { kind: 'steps', steps: ['log in to the portal', 'find trains to Oslo'], edges: [] }))).toEqual([]);
  });

  test('cut before what leads a marked span in', () => {
    const request = 'Write a poem about rain. Keep it short. Then, please, draw a map of Oslo.';
    const spans = ['Write a poem about rain', 'draw a map of Oslo'].map((words) => [request.indexOf(words), request.indexOf(words) + words.length] as const);
    expect(cutTexts(row(request, { kind: 'spans', spans, edges: [] }))).toEqual(['Then, please, draw a map of Oslo.']);
  });

  test('are none for one part, and unknown for several', () => {
    expect(cutTexts(row('Write a poem. Draw a map.', { kind: 'several', several: false }))).toEqual([]);
    expect(cutTexts(row('Write a poem. Draw a map.', { kind: 'several', several: true }))).toBeNull();
  });
});

describe('foldOf', () => {
  test('deals by the text alone, and differently for another purpose', () => {
    const rows = Array.from({ length: 200 }, (_, index) => row(`request ${index}`, { kind: 'several', several: true }));
    const folds = rows.map((one) => foldOf(one, 5, 'outer'));
    expect(rows.map((one) => foldOf({ ...one, id: 'other' }, 5, 'outer'))).toEqual(folds);
    expect(rows.map((one) => foldOf(one, 5, 'inner'))).not.toEqual(folds);
    expect(new Set(folds)).toEqual(new Set([0, 1, 2, 3, 4]));
  });
});
