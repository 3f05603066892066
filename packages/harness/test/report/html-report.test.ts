import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { htmlReport } from '../../src/report/html-report.ts';
import type { Summary } from '../../src/report/summary.ts';
import { exampleSummary, withoutGenerations } from './example-summary.ts';

const hostile = `<img src=x onerror="alert(1)">&lt; '"`;

function withoutLatency(): Summary {
  const summary = exampleSummary();
  const unknown = <T extends { latencyMs: unknown }>(metrics: T): T => ({ ...metrics, latencyMs: null });
  return exampleSummary({
    policies: Object.fromEntries(
      Object.entries(summary.policies).map(([name, policy]) => [
        name,
        { ...policy, heldout: unknown(policy.heldout), heldoutAtStart: policy.heldoutAtStart === null ? null : unknown(policy.heldoutAtStart) },
      ]),
    ),
    comparisons: summary.comparisons.filter(({ metric }) => metric !== 'latencyMs'),
    generationRows: summary.generationRows.map((row) => ({ ...row, metrics: unknown(row.metrics) })),
    armPoints: summary.armPoints.map(unknown),
  });
}

function sectionOf(html: string, id: string): string {
  return html.split('<section ').find((part) => part.startsWith(`id="${id}"`)) ?? '';
}

describe('htmlReport', () => {
  it('is one file that needs no script and asks for nothing', async () => {
    const html = await htmlReport(exampleSummary());
    expect(html).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|src=/);
    expect(html.match(/https?:\/\/[^"\s<]+/g) ?? []).toEqual([]);
    expect(html).not.toMatch(/NaN|undefined|\[object/);
  });

  it('is byte-identical for equal input', async () => {
    expect(await htmlReport(exampleSummary())).toBe(await htmlReport(exampleSummary()));
  });

  it('says that answers were simulated before any result', async () => {
    const html = await htmlReport(exampleSummary());
    expect(html.indexOf('The answers were SIMULATED.')).toBeGreaterThan(0);
    expect(html.indexOf('The answers were SIMULATED.')).toBeLessThan(html.indexOf('id="results"'));
  });

  it('describes each chart in words and gives its numbers as a table', async () => {
    const html = await htmlReport(exampleSummary());
    const charts = html.match(/<svg [^>]*class="plot"[^>]*>/g) ?? [];
    expect(charts.length).toBeGreaterThan(20);
    for (const chart of charts) expect(chart).toMatch(/role="img" aria-label="[^"]{20,}"/);
    for (const id of ['learning-train', 'learning-validation', 'plane', 'comparisons', 'strategies', 'shares', 'parameters']) {
      expect(sectionOf(html, id), id).toMatch(/<details>[\s\S]*<tbody>/);
    }
  });

  it('leaves the latency chart out, saying why, when no latency is known', async () => {
    const html = await htmlReport(withoutLatency());
    expect(sectionOf(html, 'learning-train')).toContain('No chart: No latency is known for any generation.');
    expect(sectionOf(html, 'comparisons')).toContain('No chart: No comparison of latency was made.');
    expect(sectionOf(html, 'learning-train').match(/class="plot"/g)).toHaveLength(4);
  });

  it('leaves charts by generation out, saying why, for a recorded run without generations', async () => {
    const html = await htmlReport(withoutGenerations());
    expect(sectionOf(html, 'learning-train')).toContain('No generations were recorded');
    expect(sectionOf(html, 'strategies')).toContain('No policy in this run learns.');
    expect(sectionOf(html, 'shares')).toContain('No generations of a learning policy were recorded.');
    expect(sectionOf(html, 'parameters')).toContain('No generations of a learning policy were recorded.');
    expect(sectionOf(html, 'plane')).toContain('class="plot"');
    expect(html).not.toMatch(/NaN|undefined/);
  });

  it('draws costs that lie far apart on a logarithmic axis, and says so', async () => {
    const summary = exampleSummary();
    expect(sectionOf(await htmlReport(summary), 'learning-train')).not.toContain('logarithmic');
    const generationRows = summary.generationRows.map((row) => ({
      ...row,
      metrics: { ...row.metrics, costUsd: row.generation === 0 ? { mean: 0.5, low: 0.4, high: 0.6 } : row.metrics.costUsd },
    }));
    expect(sectionOf(await htmlReport(exampleSummary({ generationRows })), 'learning-train')).toContain('Cost (US$ a task), logarithmic');
  });

  it('leaves comparisons out, saying why, when one policy stands alone', async () => {
    const summary = exampleSummary();
    const html = await htmlReport(
      exampleSummary({
        policies: { heuristic: summary.policies['heuristic'] } as Summary['policies'],
        comparisons: [],
        generationRows: [],
        decisions: [],
        armPoints: [],
      }),
    );
    expect(sectionOf(html, 'comparisons')).toContain('Only one policy took part');
    expect(sectionOf(html, 'plane')).toContain('No chart: Only one point');
  });

  it('leaves arms that cost nothing off the logarithmic axis and says so', async () => {
    const [first, ...others] = exampleSummary().armPoints;
    if (first === undefined) throw new Error('the example has arms');
    const html = await htmlReport(exampleSummary({ armPoints: [{ ...first, costUsd: 0 }, ...others] }));
    expect(sectionOf(html, 'plane')).toContain('1 arm that costs nothing has no place on a logarithmic axis.');
  });

  it('escapes names wherever they stand', async () => {
    const summary = exampleSummary();
    const rename = (name: string) => (name === 'greedy' ? hostile : name);
    const html = await htmlReport(
      exampleSummary({
        title: hostile,
        experiment: hostile,
        policies: Object.fromEntries(Object.entries(summary.policies).map(([name, policy]) => [rename(name), policy])),
        comparisons: summary.comparisons.map((comparison) => ({ ...comparison, candidate: rename(comparison.candidate) })),
        generationRows: summary.generationRows.map((row) => ({
          ...row,
          policy: rename(row.policy),
          models: { [hostile]: 1 },
          parameters: { [hostile]: row.generation },
        })),
        decisions: summary.decisions.map((cell) => ({ ...cell, family: hostile })),
        armPoints: summary.armPoints.map((point, index) => ({ ...point, arm: index === 0 ? hostile : point.arm })),
        gate: { passed: false, checks: [{ name: hostile, passed: false, detail: hostile }] },
        changedTasks: { lost: [hostile], gained: [] },
        warnings: [hostile],
      }),
    );
    const { document } = parseHTML(html);
    expect(html).not.toContain('<img');
    expect(document.querySelectorAll('img')).toHaveLength(0);
    expect(document.querySelector('h1')?.textContent).toBe(hostile);
    expect(document.querySelector('#gate tbody th')?.textContent).toBe(hostile);
  });
});
