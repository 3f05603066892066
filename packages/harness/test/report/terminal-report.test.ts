import { describe, expect, it } from 'vitest';
import { type Paint, terminalReport } from '../../src/report/terminal-report.ts';
import { exampleSummary, withoutGenerations } from './example-summary.ts';

const wrap = (name: string) => (text: string) => `<${name}>${text}</${name}>`;
const tags: Paint = { bold: wrap('bold'), dim: wrap('dim'), green: wrap('green'), red: wrap('red'), yellow: wrap('yellow') };
const longNamed = () => {
  const summary = exampleSummary();
  const policies = Object.fromEntries(
    Object.entries(summary.policies).flatMap(([name, policy]) => [
      [name, policy],
      [`${name} ${'x'.repeat(60)}`, policy],
    ]),
  );
  return exampleSummary({
    policies,
    complete: false,
    warnings: Array.from({ length: 9 }, (_, index) => `${index} ${'warning '.repeat(30)}`),
    gate: { passed: false, checks: Array.from({ length: 9 }, (_, index) => ({ name: `check ${index}`, passed: false, detail: 'y'.repeat(200) })) },
  });
};

describe('terminalReport', () => {
  it('says that answers were simulated in its first lines', () => {
    expect(terminalReport(exampleSummary()).split('\n').slice(0, 2).join('\n')).toContain('SIMULATED');
  });

  it('fits 40 lines of 100 columns, whatever the names and warnings', () => {
    for (const summary of [exampleSummary(), longNamed(), withoutGenerations()]) {
      const lines = terminalReport(summary).trimEnd().split('\n');
      expect(lines.length).toBeLessThanOrEqual(40);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
    }
  });

  it('prints the same text with and without colours', () => {
    const painted = terminalReport(exampleSummary(), tags).replace(/<\/?(?:bold|dim|green|red|yellow)>/g, '');
    const trimmed = (text: string) => text.replace(/ +$/gm, '');
    expect(trimmed(painted)).toBe(trimmed(terminalReport(exampleSummary())));
  });

  it('paints what got better green, what got worse red, and leaves open what is not significant', () => {
    const text = terminalReport(exampleSummary(), tags);
    expect(text).toMatch(/<green> *-46%<\/green>/);
    expect(text).toMatch(/<red> *\+18%<\/red>/);
    expect(text).toMatch(/<dim> *~-6%<\/dim>/);
  });

  it('names the checks that failed', () => {
    expect(terminalReport(exampleSummary())).toContain('failed: share of the possible gain at least 80%: measured 77.2%');
  });

  it('prints no control characters from names', () => {
    expect(terminalReport(exampleSummary({ title: 'a\u001b[31mb\nc' })).split('\n')[0]).toBe('a [31mb c');
  });
});
