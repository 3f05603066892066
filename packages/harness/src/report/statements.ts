/** The sentences that every report says in the same words: on what evidence, about what, by which utility, how to repeat it. */
import { againstBaseline, focusPolicy, learningPolicies, oraclePolicy } from './focus-policy.ts';
import { formatComparedChange, formatCount, formatDifference, formatDuration, formatP, formatShare, formatUsd, significanceLevel } from './measures.ts';
import { metricMeanings } from './metric-meaning.ts';
import { type MetricName, metricNames, type Summary } from './summary.ts';

/** What the answers were, said plainly; stands in the first lines of each report. */
export function evidenceStatement(summary: Summary): { readonly title: string; readonly text: string } {
  switch (summary.evidence) {
    case 'simulated':
      return {
        title: 'The answers were SIMULATED.',
        text: "No language model was called. The numbers show how the policies behave in the scenario's simulated world, not how any real model performs, costs or responds.",
      };
    case 'recorded':
      return {
        title: 'The answers were RECORDED.',
        text: 'No language model was called in this run: outcomes were looked up in a stored table of real ones. The numbers hold for the models and tasks in that table, at the time it was recorded.',
      };
    case 'live':
      return {
        title: 'The answers were LIVE.',
        text: 'Real language models answered, and cost and latency are what they really took.',
      };
    default:
      return summary.evidence satisfies never;
  }
}

/** undefined for a run that ended as planned. */
export function incompleteStatement(summary: Summary): string | undefined {
  return summary.complete ? undefined : 'INCOMPLETE: the run stopped at its budget or was interrupted; these numbers rest on the trials done until then.';
}

/** What was compared: names and values of the run, as pairs. */
export function runFacts(summary: Summary): readonly (readonly [string, string])[] {
  const { tasks, trials, seeds } = summary;
  const bill = { simulated: 'simulated, nothing was billed', recorded: 'as recorded, nothing was billed', live: 'billed' }[summary.evidence];
  return [
    ['Experiment', summary.experiment],
    ['Scenario', summary.scenario],
    ['Run', `${summary.run}, begun ${summary.startedAt}, took ${formatDuration(summary.durationMs)}`],
    ['Tasks', splitText(tasks)],
    ['Repetition', `${counted(seeds.length, 'seed')} (${seeds.join(', ')}), ${counted(summary.generations, 'generation')}`],
    ['Arms', formatCount(summary.arms)],
    [
      'Trials',
      `${formatCount(trials.total)}: ${formatCount(trials.completed)} completed, ${formatCount(trials.failed)} failed, ${formatCount(trials.unscored)} unscored`,
    ],
    ['Cost of all trials', `${formatUsd(trials.costUsd)} (${bill})`],
    ['Baseline', summary.baseline],
    ['Policies', Object.keys(summary.policies).join(', ')],
  ];
}

interface Finding {
  readonly metric: MetricName;
  readonly label: string;
  readonly change: string;
  readonly difference: string;
  readonly p: string;
}

/** How the policy the report is about differs from the baseline on held-out tasks, a finding a metric. */
export function findings(summary: Summary): readonly Finding[] {
  const focus = focusPolicy(summary);
  if (focus === undefined) return [];
  return metricNames.flatMap((metric) => {
    const comparison = againstBaseline(summary, focus, metric);
    if (comparison === undefined) return [];
    return [
      {
        metric,
        label: metricMeanings[metric].label,
        change: formatComparedChange(comparison),
        difference: formatDifference(comparison),
        p: formatP(comparison.pAdjusted),
      },
    ];
  });
}

export function intervalStatement(): string {
  return `Means over held-out tasks with 95% intervals (bootstrap over whole tasks). ~ marks a difference that is not significant: its p value, adjusted over all comparisons of this report (Holm), is ${significanceLevel} or more.`;
}

