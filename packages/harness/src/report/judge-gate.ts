/** Judges a run by the gates of its experiment. */
import { fitsPattern } from '../experiment/contenders.ts';
import type { GateRule } from '../experiment/experiment-file.ts';
import type { ExperimentPlan } from '../experiment/experiment-plan.ts';
import type { Comparison, GateCheck, Summary } from './summary.ts';

type DifferenceRule = Extract<GateRule, { kind: 'difference' }>;

/** An incomplete run never passes. A check that fails names the tasks that it failed by, where they are known. */
export function judgeGate(plan: ExperimentPlan, summary: Omit<Summary, 'gate'>): Summary['gate'] {
  const checks = [
    {
      name: 'complete',
      passed: summary.complete,
      detail: summary.complete ? 'every planned trial was run' : 'trials are missing',
      ...(summary.complete ? {} : tasksOf(summary.tasksNotRun)),
    },
    ...plan.experiment.gate.flatMap((rule) => judge(rule, summary)),
  ];
  return { passed: checks.every((check) => check.passed), checks };
}

function tasksOf(tasks: readonly string[] | undefined): Pick<GateCheck, 'tasks'> {
  return tasks === undefined || tasks.length === 0 ? {} : { tasks: [...tasks] };
}

function judge(rule: GateRule, summary: Omit<Summary, 'gate'>): readonly GateCheck[] {
  if (rule.kind === 'errors') {
    const errors = summary.trials.failed + summary.trials.unscored;
    const passed = errors <= rule.most;
    const detail = `${errors} trials without a score, at most ${rule.most} allowed`;
    return [{ name: 'errors', passed, detail, ...(passed ? {} : tasksOf(summary.tasksWithErrors)) }];
  }
  const baseline = rule.baseline ?? summary.baseline;
  const found = summary.comparisons.filter((one) => one.metric === rule.metric && one.baseline === baseline && fitsPattern(one.candidate, rule.candidate));
  if (found.length === 0) return [{ name: ruleName(rule, rule.candidate, baseline), passed: false, detail: 'the run did not compare these' }];
  return found.map((comparison) => judgeDifference(rule, comparison, summary));
}

function judgeDifference(rule: DifferenceRule, { candidate, baseline, delta, low, high }: Comparison, { comparisons }: Omit<Summary, 'gate'>): GateCheck {
  const passed = (rule.above === undefined || low > rule.above) && (rule.below === undefined || high < rule.below);
  const quality = comparisons.find((one) => one.metric === 'quality' && one.candidate === candidate && one.baseline === baseline);
  return {
    name: ruleName(rule, candidate, baseline),
    passed,
    detail: `${format(delta)} (95% interval ${format(low)} to ${format(high)})`,
    ...(passed ? {} : tasksOf(quality?.lostTasks)),
  };
}

function ruleName({ metric, above, below }: DifferenceRule, candidate: string, baseline: string): string {
  const limits = [...(above === undefined ? [] : [`above ${above}`]), ...(below === undefined ? [] : [`below ${below}`])].join(' and ');
  return `${metric}: ${candidate} - ${baseline} ${limits}`;
}

function format(value: number): string {
  return Number(value.toPrecision(3)).toString();
}
