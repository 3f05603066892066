/** Judges a run by the gates of its experiment. */
import type { GateRule } from '../experiment/experiment-file.ts';
import type { ExperimentPlan } from '../experiment/experiment-plan.ts';
import type { GateCheck, Summary } from './summary.ts';

/** An incomplete run never passes. */
export function judgeGate(plan: ExperimentPlan, summary: Omit<Summary, 'gate'>): Summary['gate'] {
  const checks = [
    { name: 'complete', passed: summary.complete, detail: summary.complete ? 'every planned trial was run' : 'trials are missing' },
    ...plan.experiment.gate.map((rule) => judge(rule, summary)),
  ];
  return { passed: checks.every((check) => check.passed), checks };
}

function judge(rule: GateRule, summary: Omit<Summary, 'gate'>): GateCheck {
  if (rule.kind === 'errors') {
    const errors = summary.trials.failed + summary.trials.unscored;
    return { name: 'errors', passed: errors <= rule.most, detail: `${errors} trials without a score, at most ${rule.most} allowed` };
  }
  const baseline = rule.baseline ?? summary.baseline;
  const limits = [...(rule.above === undefined ? [] : [`above ${rule.above}`]), ...(rule.below === undefined ? [] : [`below ${rule.below}`])].join(' and ');
  const name = `${rule.metric}: ${rule.candidate} - ${baseline} ${limits}`;
  const found = summary.comparisons.find((one) => one.metric === rule.metric && one.candidate === rule.candidate && one.baseline === baseline);
  if (found === undefined) return { name, passed: false, detail: 'the run did not compare these' };
  const passed = (rule.above === undefined || found.low > rule.above) && (rule.below === undefined || found.high < rule.below);
  return { name, passed, detail: `${format(found.delta)} (95% interval ${format(found.low)} to ${format(found.high)})` };
}

function format(value: number): string {
  return Number(value.toPrecision(3)).toString();
}
