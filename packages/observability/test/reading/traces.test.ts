import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { traceOverview } from '../../src/reading/trace-overview.ts';
import { traceTree } from '../../src/reading/trace-tree.ts';
import type { SpanRecord } from '../../src/span-record.ts';

const idOf = (number: number): string => String(number).padStart(16, '0');
const span = (number: number, parent: number | null, more: Partial<SpanRecord> = {}): SpanRecord => ({
  traceId: '0'.repeat(32),
  spanId: idOf(number),
  parentId: parent === null ? null : idOf(parent),
  name: `s${number}`,
  startedAtMs: number,
  durationMs: 1,
  attributes: {},
  results: {},
  ...more,
});

describe('traceTree', () => {
  test('puts every step once, after the step that it is within, whatever the order of the lines', () => {
    const parents = fc.array(fc.nat(), { maxLength: 40 }).map((picks) => picks.map((pick, index) => (index === 0 ? null : pick % index)));
    fc.assert(
      fc.property(parents, fc.infiniteStream(fc.nat()), (tree, chance) => {
        const spans = tree.map((parent, number) => span(number, parent));
        const shuffled = spans.map((one) => ({ one, at: chance.next().value as number })).sort((a, b) => a.at - b.at);
        const lines = traceTree(shuffled.map(({ one }) => one));
        expect(lines.map(({ span: { spanId } }) => spanId).sort()).toEqual(spans.map(({ spanId }) => spanId));
        for (const [index, line] of lines.entries()) {
          if (line.span.parentId === null) expect(line.depth).toBe(0);
          const above = lines.slice(0, index).findLast(({ depth }) => depth === line.depth - 1);
          expect(above?.span.spanId ?? null).toBe(line.span.parentId);
        }
      }),
    );
  });

  test('shows steps whose outer step is not there, and those that began first before others', () => {
    expect(traceTree([span(3, 9), span(2, 1), span(1, null), span(4, 1)]).map(({ depth, span: { name } }) => [depth, name])).toEqual([
      [0, 's1'],
      [1, 's2'],
      [1, 's4'],
      [0, 's3'],
    ]);
  });

  test('bears steps that are within each other without end', () => {
    const deep = Array.from({ length: 20_000 }, (_, number) => span(number, number === 0 ? null : number - 1));
    expect(traceTree(deep).at(-1)?.depth).toBe(19_999);
    expect(traceTree([span(1, 2), span(2, 1)])).toEqual([]);
  });
});

describe('traceOverview', () => {
  const trial = (number: number, results: Readonly<Record<string, unknown>>): SpanRecord =>
    span(number, null, { traceId: String(number).padStart(32, '0'), name: 'trial', attributes: { trialId: `t${number}` }, results });
  const fold = (spans: readonly SpanRecord[], most = 2) => {
    const overview = traceOverview(most);
    for (const one of spans) overview.add(one);
    return overview.result();
  };

  test('finds the slowest and dearest, by what the world says they took', () => {
    const { slowest, dearest, traces, spans } = fold([
      trial(1, { status: 'completed', latencyMs: 10, costUsd: 3 }),
      trial(2, { status: 'completed', latencyMs: 30, costUsd: null }),
      trial(3, { status: 'completed', latencyMs: 20, costUsd: 5 }),
      span(4, 3),
    ]);
    expect(slowest.map(({ id }) => id)).toEqual(['t2', 't3']);
    expect(dearest.map(({ id }) => id)).toEqual(['t3', 't1']);
    expect([traces, spans]).toEqual([3, 4]);
  });

  test('counts what failed, and keeps the latest of it', () => {
    const { failed, failures, failedCalls, latest } = fold([
      trial(1, { status: 'failed' }),
      trial(2, { status: 'completed' }),
      trial(3, { status: 'unscored' }),
      span(4, null, { error: { kind: 'TypeError' } }),
      span(5, 4, { name: 'model call', error: { kind: 'timeout' } }),
    ]);
    expect(failures).toBe(3);
    expect(failed.map(({ status }) => status)).toEqual(['TypeError', 'unscored']);
    expect(failedCalls).toEqual({ timeout: 1 });
    expect(latest?.startedAtMs).toBe(4);
  });

  test('keeps the highest, as sorting all would', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 60 }), fc.integer({ min: 1, max: 8 }), (costs, most) => {
        const { dearest } = fold(
          costs.map((costUsd, number) => trial(number, { status: 'completed', costUsd })),
          most,
        );
        expect(dearest.map(({ costUsd }) => costUsd)).toEqual([...costs].sort((a, b) => b - a).slice(0, most));
      }),
    );
  });
});
