/** Learns to route on one split of a table, and judges the result on queries that were held out. */
import { armId, type Policy, seededRandom } from '@ratchet/core';
import {
  fixedPolicy,
  type LearningEvent,
  type LearningTask,
  learnedLearner,
  learnedSettings,
  type MemberName,
  type Objective,
  randomPolicy,
  type UtilityPrices,
} from '@ratchet/learning';
import { withDraftArm } from './draft-arm.ts';
import { type RoutingTable, splitQueries } from './routing-table.ts';

export type Setting = 'cheapest' | 'best';

export interface RoutingProtocol {
  readonly regime: 'full' | 'bandit';
  /** Turns of the loop under bandit feedback. */
  readonly generations: number;
  /** Share of the training queries that a turn draws. */
  readonly share: number;
  readonly referenceGiven: boolean;
  readonly setting: Setting;
  /** Points of quality that "cheapest" may stay below the reference, and the standard errors that it must be above that. */
  readonly margin: number;
  readonly caution: number;
  /** Whether an arm that asks two models stands beside the single ones (draft-arm.ts). */
  readonly drafts: boolean;
  /** Outcome models that are stacked; all where undefined. */
  readonly members?: readonly MemberName[];
}

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
  const table = protocol.drafts ? withDraftArm(recorded, { train, best }) : recorded;
  const candidates = candidateArms(table, train, protocol.referenceGiven ? best : null);
  // An arm that asks two models may be better than the best single one, which is what results are held against.
  const task = learningTask(table, candidates, { protocol, reference: protocol.referenceGiven || protocol.drafts ? best : null });
  const learner = learnedLearner(task, { ...learnedSettings, members: protocol.members ?? learnedSettings.members });
  const { policy, regret } =
    protocol.regime === 'full' ? learnFull(table, train, { learner, candidates }) : learnBandit(table, train, { learner, candidates, seed, protocol });
  const position = new Map(table.arms.map((arm, index) => [armId(arm), index]));
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

export function outcomeOf(table: RoutingTable, query: number, arm: number) {
  return (table.outcomes[query] as RoutingTable['outcomes'][number])[arm] as RoutingTable['outcomes'][number][number];
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

const free: UtilityPrices = { cost: 0, latency: 0, belowFloor: 1, margin: 0 };
const costOnly: UtilityPrices = { ...free, cost: 1 };

function learningTask(
  table: RoutingTable,
  candidates: readonly number[],
  { protocol, reference }: { readonly protocol: RoutingProtocol; readonly reference: number | null },
): LearningTask {
  const arms = candidates.map((arm) => table.arms[arm] as RoutingTable['arms'][number]);
  const { margin, caution } = protocol;
  const floor = reference === null ? ({ kind: 'best-arm', margin } as const) : ({ kind: 'baseline', margin } as const);
  const objective: Objective = protocol.setting === 'best' ? { kind: 'weighted' } : { kind: 'constrained', floor, qualityValue: 0, caution };
  return {
    arms,
    objective,
    prices: protocol.setting === 'best' ? free : costOnly,
    initialPolicy: reference === null ? randomPolicy(arms) : fixedPolicy(table.arms[reference] as RoutingTable['arms'][number]),
  };
}

type LearnedLearner = ReturnType<typeof learnedLearner>;

interface Learned {
  /** What serves at the end. */
  readonly policy: Policy;
  readonly regret: readonly number[];
}

function learnFull(
  table: RoutingTable,
  train: readonly number[],
  { learner, candidates }: { readonly learner: LearnedLearner; readonly candidates: readonly number[] },
): Learned {
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
  return { policy: learner.policy(learner.learn(learner.initial(), events), 'exploit'), regret: [] };
}

function learnBandit(
  table: RoutingTable,
  train: readonly number[],
  {
    learner,
    candidates,
    seed,
    protocol,
  }: { readonly learner: LearnedLearner; readonly candidates: readonly number[]; readonly seed: number; readonly protocol: RoutingProtocol },
): Learned {
  const position = new Map(table.arms.map((arm, index) => [armId(arm), index]));
  let state = learner.initial();
  const regret: number[] = [];
  for (let generation = 0; generation < protocol.generations; generation++) {
    const policy = learner.policy(state, 'explore');
    const drawn = drawQueries(train, { share: protocol.share, seed, generation });
    let lost = 0;
    const events = drawn.map((index): LearningEvent => {
      const query = table.queries[index] as RoutingTable['queries'][number];
      const id = `${generation} ${query.id}`;
      const { armId: chosen, arm, propensity } = policy.decide(query.analysis, seededRandom('decision', seed, id));
      const outcome = outcomeOf(table, index, position.get(chosen) as number);
      const most = candidates.reduce((best, one) => Math.max(best, outcomeOf(table, index, one).quality ?? 0), 0);
      lost += most - (outcome.quality ?? 0);
      return { id, analysis: query.analysis, arm, propensity, outcome };
    });
    regret.push(lost / drawn.length);
    state = learner.learn(state, events);
  }
  return { policy: learner.policy(state, 'exploit'), regret };
}

/** One pass in shuffled order, turn by turn, where the shares of all turns fit into one; else a fresh draw each turn. */
export function drawQueries(
  train: readonly number[],
  { share, seed, generation }: { readonly share: number; readonly seed: number; readonly generation: number },
): readonly number[] {
  const random = seededRandom('turn', seed);
  const count = Math.round(share * train.length);
  const passLength = Math.max(1, Math.floor(train.length / Math.max(1, count)));
  const pass = Math.floor(generation / passLength);
  const ordered = [...train].sort((a, b) => random.uniform(pass, a) - random.uniform(pass, b));
  const from = (generation % passLength) * count;
  return ordered.slice(from, from + count);
}
