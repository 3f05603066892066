/** Which policy a report is about, and how it compares. */
import type { Comparison, MetricName, Summary } from './summary.ts';

/** A bound that knows what no policy can know: shown beside the others, never a rival. */
export const oraclePolicy = 'oracle';

/** `learned` where it took part; else the first policy that learns. undefined where none does. */
export function focusPolicy(summary: Summary): string | undefined {
  return learningPolicies(summary)[0];
}

/** Policies that learn: `learned` first, the others in the order of the summary. */
export function learningPolicies(summary: Summary): readonly string[] {
  const names = Object.keys(summary.policies).filter((name) => summary.policies[name]?.promoted !== null);
  return [...names.filter((name) => name === 'learned'), ...names.filter((name) => name !== 'learned')];
}

/** Names of all policies: the baseline first, then the one the report is about, the oracle last. */
export function policiesInOrder(summary: Summary): readonly string[] {
  const focus = focusPolicy(summary);
  const rank = (name: string) => (name === summary.baseline ? 0 : name === focus ? 1 : name === oraclePolicy ? 3 : 2);
  return Object.keys(summary.policies)
    .map((name, position) => ({ name, position }))
    .sort((a, b) => rank(a.name) - rank(b.name) || a.position - b.position)
    .map(({ name }) => name);
}

/** The comparison of a policy with the summary's baseline. */
export function againstBaseline(summary: Summary, candidate: string, metric: MetricName): Comparison | undefined {
  return summary.comparisons.find(
    (comparison) => comparison.candidate === candidate && comparison.metric === metric && comparison.baseline === summary.baseline,
  );
}
