/** The tables of a summary as CSV: full precision, one header line, an empty field where a value is not known. */
import { stringify } from 'csv-stringify/sync';
import { focusPolicy } from './focus-policy.ts';
import { isSignificant } from './measures.ts';
import { type Comparison, type Estimate, type MetricName, metricNames, type Summary } from './summary.ts';

type Row = Readonly<Record<string, string | number | null>>;

/**
 * One row per policy and metric: before and after learning on held-out tasks, and the change against the baseline.
 * Comparisons with another baseline follow as rows of their own.
 */
export function improvementCsv(summary: Summary): string {
  const rows = Object.keys(summary.policies).flatMap((policy) =>
    metricNames.flatMap((metric) => {
      const compared = summary.comparisons.filter((comparison) => comparison.candidate === policy && comparison.metric === metric);
      const first = compared.filter(({ baseline }) => baseline === summary.baseline);
      const others = compared.filter(({ baseline }) => baseline !== summary.baseline);
      return [...(first.length === 0 ? [undefined] : first), ...others].map((comparison) => improvementRow(summary, { policy, metric, comparison }));
    }),
  );
  return toCsv(improvementColumns, rows);
}

/** One row per policy, generation and phase, with each metric's mean and 95% interval. */
export function generationsCsv(summary: Summary): string {
  const columns = ['policy', 'generation', 'phase', 'trials', ...metricNames.flatMap((metric) => [metric, `${metric}Low`, `${metric}High`]), 'promotedSeeds'];
  return toCsv(
    columns,
    summary.generationRows.map((row) => ({
      policy: row.policy,
      generation: row.generation,
      phase: row.phase,
      trials: row.trials,
      ...Object.assign({}, ...metricNames.map((metric) => estimateColumns(metric, row.metrics[metric]))),
      promotedSeeds: row.promotedSeeds,
    })),
  );
}

/** Decisions by task family and strategy, per policy, generation and phase. */
export function decisionsCsv(summary: Summary): string {
  return toCsv(['policy', 'generation', 'phase', 'family', 'strategy', 'count'], summary.decisions);
}

/** How a policy's decisions evolve: strategy shares, model shares (both in [0, 1]) and mean parameters, in long format. */
export function parametersCsv(summary: Summary): string {
  const rows = summary.generationRows.flatMap(({ policy, generation, phase, strategies, models, parameters }) =>
    (
      [
        ['strategy share', strategies],
        ['model share', models],
        ['parameter', parameters],
      ] as const
    ).flatMap(([kind, values]) => Object.entries(values).map(([name, value]) => ({ policy, generation, phase, kind, name, value }))),
  );
  return toCsv(['policy', 'generation', 'phase', 'kind', 'name', 'value'], rows);
}

const improvementColumns = [
  'policy',
  'focus',
  'metric',
  'mean',
  'low',
  'high',
  'startMean',
  'startLow',
  'startHigh',
  'baseline',
  'delta',
  'deltaLow',
  'deltaHigh',
  'relative',
  'pValue',
  'pAdjusted',
  'significant',
  'test',
  'pairs',
  'tasks',
  'gained',
  'lost',
  'shareOfPossibleGain',
];

interface Improvement {
  readonly policy: string;
  readonly metric: MetricName;
  readonly comparison: Comparison | undefined;
}

function improvementRow(summary: Summary, { policy, metric, comparison }: Improvement): Row {
  const found = summary.policies[policy];
  const now = found?.heldout[metric];
  const start = found?.heldoutAtStart?.[metric];
  return {
    policy,
    focus: policy === focusPolicy(summary) ? 'yes' : 'no',
    metric,
    mean: now?.mean ?? null,
    low: now?.low ?? null,
    high: now?.high ?? null,
    startMean: start?.mean ?? null,
    startLow: start?.low ?? null,
    startHigh: start?.high ?? null,
    baseline: comparison?.baseline ?? null,
    delta: comparison?.delta ?? null,
    deltaLow: comparison?.low ?? null,
    deltaHigh: comparison?.high ?? null,
    relative: comparison?.relative ?? null,
    pValue: comparison?.pValue ?? null,
    pAdjusted: comparison?.pAdjusted ?? null,
    significant: comparison === undefined ? null : isSignificant(comparison) ? 'yes' : 'no',
    test: comparison?.test ?? null,
    pairs: comparison?.pairs ?? null,
    tasks: comparison?.tasks ?? null,
    gained: comparison?.gained ?? null,
    lost: comparison?.lost ?? null,
    shareOfPossibleGain: metric === 'utility' ? (summary.shareOfPossibleGain[policy] ?? null) : null,
  };
}

function estimateColumns(metric: MetricName, estimate: Estimate): Row {
  return { [metric]: estimate?.mean ?? null, [`${metric}Low`]: estimate?.low ?? null, [`${metric}High`]: estimate?.high ?? null };
}

function toCsv(columns: readonly string[], rows: readonly Row[]): string {
  return stringify([...rows], { header: true, columns: [...columns] });
}
