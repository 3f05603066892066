/** A summary such as an experiment of eight policies, five seeds and ten generations gives; invented, but consistent. */
import {
  type ArmPoint,
  type Comparison,
  type DecisionCell,
  type Estimate,
  type MetricName,
  type Metrics,
  metricNames,
  type Summary,
  summarySchema,
} from '../../src/report/summary.ts';

type Means = Record<MetricName, number>;

const seeds = [1, 2, 3, 4, 5];
const generations = 10;
const families = ['function', 'bug-fix', 'refactoring', 'test-writing', 'user-interface', 'multi-step-pipeline'];
const strategies = ['direct', 'batch', 'orchestrate', 'collaborate'] as const;
const comparedMetrics = metricNames.filter((metric) => metric !== 'regret');
const models = ['sim-small', 'sim-medium', 'sim-large'];

/** What each strategy does to the cost, the quality and the latency of an arm. */
const strategyEffects = [
  { strategy: 'direct', costFactor: 1, lift: 0, timeFactor: 1 },
  { strategy: 'batch', costFactor: 1.2, lift: -0.02, timeFactor: 0.8 },
  { strategy: 'orchestrate', costFactor: 1.9, lift: 0.07, timeFactor: 2.4 },
  { strategy: 'collaborate', costFactor: 4.1, lift: 0.09, timeFactor: 4 },
];

/** Held-out means: quality, cost, latency, utility, regret. */
const finals: Record<string, Means> = {
  heuristic: means(0.712, 0.00842, 6120, 0.512, 0.171),
  learned: means(0.794, 0.00451, 3880, 0.644, 0.039),
  greedy: means(0.781, 0.00502, 4120, 0.611, 0.072),
  original: means(0.655, 0.00231, 3010, 0.498, 0.185),
  random: means(0.671, 0.00963, 7210, 0.424, 0.259),
  'best-fixed': means(0.776, 0.00731, 4460, 0.589, 0.094),
  'fixed:orchestrate/sim-medium?maxDepth=2&temperature=0.2': means(0.748, 0.00634, 6890, 0.541, 0.142),
  oracle: means(0.823, 0.00418, 3510, 0.683, 0),
};

const learners: Record<string, number> = { learned: 1, greedy: 0.8, original: -0.4 };

/** `change` gets the parsed-to-be object, to make what a test needs of it. */
export function exampleSummary(change: Partial<Summary> = {}): Summary {
  return summarySchema.parse({ ...base(), ...change });
}

/** A recorded run of fixed policies: nothing learns, no oracle, no latency, no gain to have a share of. */
export function withoutGenerations(): Summary {
  const all = exampleSummary();
  const names = ['heuristic', 'random', 'best-fixed'];
  return exampleSummary({
    evidence: 'recorded',
    generations: 0,
    policies: Object.fromEntries(
      names.map((name) => {
        const policy = all.policies[name] as Summary['policies'][string];
        return [name, { ...policy, heldout: { ...policy.heldout, latencyMs: null, regret: null } }];
      }),
    ),
    comparisons: all.comparisons.filter(({ candidate, baseline, metric }) => names.includes(candidate) && names.includes(baseline) && metric !== 'latencyMs'),
    shareOfPossibleGain: {},
    expected: null,
    changedTasks: { lost: [], gained: [] },
    generationRows: [],
    decisions: [],
    warnings: [],
  });
}

