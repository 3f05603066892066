import { describe, expect, it } from 'vitest';
import {
  formatChange,
  formatComparedChange,
  formatCount,
  formatDifference,
  formatDuration,
  formatInterval,
  formatMetric,
  formatMs,
  formatP,
  formatShare,
  formatUsd,
  significanceMark,
} from '../../src/report/measures.ts';
import { exampleSummary } from './example-summary.ts';

describe('formatUsd', () => {
  it.each([
    [0, '$0'],
    [0.00042, '$0.00042'],
    [0.000423456, '$0.000423'],
    [0.5, '$0.50'],
    [0.9999, '$1.00'],
    [12.345, '$12.35'],
    [12345.6, '$12,346'],
    [-0.0021, '-$0.0021'],
  ])('prints %d as %s', (usd, text) => {
    expect(formatUsd(usd)).toBe(text);
  });
});

describe('formatMs', () => {
  it.each([
    [0, '0 ms'],
    [4.24, '4.2 ms'],
    [83.4, '83 ms'],
    [999.7, '1.00 s'],
    [1234, '1.23 s'],
    [61_234, '61.2 s'],
    [-1500, '-1.50 s'],
  ])('prints %d as %s', (ms, text) => {
    expect(formatMs(ms)).toBe(text);
  });
});

describe('formatDuration', () => {
  it('changes to minutes and hours when seconds become many', () => {
    expect([640, 12_300, 200_000, 7_500_000].map(formatDuration)).toEqual(['640 ms', '12.3 s', '3 min 20 s', '2 h 5 min']);
  });
});

describe('formatInterval', () => {
  it('repeats the unit at the bounds and uses the decimals that fit the mean', () => {
    expect(formatInterval('costUsd', { mean: 0.00042, low: 0.000391, high: 0.000462 })).toBe('$0.00042 [$0.00039, $0.00046]');
    expect(formatInterval('latencyMs', { mean: 1234, low: 980, high: 1410 })).toBe('1.2 s [1.0 s, 1.4 s]');
    expect(formatInterval('latencyMs', { mean: 1234, low: 1220, high: 1251 })).toBe('1.23 s [1.22 s, 1.25 s]');
  });

  it('claims fewer decimals when the interval is wide', () => {
    expect(formatInterval('quality', { mean: 0.8421, low: 0.8212, high: 0.8623 })).toBe('0.842 [0.821, 0.862]');
    expect(formatInterval('quality', { mean: 0.8421, low: 0.7212, high: 0.9123 })).toBe('0.84 [0.72, 0.91]');
  });

  it('prints zero without a sign', () => {
    expect(formatInterval('regret', { mean: -0.00001, low: -0.0002, high: 0.0001 })).toBe('0.000 [0.000, 0.000]');
    expect(formatInterval('costUsd', { mean: 0, low: 0, high: 0 })).toBe('$0.00 [$0.00, $0.00]');
  });

  it('says that nothing is known with a dash', () => {
    expect(formatInterval('quality', null)).toBe('-');
    expect(formatMetric('costUsd', null)).toBe('-');
  });
});

describe('differences', () => {
  const [comparison] = exampleSummary().comparisons;
  if (comparison === undefined) throw new Error('the example has comparisons');

  it('carry their sign and their unit', () => {
    expect(formatDifference({ metric: 'costUsd', delta: -0.0039, low: -0.0049, high: -0.0029 })).toBe('-$0.0039 [-$0.0049, -$0.0029]');
    expect(formatDifference({ metric: 'costUsd', delta: -0.083, low: -0.19, high: -0.0129 })).toBe('-$0.083 [-$0.190, -$0.013]');
    expect(formatDifference({ metric: 'latencyMs', delta: 12, low: -3, high: 27 })).toBe('+12 ms [-3 ms, +27 ms]');
    expect(formatDifference({ metric: 'quality', delta: 0, low: -0.0001, high: 0.01 })).toBe('0.000 [0.000, +0.010]');
  });

  it('are marked ~ where they are not significant after Holm', () => {
    expect(significanceMark({ pAdjusted: 0.05 })).toBe('~');
    expect(significanceMark({ pAdjusted: 0.049 })).toBe('');
    expect(formatComparedChange({ ...comparison, relative: 0.031, delta: 0.02, low: 0.01, high: 0.03, pAdjusted: 0.2 })).toBe('~ +3.1%');
    expect(formatComparedChange({ ...comparison, relative: 0.031, delta: 0.02, low: 0.01, high: 0.03, pAdjusted: 0.01 })).toBe('+3.1%');
  });

  it('are printed in their own unit where the baseline is zero', () => {
    expect(formatComparedChange({ ...comparison, metric: 'regret', relative: null, delta: 0.02, low: 0.01, high: 0.03, pAdjusted: 0.01 })).toBe('+0.020');
  });
});

describe('shares, counts and p values', () => {
  it('keep one decimal only where the percentage is small', () => {
    expect([0.625, 0.046, 0, 1].map(formatShare)).toEqual(['63%', '4.6%', '0%', '100%']);
    expect(formatChange(-0.4637)).toBe('-46%');
    expect(formatChange(0)).toBe('0.0%');
    expect(formatChange(20.79)).toBe('+2,100%');
  });

  it('group thousands', () => {
    expect([999, 1000, 1234567].map(formatCount)).toEqual(['999', '1,000', '1,234,567']);
  });

  it('never claim a p value of zero', () => {
    expect([0, 0.0034, 0.034, 1].map(formatP)).toEqual(['p < 0.001', 'p = 0.003', 'p = 0.03', 'p = 1.00']);
  });
});
