/** Renders a summary as junit.xml: the gate's checks, and whether the learned policy lost quality against any other. */
import { escapeMarkup } from './escape-markup.ts';
import { focusPolicy, oraclePolicy } from './focus-policy.ts';
import { formatDifference, formatP, isSignificant } from './measures.ts';
import type { Comparison, GateCheck, Summary } from './summary.ts';

interface TestCase {
  readonly name: string;
  readonly output: string;
  readonly ending: { readonly kind: 'passed' } | { readonly kind: 'failed' | 'skipped'; readonly message: string };
}

/** Two test suites: `gate`, a test case a check; `quality`, a test case a comparison, failed when significantly worse. */
export function junitXml(summary: Summary): string {
  const focus = focusPolicy(summary);
  const compared = summary.comparisons.filter(({ candidate, metric }) => candidate === focus && metric === 'quality');
  const suites = [
    { name: `${summary.experiment} gate`, cases: summary.gate.checks.map(gateCase) },
    { name: `${summary.experiment} quality`, cases: compared.map(qualityCase) },
  ];
  const all = suites.flatMap(({ cases }) => cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${attributes({ name: `ratchet ${summary.experiment}`, ...counts(all) })}>`,
    ...suites.flatMap(({ name, cases }) => [
      `  <testsuite ${attributes({ name, ...counts(cases), errors: 0 })}>`,
      ...cases.flatMap((testCase) => caseLines(name, testCase)),
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n');
}

function gateCase({ name, passed, detail }: GateCheck): TestCase {
  return { name, output: detail, ending: passed ? { kind: 'passed' } : { kind: 'failed', message: detail } };
}

function qualityCase(comparison: Comparison): TestCase {
  const { baseline, candidate, pAdjusted, delta } = comparison;
  const output = `quality ${formatDifference(comparison)}, ${formatP(pAdjusted)} (Holm)`;
  const worse = delta < 0 && isSignificant(comparison);
  return {
    name: `${candidate} is not significantly worse than ${baseline}`,
    output,
    ending: !worse
      ? { kind: 'passed' }
      : baseline === oraclePolicy
        ? { kind: 'skipped', message: `the oracle is a bound, not a rival: ${output}` }
        : { kind: 'failed', message: output },
  };
}

function caseLines(suite: string, { name, output, ending }: TestCase): readonly string[] {
  const open = `<testcase ${attributes({ classname: suite, name })}`;
  switch (ending.kind) {
    case 'passed':
      return [`    ${open}>`, `      <system-out>${escapeMarkup(output)}</system-out>`, '    </testcase>'];
    case 'failed':
      return [`    ${open}>`, `      <failure ${attributes({ message: ending.message })}>${escapeMarkup(output)}</failure>`, '    </testcase>'];
    case 'skipped':
      return [`    ${open}>`, `      <skipped ${attributes({ message: ending.message })}/>`, '    </testcase>'];
    default:
      return ending satisfies never;
  }
}

function counts(cases: readonly TestCase[]): Readonly<Record<string, number>> {
  const of = (kind: TestCase['ending']['kind']) => cases.filter(({ ending }) => ending.kind === kind).length;
  return { tests: cases.length, failures: of('failed'), skipped: of('skipped') };
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escapeMarkup(String(value))}"`)
    .join(' ');
}