function base(): Summary {
  return {
    version: 1,
    experiment: 'code-gen',
    run: 'code-gen-7f3a91',
    scenario: 'code-gen',
    title: 'Writing code: routing 180 programming tasks over three simulated models',
    evidence: 'simulated',
    complete: true,
    seeds,
    generations,
    startedAt: '2025-05-04T09:12:33.000Z',
    durationMs: 48_200,
    tasks: { total: 180, train: 90.4, validation: 45.2, heldout: 44.4 },
    arms: 24,
    trials: { total: 21_480, completed: 21_411, failed: 52, unscored: 17, costUsd: 118.42 },
    baseline: 'heuristic',
    utility: {
      formula: "utility = quality - 0.1 * cost / baseline's cost - 0.1 * latency / baseline's latency - 1 * max(0, floor - mean quality)",
      costPrice: 0.1,
      latencyPrice: 0.1,
      belowFloor: 1,
      margin: 0.02,
    },
    policies: Object.fromEntries(
      Object.entries(finals).map(([name, values]) => [
        name,
        {
          heldout: metricsAround(values),
          heldoutAtStart: name in learners ? metricsAround(finals['heuristic'] as Means) : null,
          promoted: name in learners ? [7, 9, 8, 9, 6] : null,
          strategies: shares(strategies, name.length, 0.9),
          models: shares(models, name.length + 1, 0.9),
          solved: Math.round(values.quality * 0.8 * 222),
          trials: 222,
        },
      ]),
    ),
    comparisons: Object.keys(finals)
      .filter((name) => name !== 'heuristic')
      .flatMap((name) => comparedMetrics.map((metric) => compare('heuristic', name, metric)))
      .concat(
        ...Object.keys(finals)
          .filter((name) => !['heuristic', 'learned', 'oracle'].includes(name))
          .flatMap((name) => comparedMetrics.map((metric) => compare(name, 'learned', metric))),
      ),
    shareOfPossibleGain: { learned: 0.772, greedy: 0.579, original: -0.082, random: -0.515, 'best-fixed': 0.45 },
    expected: {
      source: 'the original plan, scenario "code generation"',
      rows: [
        { metric: 'cost', expected: -60, measured: -46.4 },
        { metric: 'speed', expected: 40, measured: 57.7 },
        { metric: 'quality', expected: 20, measured: 11.5 },
      ],
    },
    gate: {
      passed: false,
      checks: [
        { name: 'quality not below the floor', passed: true, detail: 'lower bound 0.763 is above 0.692' },
        { name: 'cost falls by at least 20%', passed: true, detail: '-46.4% [-51%, -42%]' },
        { name: 'share of the possible gain at least 80%', passed: false, detail: 'measured 77.2%' },
      ],
    },
    changedTasks: {
      lost: ['function/roman-numerals', 'bug-fix/off-by-one-window', 'refactoring/extract-parser'],
      gained: Array.from({ length: 14 }, (_, index) => `${families[index % families.length]}/task-${String(index + 1).padStart(3, '0')}`),
    },
    generationRows: Object.keys(finals)
      .filter((name) => name in learners)
      .flatMap((policy) => Array.from({ length: generations + 1 }, (_, generation) => generationRows(policy, generation)).flat()),
    decisions: Object.keys(learners).flatMap((policy) => [
      ...Array.from({ length: generations + 1 }, (_, generation) => decisions({ policy, generation, phase: 'train' })).flat(),
      ...decisions({ policy, generation: 0, phase: 'heldout' }),
      ...decisions({ policy, generation: generations, phase: 'heldout' }),
    ]),
    armPoints: armPoints(),
    warnings: ['17 trials were not scored: the scorer failed.', 'The split is small for family "user-interface": 4 held-out tasks.'],
  };
}

function generationRows(policy: string, generation: number): Summary['generationRows'] {
  const gain = learners[policy];
  const progress = gain === undefined ? 1 : 1 - Math.exp(-generation / 2.5);
  const [from, to] = [finals['heuristic'] as Means, finals[policy] as Means];
  const at = Object.fromEntries(
    metricNames.map((metric, index) => {
      const value = from[metric] + (to[metric] - from[metric]) * progress;
      return [metric, value * (1 + 0.02 * wave(generation * 7 + index * 3 + policy.length))];
    }),
  ) as Means;
  const row = (phase: 'train' | 'validation') => ({
    policy,
    generation,
    phase,
    trials: phase === 'train' ? 452 : 226,
    metrics: metricsAround(at, phase === 'train' ? 1 : 1.6),
    promotedSeeds: gain !== undefined && phase === 'validation' ? Math.max(0, Math.round(4 - generation / 2 + wave(generation))) : null,
    strategies: shares(strategies, generation * 0.3 + 1, progress),
    models: shares(models, generation * 0.2 + 3, progress),
    parameters: {
      'direct.temperature': round(0.7 - 0.5 * progress, 3),
      'orchestrate.maxDepth': round(3 - 1.2 * progress, 3),
      'batch.chunkSize': Math.round(500 + 700 * progress),
      'collaborate.numExperts': round(3 + progress, 3),
      'collaborate.consensusThreshold': 0.7,
    },
  });
  return gain === undefined ? [row('train')] : [row('train'), row('validation')];
}

