import { analyze } from '@ratchet/core';
import { describe, expect, test } from 'vitest';
import { ownRows, scenarioRows, scenarioSets } from '../../src/decomposition/decomposition-rows.ts';
import { scoreSets } from '../../src/decomposition/score-rows.ts';

const scoreOf = (rows: ReturnType<typeof ownRows>) =>
  scoreSets(
    rows.map((row) => {
      const { chunks, edges } = analyze({ id: row.id, text: row.request });
      return { row, found: { chunks: chunks.map(({ text }) => text), edges } };
    }),
  )[0];

describe('the set of this project', () => {
  test('has edges between steps that it has', () => {
    const rows = ownRows();
    expect(rows.length).toBeGreaterThan(50);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    for (const { parts } of rows) {
      if (parts.kind !== 'steps') throw new Error('has steps');
      for (const [from, to] of parts.edges) expect(from < parts.steps.length && to < parts.steps.length).toBe(true);
    }
  });

  test('is cut into its steps, most of it', () => {
    expect(scoreOf(ownRows())?.countExact).toBeGreaterThan(85);
  });
});

describe.each(scenarioSets)('the scenario %s', (name) => {
  const rows = scenarioRows(name);

  test('marks the words of every part, in order', () => {
    expect(rows.length).toBeGreaterThan(50);
    for (const { parts, request } of rows) {
      if (parts.kind !== 'spans') throw new Error('has spans');
      parts.spans.forEach(([start, end], index) => {
        expect(start).toBeGreaterThanOrEqual(parts.spans[index - 1]?.[1] ?? 0);
        expect(end).toBeLessThanOrEqual(request.length);
        expect(end).toBeGreaterThan(start);
      });
    }
  });

  test('is cut into as many chunks as it asks for parts, in more than 85 of 100 requests', () => {
    expect(scoreOf(rows)?.countExact).toBeGreaterThan(85);
  });
});
