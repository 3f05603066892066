import { armId, seededRandom } from '@ratchet/core';
import { describe, expect, it } from 'vitest';
import { armFeatures } from '../../src/learned/arm-features.ts';
import { foldEvidence, noEvidence } from '../../src/learned/evidence.ts';
import { evidenceDataset } from '../../src/learned/evidence-dataset.ts';
import { executionModel } from '../../src/learned/execution-model.ts';
import { requestEntry } from '../../src/learned/request-entry.ts';
import { requestSpace } from '../../src/learned/request-space.ts';
import type { LearningEvent } from '../../src/outcome.ts';
import { directLarge, directMini, eventOf, orchestrateLarge, orchestrateMini } from '../arm-fixture.ts';
import { requestsOf } from './request-fixture.ts';

const arms = [directMini, directLarge, orchestrateMini, orchestrateLarge];
const requests = requestsOf(40);
const price = [0.001, 0.01, 0.002, 0.02];

describe('executionModel', () => {
  it('expects the mean, not the typical value, which is less', () => {
    const events = eventsFor([0, 1, 2, 3], 0.8);
    const model = modelOf(events, 'cost');
    arms.forEach((arm, index) => {
      const own = events.filter((event) => event.arm === arm).map(({ outcome }) => outcome.costUsd as number);
      const expected = requests.map((analysis) => expectedOf(model, index, analysis));
      expect(mean(expected) / mean(own)).toBeGreaterThan(0.8);
      expect(mean(expected) / mean(own)).toBeLessThan(1.25);
    });
    expect(model?.logDeviation).toBeGreaterThan(0.7);
    expect(model?.logDeviation).toBeLessThan(0.9);
  });

  it('expects of an arm that was never tried what its relatives take', () => {
    const model = modelOf(eventsFor([0, 1, 2], 0.1), 'cost');
    const [analysis] = requests as [(typeof requests)[number]];
    const ratio = expectedOf(model, 3, analysis) / 0.02;
    expect(ratio).toBeGreaterThan(0.3);
    expect(ratio).toBeLessThan(2);
  });

  it('knows nothing where nothing was measured, and gives finite numbers for free, instant and absurdly dear answers', () => {
    expect(modelOf([], 'cost')).toBeNull();
    expect(modelOf([eventOf(directMini, { costUsd: null })], 'cost')).toBeNull();
    for (const costUsd of [0, 1e12]) {
      const model = modelOf([eventOf(directMini, { costUsd, latencyMs: costUsd }, requests[0])], 'latency');
      arms.forEach((_, arm) => {
        expect(expectedOf(model, arm, requests[3] as (typeof requests)[number])).toSatisfy(Number.isFinite);
      });
    }
  });
});

const space = requestSpace(requests.map(requestEntry), null);

function expectedOf(model: ReturnType<typeof modelOf>, arm: number, analysis: (typeof requests)[number]): number {
  const expected = new Float64Array(arms.length);
  model?.expected(space.linear(requestEntry(analysis)), expected);
  return model === null ? Number.NaN : (expected[arm] as number);
}

function eventsFor(tried: readonly number[], spread: number): readonly LearningEvent[] {
  const random = seededRandom('execution');
  return requests.flatMap((analysis) =>
    tried.map((arm) =>
      eventOf(arms[arm] as (typeof arms)[number], { costUsd: (price[arm] as number) * Math.exp(spread * random.normal(analysis.requestId, arm)) }, analysis),
    ),
  );
}

function modelOf(events: readonly LearningEvent[], measure: 'cost' | 'latency') {
  const data = evidenceDataset(foldEvidence(noEvidence, events, { clip: 10, baselineOf: () => armId(directMini) }), arms, { tenantShare: 1 });
  return executionModel(data, measure, { linear: data.entries.map((entry) => space.linear(entry)), features: armFeatures(arms) });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
