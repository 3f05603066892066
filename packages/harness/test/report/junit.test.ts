import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { junitXml } from '../../src/report/junit.ts';
import { exampleSummary } from './example-summary.ts';

function withQuality(baseline: string, change: { delta: number; pAdjusted: number }) {
  const summary = exampleSummary();
  const comparison = summary.comparisons.find(({ candidate, metric }) => candidate === 'learned' && metric === 'quality');
  if (comparison === undefined) throw new Error('the example compares the quality of learned');
  return exampleSummary({ comparisons: [{ ...comparison, baseline, ...change, low: change.delta - 0.01, high: change.delta + 0.01 }] });
}

describe('junitXml', () => {
  it('has a test case for each check of the gate and each comparison of quality of the learned policy', () => {
    const xml = junitXml(exampleSummary());
    expect(xml.match(/<testcase /g)).toHaveLength(3 + 6);
    expect(xml).toContain('<testsuite name="code-gen gate" tests="3" failures="1" skipped="0" errors="0">');
    expect(xml).toContain('<failure message="measured 77.2%">');
  });

  it('fails when the learned policy is significantly worse', () => {
    expect(junitXml(withQuality('heuristic', { delta: -0.05, pAdjusted: 0.01 }))).toContain('<failure message="quality -0.050');
  });

  it('passes when it is worse by chance', () => {
    expect(junitXml(withQuality('heuristic', { delta: -0.05, pAdjusted: 0.2 }))).toContain('name="code-gen quality" tests="1" failures="0"');
  });

  it('does not hold the oracle against it', () => {
    const xml = junitXml(withQuality('oracle', { delta: -0.05, pAdjusted: 0.01 }));
    expect(xml).toContain('tests="1" failures="0" skipped="1"');
    expect(xml).toContain('the oracle is a bound');
  });

  it('escapes names and drops characters that XML cannot hold', () => {
    const name = `<b a="1">'&amp;' \u0007]]>`;
    const xml = junitXml(exampleSummary({ gate: { passed: false, checks: [{ name, passed: false, detail: name }] } }));
    expect(xml).toContain('name="&lt;b a=&quot;1&quot;&gt;&#39;&amp;amp;&#39; \ufffd]]&gt;"');
    expect(parseHTML(xml).document.querySelector('testcase')?.getAttribute('name')).toBe(name.replace('\u0007', '\ufffd'));
  });
});
