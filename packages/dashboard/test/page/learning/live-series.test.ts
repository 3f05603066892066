import type { LiveDecision, LiveMessage } from '@ratchet/service';
import { describe, expect, it } from 'vitest';
import { liveSeries } from '../../../src/page/learning/live-series.ts';

const decision = (changes: Partial<LiveDecision> = {}): LiveDecision => ({
  id: 'd',
  at: '2026-01-01T00:00:00.000Z',
  arm: 'direct/mini',
  strategy: 'direct',
  models: ['mini'],
  generation: 1,
  explored: false,
  status: 'answered',
  costUsd: 0.01,
  latencyMs: 100,
  ...changes,
});
const message = (changes: Partial<LiveMessage>): LiveMessage => ({ decisions: [], feedback: [], learning: [], dropped: 0, ...changes });

describe('the last seconds of a service', () => {
  it('are columns of a second each, without the one that is not over', () => {
    const series = liveSeries(3);
    series.add(message({ decisions: [decision(), decision({ costUsd: 0.03, latencyMs: null })] }), 10_200);
    series.add(message({ decisions: [decision()], feedback: [{ decision: 'd', quality: 0.5 }] }), 12_900);
    series.add(message({ decisions: [decision()] }), 13_000);
    expect(series.columns(13_500)).toEqual({
      seconds: [10, 11, 12],
      decisionsPerSecond: [2, 0, 1],
      costUsd: [0.02, null, 0.01],
      latencyMs: [100, null, 100],
      quality: [null, null, 0.5],
    });
  });

  it('forget what is older', () => {
    const series = liveSeries(3);
    series.add(message({ decisions: [decision()], dropped: 5 }), 1000);
    expect(series.totals(4000)).toMatchObject({ decisions: 1, dropped: 5 });
    expect(series.totals(5000)).toMatchObject({ decisions: 0, dropped: 0 });
    expect(series.columns(500_000).decisionsPerSecond).toEqual([0, 0, 0]);
  });

  it('count by strategy, what explored, what failed and what was left out', () => {
    const series = liveSeries(10);
    series.add(
      message({ decisions: [decision(), decision({ strategy: 'batch', explored: true }), decision({ status: 'failed', costUsd: null })], dropped: 2 }),
      1000,
    );
    expect(series.totals(1000)).toEqual({ decisions: 3, failed: 1, explored: 1, judged: 0, dropped: 2, strategies: { direct: 2, batch: 1 } });
  });
});