function decisions(turn: Pick<DecisionCell, 'policy' | 'generation' | 'phase'>): DecisionCell[] {
  return families.flatMap((family, row) =>
    strategies.map((strategy, column) => ({ ...turn, family, strategy, count: decisionCount(row, column, turn.generation) })),
  );
}

function armPoints(): ArmPoint[] {
  return strategyEffects.flatMap(({ strategy, costFactor, lift, timeFactor }, s) =>
    models.flatMap((model, m) =>
      [0.2, 0.7].map((temperature, t) => {
        const costUsd = 0.0007 * 4 ** m * costFactor * (1 + 0.1 * t);
        const quality = Math.min(0.86, 0.5 + 0.11 * m + lift - 0.02 * t + 0.02 * wave(s * 5 + m * 3 + t));
        const latencyMs = 900 * (m + 1) * timeFactor;
        return { arm: `${strategy}/${model}?temperature=${temperature}`, quality, costUsd, latencyMs, utility: quality - 0.1 - costUsd * 12 };
      }),
    ),
  );
}

function compare(baseline: string, candidate: string, metric: MetricName): Comparison {
  const [from, to] = [(finals[baseline] as Means)[metric], (finals[candidate] as Means)[metric]];
  const delta = round(to - from, 8);
  const half = Math.max(Math.abs(from) * 0.06, Math.abs(delta) * 0.25, 1e-6);
  const pAdjusted = Math.abs(delta) > half ? 0.0004 : Math.min(1, 0.06 + 0.5 * (1 - Math.abs(delta) / half));
  return {
    baseline,
    candidate,
    metric,
    delta,
    relative: from === 0 ? null : delta / from,
    low: delta - half,
    high: delta + half,
    pValue: pAdjusted / 12,
    pAdjusted,
    test: metric === 'quality' ? 'mcnemar-exact' : 'paired-bootstrap',
    pairs: 222,
    tasks: 44,
    gained: metric === 'quality' ? 41 : null,
    lost: metric === 'quality' ? 13 : null,
  };
}

function means(quality: number, costUsd: number, latencyMs: number, utility: number, regret: number): Means {
  return { quality, costUsd, latencyMs, utility, regret };
}

function metricsAround(values: Means, width = 1): Metrics {
  return Object.fromEntries(metricNames.map((metric) => [metric, around(values[metric], width * (metric === 'costUsd' ? 0.06 : 0.035))])) as Metrics;
}

function around(mean: number, share: number): Estimate {
  return { mean, low: mean * (1 - share), high: mean * (1 + share * 1.1) };
}

function shares(names: readonly string[], phase: number, sharpness: number): Record<string, number> {
  const weights = names.map((_, index) => Math.exp(1.6 * sharpness * Math.sin(phase + index * 1.9)));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return Object.fromEntries(names.map((name, index) => [name, (weights[index] ?? 0) / sum]));
}

function decisionCount(row: number, column: number, generation: number): number {
  const favourite = (row * 3 + (row > 2 ? 1 : 0)) % 4;
  const share = column === favourite ? 0.25 + 0.065 * generation : (0.75 - 0.065 * generation) / 3;
  return Math.round(75 * share);
}

/** A fixed wiggle in [-1, 1]. */
function wave(step: number): number {
  return Math.sin(step * 12.9898);
}

function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
