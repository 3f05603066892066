/** The tables that the Markdown and the HTML report share: headings and printed cells, without markup. */
import { againstBaseline, focusPolicy, learningPolicies, policiesInOrder } from './focus-policy.ts';
import {
  formatChange,
  formatComparedChange,
  formatCount,
  formatDifference,
  formatInterval,
  formatP,
  formatShare,
  isSignificant,
  unknownText,
} from './measures.ts';
import { metricMeanings } from './metric-meaning.ts';
import { type Comparison, type MetricName, metricNames, type Summary } from './summary.ts';

export interface Column {
  readonly heading: string;
  /** `name`: an identifier, printed as code. `number`: aligned to the right. */
  readonly kind: 'name' | 'number' | 'text';
}

export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

export function tableOf(headings: readonly string[], kinds: readonly Column['kind'][], rows: Table['rows']): Table {
  return { columns: headings.map((heading, index) => ({ heading, kind: kinds[index] ?? 'text' })), rows };
}

/** Metrics of which at least one policy's held-out mean is known. */
export function knownMetrics(summary: Summary): readonly MetricName[] {
  return metricNames.filter((metric) => Object.values(summary.policies).some(({ heldout }) => heldout[metric] !== null));
}

/** Held-out means with 95% intervals, a row a policy. */
export function headlineTable(summary: Summary): Table {
  const metrics = knownMetrics(summary);
  const rows = policiesInOrder(summary).map((name) => {
    const policy = summary.policies[name];
    const solved = policy === undefined || policy.trials === 0 ? unknownText : `${formatShare(policy.solved / policy.trials)} of ${formatCount(policy.trials)}`;
    return [name, ...metrics.map((metric) => formatInterval(metric, policy?.heldout[metric] ?? null)), solved];
  });
  return tableOf(
    ['Policy', ...metrics.map((metric) => metricMeanings[metric].heading), 'Solved (share of trials)'],
    ['name', ...metrics.map(() => 'number' as const), 'number'],
    rows,
  );
}

/** Changes relative to the baseline's held-out mean, `~` where not significant, a row a policy other than the baseline. */
export function changeTable(summary: Summary): Table {
  const metrics = metricNames.filter((metric) =>
    summary.comparisons.some((comparison) => comparison.metric === metric && comparison.baseline === summary.baseline),
  );
  const rows = policiesInOrder(summary)
    .filter((name) => name !== summary.baseline)
    .map((name) => {
      const share = summary.shareOfPossibleGain[name] ?? null;
      return [
        name,
        ...metrics.map((metric) => {
          const comparison = againstBaseline(summary, name, metric);
          return comparison === undefined ? unknownText : formatComparedChange(comparison);
        }),
        share === null ? unknownText : formatShare(share),
      ];
    });
  return tableOf(
    ['Policy', ...metrics.map((metric) => metricMeanings[metric].label), 'Share of the possible gain'],
    ['name', ...metrics.map(() => 'number' as const), 'number'],
    rows,
  );
}

/** What learning changed: each learning policy on held-out tasks before it learned anything, and at the end. */
export function learningTable(summary: Summary): Table {
  const metrics = knownMetrics(summary);
  const rows = learningPolicies(summary).flatMap((name) => {
    const policy = summary.policies[name];
    if (policy === undefined || policy.heldoutAtStart === null) return [];
    const start = policy.heldoutAtStart;
    return [
      [name, 'before', ...metrics.map((metric) => formatInterval(metric, start[metric]))],
      [name, 'after', ...metrics.map((metric) => formatInterval(metric, policy.heldout[metric]))],
    ];
  });
  return tableOf(
    ['Policy', 'Learning', ...metrics.map((metric) => metricMeanings[metric].heading)],
    ['name', 'text', ...metrics.map(() => 'number' as const)],
    rows,
  );
}

/** The relative changes that were promised, in percent, beside those measured. null where nothing was promised. */
export function expectedTable(summary: Summary): Table | null {
  if (summary.expected === null) return null;
  const compared = { cost: 'costUsd', speed: 'latencyMs', quality: 'quality' } as const;
  const focus = focusPolicy(summary);
  const rows = summary.expected.rows.map(({ metric, expected, measured }) => {
    const comparison = focus === undefined ? undefined : againstBaseline(summary, focus, compared[metric]);
    const p = comparison === undefined ? unknownText : formatP(comparison.pAdjusted);
    const mark = comparison === undefined || isSignificant(comparison) ? '' : '~ ';
    return [metric, formatChange(expected / 100), measured === null ? 'not measured' : `${mark}${formatChange(measured / 100)}`, p];
  });
  return tableOf(['Change of', 'Expected', 'Measured', 'Measured, adjusted p'], ['text', 'number', 'number', 'number'], rows);
}

export function comparisonsTable(comparisons: readonly Comparison[]): Table {
  return tableOf(
    ['Metric', 'Candidate', 'Baseline', 'Difference [95% interval]', 'Relative', 'Adjusted p (Holm)', 'Test', 'Pairs (tasks)', 'Gained / lost pairs'],
    ['text', 'name', 'name', 'number', 'number', 'number', 'text', 'number', 'number'],
    comparisons.map((comparison) => [
      metricMeanings[comparison.metric].heading,
      comparison.candidate,
      comparison.baseline,
      formatDifference(comparison),
      comparison.relative === null ? unknownText : formatComparedChange(comparison),
      formatP(comparison.pAdjusted),
      comparison.test,
      `${formatCount(comparison.pairs)} (${formatCount(comparison.tasks)})`,
      comparison.gained === null || comparison.lost === null ? unknownText : `${formatCount(comparison.gained)} / ${formatCount(comparison.lost)}`,
    ]),
  );
}

/** Seeds that promoted a generation's candidate, a row a generation, a column a learning policy. */
export function promotionsTable(summary: Summary): Table {
  const judged = summary.generationRows.filter(({ promotedSeeds }) => promotedSeeds !== null);
  const names = learningPolicies(summary).filter((name) => judged.some(({ policy }) => policy === name));
  const generations = [...new Set(judged.map(({ generation }) => generation))].sort((a, b) => a - b);
  const cell = (generation: number, name: string) => {
    const row = judged.find((candidate) => candidate.generation === generation && candidate.policy === name);
    return row === undefined ? unknownText : `${row.promotedSeeds} of ${summary.seeds.length} seeds`;
  };
  return tableOf(
    ['Generation', ...names],
    ['number', ...names.map(() => 'number' as const)],
    names.length === 0 ? [] : generations.map((generation) => [String(generation), ...names.map((name) => cell(generation, name))]),
  );
}

/** Shares of held-out decisions by strategy and by models, a row a policy. */
export function choicesTable(summary: Summary): Table {
  const rows = policiesInOrder(summary).map((name) => {
    const policy = summary.policies[name];
    return [name, sharesText(policy?.strategies ?? {}), sharesText(policy?.models ?? {})];
  });
  return tableOf(['Policy', 'Strategies (share of decisions)', 'Models (share of decisions)'], ['name', 'text', 'text'], rows);
}

export function gateTable(summary: Summary): Table {
  return tableOf(
    ['Check', 'Result', 'Detail'],
    ['text', 'text', 'text'],
    summary.gate.checks.map(({ name, passed, detail }) => [name, passed ? 'passed' : 'FAILED', detail]),
  );
}

function sharesText(shares: Readonly<Record<string, number>>): string {
  const entries = Object.entries(shares).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return entries.length === 0 ? unknownText : entries.map(([name, share]) => `${name} ${formatShare(share)}`).join(', ');
}
