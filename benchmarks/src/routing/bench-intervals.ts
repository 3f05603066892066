/** Measures how often the predictor's intervals hold what they promise, on held-out queries of a recorded table. */
import { parseArgs } from 'node:util';
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
import { type RoutingTable, routingTable, splitQueries } from './routing-table.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    seeds: { type: 'string', default: '1' },
    pool: { type: 'string' },
    queries: { type: 'string', default: '1200' },
    coverage: { type: 'string', default: '0.9' },
  },
});
if (values.data === undefined) throw new Error('--data takes the folder of a recorded table: queries.jsonl, outcomes.csv, models.csv');
const table = routingTable(values.data, values.pool?.split(','));
const coverage = Number(values.coverage);
const metrics = ['quality', 'costUsd', 'latencyMs'] as const;

for (const regime of ['full', 'bandit'] as const) {
  const tests = { quality: [] as Tested[], costUsd: [] as Tested[], latencyMs: [] as Tested[] };
  for (let seed = 1; seed <= Number(values.seeds); seed++) {
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
    const predictor = predictorOf(learn(task, train.slice(0, Number(values.queries)), regime, seed), task);
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
    const telling =
      metric === 'quality'
        ? `, narrower than 0.5: ${(narrow.length / tests[metric].length).toFixed(3)}, of these coverage ${intervalCoverage(narrow).coverage?.toFixed(4)}`
        : '';
    process.stdout.write(
      `${regime} ${metric}: ${tests[metric].length} outcomes, coverage ${held.toFixed(4)} of ${coverage}, median width ${medianWidth?.toPrecision(3)}${telling}\n`,
    );
  }
}

interface Tested {
  readonly interval: ConformalInterval;
  readonly observed: number;
}

function collect(into: Tested[], prediction: OutcomePrediction['costUsd'], observed: number | null): void {
  if (prediction !== null && observed !== null) into.push({ interval: prediction.interval, observed });
}

/** Every arm's outcome on each training query; or, as bandit feedback, that of the arm chosen, over four turns. */
function learn(task: LearningTask, train: readonly number[], regime: 'full' | 'bandit', seed: number): LearnedState {
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
