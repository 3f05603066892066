/** Learns to route from the outcome of the arm that was chosen alone, turn by turn. */
import { armId, type Policy, seededRandom } from '@ratchet/core';
import type { LearningEvent } from '@ratchet/learning';
import { chooseDraft, type SeenModels, withDraft } from './draft-arm.ts';
import { learnerOf, type RoutingLearner, type RoutingProtocol } from './routing-protocol.ts';
import { outcomeOf, type RoutingTable } from './routing-table.ts';

export interface LearnedByTurns {
  /** With the arms that joined on the way. */
  readonly table: RoutingTable;
  /** What serves at the end. */
  readonly policy: Policy;
  /** Of each turn: mean quality lost against the best arm of each query. */
  readonly regret: readonly number[];
}

/** From this turn on, arms that draft join: by then a thousand outcomes or so say which models these may be. */
const draftsFrom = 3;
/** Of them, at most. */
const mostDrafts = 2;

export function learnBandit(
  recorded: RoutingTable,
  train: readonly number[],
  {
    candidates: first,
    reference,
    seed,
    protocol,
  }: { readonly candidates: readonly number[]; readonly reference: number | null; readonly seed: number; readonly protocol: RoutingProtocol },
): LearnedByTurns {
  let [table, candidates] = [recorded, first];
  let learner: RoutingLearner = learnerOf(table, candidates, { protocol, reference });
  let state = learner.initial();
  const regret: number[] = [];
  const decided: Decided[] = [];
  for (let generation = 0; generation < protocol.generations; generation++) {
    if (protocol.drafts && generation >= draftsFrom && table.arms.length < recorded.arms.length + mostDrafts) {
      const joined = withSeenDraft(table, { recorded, decided, candidates: first, reference });
      if (joined !== table) {
        [table, candidates] = [joined, [...candidates, table.arms.length]];
        learner = learnerOf(table, candidates, { protocol, reference });
      }
    }
    const policy = learner.policy(state, 'explore');
    const position = armPositions(table);
    const drawn = drawQueries(train, { share: protocol.share, seed, generation });
    let lost = 0;
    const events = drawn.map((index): LearningEvent => {
      const query = table.queries[index] as RoutingTable['queries'][number];
      const id = `${generation} ${query.id}`;
      const { armId: chosen, arm, propensity } = policy.decide(query.analysis, seededRandom('decision', seed, id));
      const own = position.get(chosen) as number;
      const outcome = outcomeOf(table, index, own);
      decided.push({ query: index, arm: own, propensity });
      const most = candidates.reduce((best, one) => Math.max(best, outcomeOf(table, index, one).quality ?? 0), 0);
      lost += most - (outcome.quality ?? 0);
      return { id, analysis: query.analysis, arm, propensity, outcome };
    });
    regret.push(lost / drawn.length);
    state = learner.learn(state, events);
  }
  return { table, policy: learner.policy(state, 'exploit'), regret };
}

export function armPositions({ arms }: RoutingTable): ReadonlyMap<string, number> {
  return new Map(arms.map((arm, index) => [armId(arm), index]));
}

interface Decided {
  readonly query: number;
  readonly arm: number;
  readonly propensity: number;
}

/** The table as it is where the arm that outcomes until now speak for is there already. */
function withSeenDraft(
  table: RoutingTable,
  {
    recorded,
    decided,
    candidates,
    reference,
  }: { readonly recorded: RoutingTable; readonly decided: readonly Decided[]; readonly candidates: readonly number[]; readonly reference: number | null },
): RoutingTable {
  const seen = seenModels(recorded, decided);
  const best = reference ?? candidates.reduce((one, other) => (seen.quality(other) > seen.quality(one) ? other : one));
  const draft = chooseDraft(seen, { models: candidates, best });
  if (draft === undefined) return table;
  const isKnown = table.arms.some(
    (arm) => arm.strategy === 'direct' && arm.model === recorded.models[draft.draft] && arm.fallbackModel === recorded.models[draft.best],
  );
  return isKnown ? table : withDraft(table, draft);
}

/** Self-normalised means of what single models came to (Swaminathan and Joachims 2015), weights clipped; of quality, less half a standard error. */
function seenModels(recorded: RoutingTable, decided: readonly Decided[]): SeenModels {
  const ownOf = (model: number): readonly Decided[] => decided.filter(({ arm }) => arm === model);
  const mean = (model: number, value: (query: number) => number): number => {
    let [sum, total] = [0, 0];
    for (const { query, propensity } of ownOf(model)) {
      const weight = Math.min(1 / propensity, 3 * recorded.arms.length);
      sum += weight * value(query);
      total += weight;
    }
    return sum / total;
  };
  const known = (model: number): boolean => ownOf(model).length > 0;
  return {
    quality: (model) => {
      if (!known(model)) return 0;
      const own = mean(model, (query) => outcomeOf(recorded, query, model).quality ?? 0);
      return own - 0.5 * Math.sqrt((own * (1 - own)) / ownOf(model).length);
    },
    costUsd: (model) => (known(model) ? mean(model, (query) => outcomeOf(recorded, query, model).costUsd ?? 0) : Number.POSITIVE_INFINITY),
    lengths: (model) => ownOf(model).map(({ query }) => recorded.outputTokens?.[query]?.[model] ?? 0),
  };
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
