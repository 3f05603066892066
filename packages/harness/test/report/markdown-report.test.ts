import { describe, expect, it } from 'vitest';
import { markdownReport } from '../../src/report/markdown-report.ts';
import { exampleSummary, withoutGenerations } from './example-summary.ts';

function firstLines(text: string, count: number): string {
  return text.split('\n').slice(0, count).join('\n');
}

describe('markdownReport', () => {
  it('says that answers were simulated in its first lines', () => {
    expect(firstLines(markdownReport(exampleSummary()), 4)).toContain('The answers were SIMULATED.');
  });

  it.each([
    ['recorded', 'RECORDED'],
    ['live', 'LIVE'],
  ] as const)('says that answers were %s in its first lines', (evidence, word) => {
    const text = markdownReport(exampleSummary({ evidence }));
    expect(firstLines(text, 4)).toContain(word);
    expect(text).not.toMatch(/simulated, nothing was billed/);
  });

  it('says that a run is incomplete before it gives any number', () => {
    const text = markdownReport(exampleSummary({ complete: false }));
    expect(firstLines(text, 6)).toContain('INCOMPLETE');
  });

  it('marks differences that are not significant', () => {
    const line = markdownReport(exampleSummary())
      .split('\n')
      .find((candidate) => candidate.startsWith('| `random` | ~'));
    expect(line).toBe('| `random` | ~ -6% | +14% | +18% | -17% | -52% |');
  });

  it('sets what was expected beside what was measured', () => {
    expect(markdownReport(exampleSummary())).toContain('| cost | -60% | -46% | p < 0.001 |');
    const expected = { source: 'the plan', rows: [{ metric: 'speed' as const, expected: 40, measured: null }] };
    expect(markdownReport(exampleSummary({ expected }))).toContain('| speed | +40% | not measured |');
    expect(markdownReport(exampleSummary({ expected: null }))).not.toContain('Expected against measured');
  });

  it('lists the first ten changed tasks and counts the others', () => {
    const text = markdownReport(exampleSummary());
    expect(text).toContain('- and 4 more');
    expect(text.match(/^- `[a-z-]+\/task-\d+`$/gm)).toHaveLength(10);
  });

  it('keeps its tables whole when names hold pipes, backticks and markup', () => {
    const summary = exampleSummary();
    const checks = [{ name: 'a | b', passed: false, detail: '<script>x</script> `tick` *star* [x](javascript:y)' }];
    const policies = { ...summary.policies, 'odd|`name`': summary.policies['random'] };
    const text = markdownReport(exampleSummary({ gate: { passed: false, checks }, policies: policies as typeof summary.policies }));
    expect(text).toContain('| a \\| b | FAILED | \\<script>x\\</script> \\`tick\\` \\*star\\* [x]\\(javascript:y) |');
    expect(text).toContain('| `` odd\\|`name` `` |');
  });

  it('has as many cells in each row of a table as in its head', () => {
    const tables = markdownReport(exampleSummary()).match(/(?:^\|.*\n)+/gm) ?? [];
    expect(tables.length).toBeGreaterThan(5);
    for (const table of tables)
      expect(
        new Set(
          table
            .trim()
            .split('\n')
            .map((line) => line.split(/(?<!\\)\|/).length),
        ).size,
      ).toBe(1);
  });

  it('states the utility with its constants, the gate and how to reproduce', () => {
    const text = markdownReport(exampleSummary());
    for (const part of ['Price of cost: 0.1 points of quality', 'FAILED (2 of 3 checks passed)', 'pnpm experiment code-gen', '17 trials were not scored'])
      expect(text).toContain(part);
  });

  it('does without generations, oracle and learning policies', () => {
    const text = markdownReport(withoutGenerations());
    expect(text).toContain('No policy in this run learns');
    expect(text).toContain('RECORDED');
    expect(text).not.toContain('## Promotions');
    expect(text).not.toMatch(/undefined|NaN|null/);
  });
});
