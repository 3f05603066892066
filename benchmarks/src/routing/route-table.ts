/** Learns to route on one split of a table, and judges the result on queries that were held out. */
import { seededRandom } from '@ratchet/core';
import type { LearningEvent } from '@ratchet/learning';
import { withDraftArm } from './draft-arm.ts';
import { armPositions, type LearnedByTurns, learnBandit } from './learn-bandit.ts';
import { learnerOf, type RoutingProtocol } from './routing-protocol.ts';
import { outcomeOf, type RoutingTable, splitQueries } from './routing-table.ts';

export interface RoutingResult {
  readonly quality: number;
  readonly qualityDelta: number;
  readonly saved: number;
  readonly costUsd: number;
  /** Mean utility lost against the best arm of each query, while learning; null under full information. */
  readonly regretPerDecision: number | null;
  readonly regretByGeneration: readonly number[];
}

/** Nothing but the training queries is learned from or chosen by; the best single arm is the best on them. */
export function routeTable(recorded: RoutingTable, seed: number, protocol: RoutingProtocol): RoutingResult {
  const { train, heldout } = splitQueries(recorded, seed, 0.7);
  const best = bestSingle(recorded, train);
  const reference = protocol.referenceGiven ? best : null;
  const candidates = candidateArms(recorded, train, reference);
  const { table, policy, regret } =
    protocol.regime === 'full'
      ? learnFull(recorded, train, { candidates, best, protocol })
      : learnBandit(recorded, train, { candidates, reference, seed, protocol });
  const position = armPositions(table);
  const choose = (index: number): number => {
    const query = table.queries[index] as RoutingTable['queries'][number];
    return position.get(policy.decide(query.analysis, seededRandom('held-out', seed, query.id)).armId) as number;
  };
  return judgeChoices(table, { heldout, best, choices: heldout.map(choose), regret });
}

/** What choices on held-out queries come to, whoever made them. */
export function judgeChoices(
  table: RoutingTable,
  {
    heldout,
    best,
    choices,
    regret = [],
  }: { readonly heldout: readonly number[]; readonly best: number; readonly choices: readonly number[]; readonly regret?: readonly number[] },
): RoutingResult {
  const mean = (value: (query: number, position: number) => number): number =>
    heldout.reduce((sum, query, position) => sum + value(query, position), 0) / heldout.length;
  const quality = mean((query, position) => outcomeOf(table, query, choices[position] as number).quality ?? 0);
  const costUsd = mean((query, position) => outcomeOf(table, query, choices[position] as number).costUsd ?? 0);
  return {
    quality,
    qualityDelta: quality - mean((query) => outcomeOf(table, query, best).quality ?? 0),
    saved: 1 - costUsd / mean((query) => outcomeOf(table, query, best).costUsd ?? 0),
    costUsd,
    regretPerDecision: regret.length === 0 ? null : regret.reduce((sum, value) => sum + value, 0) / regret.length,
    regretByGeneration: regret,
  };
}

export function bestSingle(table: RoutingTable, train: readonly number[]): number {
  const sums = table.arms.map((_, arm) => train.reduce((sum, index) => sum + (outcomeOf(table, index, arm).quality ?? 0), 0));
  return sums.reduce((best, sum, arm) => (sum > (sums[best] as number) ? arm : best), 0);
}

/** With the reference known, arms that are dearer than it by its price list are not tried: they cannot save anything. */
function candidateArms(table: RoutingTable, train: readonly number[], reference: number | null): readonly number[] {
  const all = table.arms.map((_, arm) => arm);
  if (reference === null) return all;
  const cost = (arm: number): number => train.reduce((sum, index) => sum + (outcomeOf(table, index, arm).costUsd ?? 0), 0);
  return all.filter((arm) => cost(arm) <= cost(reference));
}

function learnFull(
  recorded: RoutingTable,
  train: readonly number[],
  { candidates: single, best, protocol }: { readonly candidates: readonly number[]; readonly best: number; readonly protocol: RoutingProtocol },
): LearnedByTurns {
  const table = protocol.drafts ? withDraftArm(recorded, { train, best }) : recorded;
  const candidates = [...single, ...table.arms.map((_, arm) => arm).slice(recorded.arms.length)];
  // An arm that asks two models may be better than the best single one, which is what results are held against.
  const learner = learnerOf(table, candidates, { protocol, reference: protocol.referenceGiven || protocol.drafts ? best : null });
  const events = train.flatMap((index) =>
    candidates.map((arm): LearningEvent => {
      const query = table.queries[index] as RoutingTable['queries'][number];
      return {
        id: `${query.id}\n${arm}`,
        analysis: query.analysis,
        arm: table.arms[arm] as RoutingTable['arms'][number],
        propensity: 1,
        outcome: outcomeOf(table, index, arm),
        feedback: 'full',
      };
    }),
  );
  return { table, policy: learner.policy(learner.learn(learner.initial(), events), 'exploit'), regret: [] };
}
