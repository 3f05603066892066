import { armId, armSchema } from '@ratchet/core';
import { expect, test } from 'vitest';
import { withDraftArm } from '../../src/routing/draft-arm.ts';
import { noHarmTable } from '../../src/routing/no-harm-table.ts';
import { bestSingle } from '../../src/routing/route-table.ts';
import type { RoutingTable } from '../../src/routing/routing-table.ts';

const models = ['large', 'small', 'tiny', 'middling'];
const prices = [1, 0.1, 0.05, 0.5];

/** Ten queries; `small` says one token more of each than of the one before, and is right where that is one or two. */
const table: RoutingTable = {
  queries: noHarmTable().queries.slice(0, 10),
  models,
  arms: models.map((model) => armSchema.parse({ strategy: 'direct', model })),
  outcomes: Array.from({ length: 10 }, (_, query) =>
    prices.map((costUsd, model) => ({ quality: [0.75, query < 2 ? 1 : 0.5, 0.25, 0.5][model] as number, costUsd, latencyMs: 10 })),
  ),
  outputTokens: Array.from({ length: 10 }, (_, query) => [50, query + 1, 1, 1]),
};
const train = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

test('asks the best of the cheap models first, and the best of all where it has more to say', () => {
  const drafted = withDraftArm(table, { train, best: bestSingle(table, train) });
  expect(drafted.arms.map(armId)).toEqual([...table.arms.map(armId), 'direct/small+large?draftTokens=2']);
  const own = drafted.outcomes.map((row) => row.at(-1));
  expect(own.map((outcome) => outcome?.quality)).toEqual([1, 1, ...Array.from({ length: 8 }, () => 0.75)]);
  expect(own.map((outcome) => outcome?.costUsd)).toEqual([0.1, 0.1, ...Array.from({ length: 8 }, () => 1.1)]);
  expect(own[2]?.latencyMs).toBe(20);
});

test('is chosen by the training queries alone', () => {
  const others = { ...table, outputTokens: table.outputTokens?.map((row, query) => (query < 5 ? row : [50, 1000, 1000, 1000])) } as RoutingTable;
  const first = [0, 1, 2, 3, 4];
  expect(withDraftArm(others, { train: first, best: 0 }).arms).toEqual(withDraftArm(table, { train: first, best: 0 }).arms);
});

test('is not added where lengths of answers are not known, or no model is so cheap', () => {
  expect(withDraftArm(noHarmTable(), { train, best: 0 }).arms).toEqual(noHarmTable().arms);
  expect(withDraftArm(table, { train, best: 2 })).toBe(table);
  const silent = { ...table, outputTokens: table.outputTokens?.map((row) => row.map(() => 0)) } as RoutingTable;
  expect(withDraftArm(silent, { train, best: 0 })).toBe(silent);
});