/** How much of what the oracle gains over the baseline the report's policy gained. */
export function possibleGainStatement(summary: Summary): string {
  const focus = focusPolicy(summary);
  const share = focus === undefined ? undefined : summary.shareOfPossibleGain[focus];
  if (share === undefined) return 'The share of the possible gain is not known.';
  if (share === null) {
    return summary.policies[oraclePolicy] === undefined
      ? 'The share of the possible gain is not known: no oracle took part.'
      : 'There is no possible gain to have a share of: the oracle is not better than the baseline.';
  }
  return `${focus} has ${formatShare(share)} of the possible gain in utility: (${focus} - ${summary.baseline}) / (${oraclePolicy} - ${summary.baseline}).`;
}

/** Which generation served at the end, a sentence a learning policy. */
export function promotionStatements(summary: Summary): readonly string[] {
  return learningPolicies(summary).flatMap((name) => {
    const promoted = summary.policies[name]?.promoted ?? [];
    if (promoted.length === 0) return [];
    const served = promoted.map((generation, index) => `${generation} (seed ${summary.seeds[index] ?? index})`).join(', ');
    return [`${name}: the generation that served at the end was ${served}.`];
  });
}

/** The utility's constants, as names and values with units. */
export function utilityConstants({ utility }: Summary): readonly (readonly [string, string])[] {
  return [
    ['Price of cost', `${points(utility.costPrice)} of quality for as much as the baseline costs`],
    ['Price of latency', `${points(utility.latencyPrice)} of quality for as long as the baseline takes`],
    ['Penalty below the floor', `${points(utility.belowFloor)} of utility for each point of mean quality below the floor`],
    ['Floor', `the baseline's mean quality less ${points(utility.margin)}`],
  ];
}

interface Reproduction {
  readonly commands: readonly string[];
  readonly text: string;
}

export function reproduction(summary: Summary): Reproduction {
  const again = {
    simulated: 'Run again with them, it gives the same numbers; only the times of the run differ.',
    recorded: 'Run again with them, it gives the same numbers; only the times of the run differ.',
    live: 'Run again with them, it gives other numbers, as live answers vary; those here can be rebuilt from the log.',
  }[summary.evidence];
  return {
    commands: [
      `pnpm experiment ${summary.experiment} --seeds ${summary.seeds.length} --generations ${summary.generations}`,
      `pnpm experiment report ${summary.run}`,
    ],
    text: `The first command repeats the run, the second rebuilds its reports from its log. manifest.json beside this report holds all options of the run, its commit, lockfile, data, seeds and prices. ${again}`,
  };
}

/** `none`, or the first names and how many more there are. */
export function firstTasks(tasks: readonly string[], limit: number): { readonly shown: readonly string[]; readonly more: number } {
  return { shown: tasks.slice(0, limit), more: Math.max(0, tasks.length - limit) };
}

export function gateStatement({ gate }: Summary): string {
  const passed = gate.checks.filter((check) => check.passed).length;
  if (gate.checks.length === 0) return `${gate.passed ? 'PASSED' : 'FAILED'} (no checks were set)`;
  return `${gate.passed ? 'PASSED' : 'FAILED'} (${passed} of ${counted(gate.checks.length, 'check')} passed)`;
}

/** 1 task, 2 tasks. */
export function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function splitText(tasks: Summary['tasks']): string {
  const parts = [tasks.train, tasks.validation, tasks.heldout];
  const note = parts.every(Number.isInteger) ? '' : ' (means over the seeds)';
  const own =
    tasks.leftOut === undefined
      ? ''
      : `; the held-out ones have data of their own, and ${formatCount(tasks.leftOut)} of the other data that ask the same were left out`;
  return `${formatCount(tasks.total)}: ${roundCount(tasks.train)} train, ${roundCount(tasks.validation)} validation, ${roundCount(tasks.heldout)} held-out${note}${own}`;
}

/** Sizes of splits are means over seeds, and may be fractions. */
function roundCount(count: number): string {
  return Number.isInteger(count) ? formatCount(count) : count.toFixed(1);
}

function points(value: number): string {
  return `${Number(value.toPrecision(6))} point${value === 1 ? '' : 's'}`;
}
