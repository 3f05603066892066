/** `pnpm bench intervals --data DIR`: how often the predictor's intervals hold what they promise, on held-out queries of recorded tables. */
import { seededRandom } from '@ratchet/core';
import {
  type ConformalInterval,
  intervalCoverage,
  type LearnedState,
  type LearningEvent,
  type LearningTask,
  learnedLearner,
  type OutcomePrediction,
  predictOutcome,
  predictorOf,
  randomPolicy,
} from '@ratchet/learning';
import { markdownTable } from '../suite/markdown-table.ts';
import type { Suite } from '../suite/suite.ts';
import { routingFolders } from './routing-cases.ts';
import { type RoutingTable, routingTable, splitQueries } from './routing-table.ts';

interface CoverageRow {
  readonly regime: 'full' | 'bandit';
  readonly metric: string;
  readonly outcomes: number;
  /** Share of outcomes within their interval. */
  readonly coverage: number;
  readonly medianWidth: number | null;
  /** Share of intervals narrower than a half, and their coverage (of quality). */
  readonly narrow: number;
  readonly narrowCoverage: number | null;
}

export const intervalsSuite: Suite = {
  name: 'intervals',
  title: "The predictor's intervals",
  about: 'how often they hold what they promise, on recorded tables (--data)',
  options: { seeds: { type: 'string' }, pool: { type: 'string' }, queries: { type: 'string' }, coverage: { type: 'string' } },
  when: 'asked',
  run: async ({ data, quick, words, say }) => {
    const coverage = Number(words['coverage'] ?? 0.9);
    const seeds = Number(words['seeds'] ?? 1);
    const queries = Number(words['queries'] ?? (quick ? 300 : 1200));
    const tables: { readonly table: string; readonly rows: readonly CoverageRow[] }[] = [];
    for (const [name, directory] of routingFolders(data, say)) {
      if (name === 'three-strategies') continue;
      say(`  ${name}`);
      tables.push({ table: name, rows: coverageRows(routingTable(directory, words['pool']?.split(',')), { coverage, seeds, queries }) });
    }
    const lines = tables.flatMap(({ table, rows }) =>
      rows.map(({ regime, metric, outcomes, coverage: held, medianWidth, narrow, narrowCoverage }) => [
        table,
        regime,
        metric,
        String(outcomes),
        held.toFixed(4),
        medianWidth?.toPrecision(3) ?? '-',
        `${(100 * narrow).toFixed(1)}%`,
        narrowCoverage?.toFixed(4) ?? '-',
      ]),
    );
    const head = ['table', 'regime', 'metric', 'outcomes', `coverage, of ${coverage}`, 'median width', 'narrower than a half', 'of these coverage'];
    return { markdown: lines.length === 0 ? 'No recorded table: nothing was measured.' : markdownTable(head, lines), figures: { coverage, tables } };
  },
};

const metrics = ['quality', 'costUsd', 'latencyMs'] as const;

function coverageRows(
  table: RoutingTable,
  { coverage, seeds, queries }: { readonly coverage: number; readonly seeds: number; readonly queries: number },
): readonly CoverageRow[] {
  const rows: CoverageRow[] = [];
  for (const regime of ['full', 'bandit'] as const) {
    const tests = { quality: [] as Tested[], costUsd: [] as Tested[], latencyMs: [] as Tested[] };
    for (let seed = 1; seed <= seeds; seed++) {
      const split = splitQueries(table, seed, 0.7);
      // Tables stand in the order of their tasks.
      const random = seededRandom('interval bench order', seed);
      const [train, heldout] = [split.train, split.heldout].map((queries) => queries.toSorted((a, b) => random.uniform(a) - random.uniform(b))) as [
        number[],
        number[],
      ];
      const task: LearningTask = {
        arms: table.arms,
        objective: { kind: 'weighted' },
        prices: { cost: 0, latency: 0, belowFloor: 1, margin: 0 },
        initialPolicy: randomPolicy(table.arms),
      };
      const predictor = predictorOf(learn(task, train.slice(0, queries), { table, regime, seed }), task);
      for (const query of heldout.slice(0, 600)) {
        const predictions = predictOutcome((table.queries[query] as RoutingTable['queries'][number]).analysis, predictor, coverage);
        predictions.forEach((prediction, arm) => {
          for (const metric of metrics) collect(tests[metric], prediction[metric], table.outcomes[query]?.[arm]?.[metric] ?? null);
        });
      }
    }
    for (const metric of metrics) {
      const { coverage: held, medianWidth } = intervalCoverage(tests[metric]);
      if (held === null) continue;
      const narrow = tests[metric].filter(({ interval }) => interval.kind === 'interval' && interval.high - interval.low < 0.5);
      rows.push({
        regime,
        metric,
        outcomes: tests[metric].length,
        coverage: held,
        medianWidth,
        narrow: narrow.length / tests[metric].length,
        narrowCoverage: metric === 'quality' ? intervalCoverage(narrow).coverage : null,
      });
    }
  }
  return rows;
}

interface Tested {
  readonly interval: ConformalInterval;
  readonly observed: number;
}

function collect(into: Tested[], prediction: OutcomePrediction['costUsd'], observed: number | null): void {
  if (prediction !== null && observed !== null) into.push({ interval: prediction.interval, observed });
}

/** Every arm's outcome on each training query; or, as bandit feedback, that of the arm chosen, over four turns. */
function learn(
  task: LearningTask,
  train: readonly number[],
  { table, regime, seed }: { readonly table: RoutingTable; readonly regime: 'full' | 'bandit'; readonly seed: number },
): LearnedState {
  const learner = learnedLearner(task);
  const outcomeOf = (query: number, arm: number) =>
    (table.outcomes[query] as RoutingTable['outcomes'][number])[arm] as RoutingTable['outcomes'][number][number];
  const queryOf = (query: number) => table.queries[query] as RoutingTable['queries'][number];
  if (regime === 'full') {
    const events = train.flatMap((query) =>
      task.arms.map(
        (arm, index): LearningEvent => ({
          id: `${query}\n${index}`,
          analysis: queryOf(query).analysis,
          arm,
          propensity: 1,
          outcome: outcomeOf(query, index),
          feedback: 'full',
        }),
      ),
    );
    return learner.learn(learner.initial(), events);
  }
  const turns = 4;
  return Array.from({ length: turns }).reduce((state: LearnedState, _, turn) => {
    const policy = learner.policy(state, 'explore');
    const drawn = train.filter((_query, index) => index % turns === turn);
    const events = drawn.map((query): LearningEvent => {
      const { analysis } = queryOf(query);
      const { arm, propensity } = policy.decide(analysis, seededRandom('interval bench', seed, query));
      return { id: `${query}`, analysis, arm, propensity, outcome: outcomeOf(query, task.arms.indexOf(arm)) };
    });
    return learner.learn(state, events);
  }, learner.initial());
}
