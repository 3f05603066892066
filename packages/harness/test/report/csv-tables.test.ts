import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { decisionsCsv, generationsCsv, improvementCsv, parametersCsv } from '../../src/report/csv-tables.ts';
import { metricNames } from '../../src/report/summary.ts';
import { exampleSummary } from './example-summary.ts';

type Row = Record<string, string>;

function rowsOf(csv: string): Row[] {
  return parse(csv, { columns: true }) as Row[];
}

const summary = exampleSummary();

describe('decisionsCsv', () => {
  it('parses back to equal rows', () => {
    expect(rowsOf(decisionsCsv(summary)).map((row) => ({ ...row, generation: Number(row['generation']), count: Number(row['count']) }))).toEqual(
      summary.decisions,
    );
  });

  it('keeps names with commas, quotes and line breaks whole', () => {
    const family = 'a, "b"\nc';
    const [cell] = summary.decisions;
    if (cell === undefined) throw new Error('the example has decisions');
    expect(rowsOf(decisionsCsv(exampleSummary({ decisions: [{ ...cell, family }] })))[0]?.['family']).toBe(family);
  });
});

describe('generationsCsv', () => {
  it('keeps the full precision of means and intervals', () => {
    const rows = rowsOf(generationsCsv(summary));
    expect(rows).toHaveLength(summary.generationRows.length);
    summary.generationRows.forEach((expected, index) => {
      const row = rows[index] as Row;
      expect([row['policy'], Number(row['generation']), row['phase'], Number(row['trials'])]).toEqual([
        expected.policy,
        expected.generation,
        expected.phase,
        expected.trials,
      ]);
      for (const metric of metricNames) {
        const estimate = expected.metrics[metric];
        expect([row[metric], row[`${metric}Low`], row[`${metric}High`]].map(Number)).toEqual([estimate?.mean, estimate?.low, estimate?.high]);
      }
    });
  });

  it('leaves a field empty where nothing is known', () => {
    const generationRows = summary.generationRows.slice(0, 1).map((row) => ({ ...row, metrics: { ...row.metrics, latencyMs: null }, promotedSeeds: null }));
    const [row] = rowsOf(generationsCsv(exampleSummary({ generationRows })));
    expect([row?.['latencyMs'], row?.['latencyMsLow'], row?.['promotedSeeds']]).toEqual(['', '', '']);
  });
});

describe('parametersCsv', () => {
  it('has a row for each share and each parameter of each generation', () => {
    const rows = rowsOf(parametersCsv(summary));
    const expected = summary.generationRows.flatMap(({ policy, generation, phase, strategies, models, parameters }) =>
      [['strategy share', strategies] as const, ['model share', models] as const, ['parameter', parameters] as const].flatMap(([kind, values]) =>
        Object.entries(values).map(([name, value]) => ({ policy, generation, phase, kind, name, value })),
      ),
    );
    expect(rows.map((row) => ({ ...row, generation: Number(row['generation']), value: Number(row['value']) }))).toEqual(expected);
  });
});

describe('improvementCsv', () => {
  const rows = rowsOf(improvementCsv(summary));

  it('has each comparison once', () => {
    const compared = rows.filter((row) => row['delta'] !== '');
    expect(compared.map((row) => `${row['policy']}|${row['baseline']}|${row['metric']}`).sort()).toEqual(
      summary.comparisons.map(({ candidate, baseline, metric }) => `${candidate}|${baseline}|${metric}`).sort(),
    );
    const learned = compared.find((row) => row['policy'] === 'learned' && row['baseline'] === 'heuristic' && row['metric'] === 'costUsd');
    const comparison = summary.comparisons.find(
      ({ candidate, baseline, metric }) => candidate === 'learned' && baseline === 'heuristic' && metric === 'costUsd',
    );
    expect(['delta', 'deltaLow', 'deltaHigh', 'relative', 'pAdjusted'].map((name) => Number(learned?.[name]))).toEqual([
      comparison?.delta,
      comparison?.low,
      comparison?.high,
      comparison?.relative,
      comparison?.pAdjusted,
    ]);
  });

  it('has the baseline itself, with nothing to compare', () => {
    const baseline = rows.filter((row) => row['policy'] === 'heuristic');
    expect(baseline).toHaveLength(metricNames.length);
    expect(baseline.every((row) => row['delta'] === '' && row['mean'] !== '')).toBe(true);
  });
});
