import { armId } from '@ratchet/core';
import { expect, test } from 'vitest';
import { learnBandit } from '../../src/routing/learn-bandit.ts';
import { noHarmTable } from '../../src/routing/no-harm-table.ts';
import type { RoutingProtocol } from '../../src/routing/routing-protocol.ts';
import type { RoutingTable } from '../../src/routing/routing-table.ts';

const whole = noHarmTable();
const [dear, cheap, dearest] = whole.models as [string, string, string];
/** The second model is right on every third query, of which it says one token. */
const table: RoutingTable = {
  queries: whole.queries.slice(0, 60),
  arms: whole.arms.slice(0, 3),
  models: [dear, cheap, dearest],
  outcomes: Array.from({ length: 60 }, (_, query) =>
    [1, 0.05, 1.5].map((costUsd, model) => ({ quality: [0.9, query % 3 === 0 ? 1 : 0.3, 0.7][model] as number, costUsd, latencyMs: null })),
  ),
  outputTokens: Array.from({ length: 60 }, (_, query) => [50, query % 3 === 0 ? 1 : 40, 50]),
};
const train = table.queries.map((_, query) => query);
const protocol: RoutingProtocol = {
  ...{ regime: 'bandit', generations: 5, share: 0.5, referenceGiven: false, setting: 'cheapest' },
  ...{ margin: 0.01, caution: 1, drafts: true },
};
const learn = (of: RoutingTable, given: Partial<RoutingProtocol> = {}) =>
  learnBandit(of, train, { candidates: [0, 1, 2], reference: null, seed: 1, protocol: { ...protocol, ...given } });

test('an arm that drafts joins once outcomes say of which models, and is what is chosen where it is both the best and the cheapest', () => {
  const { table: joined, policy, regret } = learn(table, { generations: 8 });
  expect(joined.arms.slice(3).map(armId)).toEqual([`direct/${cheap}+${dear}?draftTokens=1`]);
  expect(joined.outcomes[0]?.[3]).toEqual({ quality: 1, costUsd: 0.05, latencyMs: null });
  expect(joined.outcomes[1]?.[3]).toMatchObject({ quality: 0.9, costUsd: 1.05 });
  expect(regret).toHaveLength(8);
  const chosen = train.map((query) => policy.decide((table.queries[query] as RoutingTable['queries'][number]).analysis, { uniform: () => 0.5 } as never).armId);
  expect(chosen.filter((id) => id === armId(joined.arms[3] as RoutingTable['arms'][number])).length).toBeGreaterThan(30);
});

test('none joins unless asked for, before enough was seen, or where how long answers are is not known', () => {
  const { outputTokens: _, ...silent } = table;
  for (const { table: same } of [learn(table, { drafts: false }), learn(table, { generations: 3 }), learn(silent)]) expect(same.arms).toHaveLength(3);
});

test('the same seed gives the same policy, and what was not asked for changes nothing', () => {
  const decisions = ({ policy }: ReturnType<typeof learn>) =>
    train.map((query) => policy.decide((table.queries[query] as RoutingTable['queries'][number]).analysis, { uniform: () => 0.5 } as never));
  expect(decisions(learn(table))).toEqual(decisions(learn(table)));
  expect(learn(table, { generations: 3 }).regret).toEqual(learn(table, { generations: 5 }).regret.slice(0, 3));
});
