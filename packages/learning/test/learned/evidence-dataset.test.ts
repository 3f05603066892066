import { type Analysis, armId } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldEvidence, noEvidence } from '../../src/learned/evidence.ts';
import { armParents, evidenceDataset } from '../../src/learned/evidence-dataset.ts';
import type { LearningEvent } from '../../src/outcome.ts';
import { batchMini, collaborateBoth, directLarge, directMini, eventOf } from '../arm-fixture.ts';
import { eventsOf, fourArms, fullTable, shuffled } from './event-fixture.ts';
import { requestsOf } from './request-fixture.ts';

const requests = requestsOf(10);
const fold = (events: readonly LearningEvent[]) => foldEvidence(noEvidence, events, { clip: 12, baselineOf: () => armId(directLarge) });
const dataset = (events: readonly LearningEvent[], tenantShare = 1) => evidenceDataset(fold(events), fourArms, { tenantShare });

describe('evidenceDataset', () => {
  it('has the mean of the outcomes of each arm on each request', () => {
    const [one, two] = requests as [Analysis, Analysis];
    const events = [
      { ...eventOf(directMini, { quality: 0.25 }, one), id: 'a' },
      { ...eventOf(directMini, { quality: 0.75 }, one), id: 'b' },
      { ...eventOf(collaborateBoth, { quality: 1 }, two), id: 'c' },
      { ...eventOf(collaborateBoth, { quality: null }, one), id: 'd' },
    ];
    const { quality, decisions, baseline } = dataset(events);
    expect([quality.requests, quality.arms, quality.arm.length]).toEqual([2, 4, 2]);
    const cells = [...quality.arm].map((arm, cell) => [arm, quality.value[cell]]).sort();
    expect(cells).toEqual([
      [0, 0.5],
      [3, 1],
    ]);
    expect([...decisions].sort()).toEqual([1, 2]);
    expect([...baseline]).toEqual([1, 1]);
  });

  it('is the same whatever the order of the events', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(100), (seed, order) => {
        const events = eventsOf(seed, { requests, tenants: ['a', 'b'] });
        expect(dataset(shuffled(events, order), 0.5)).toEqual(dataset(events, 0.5));
      }),
      { numRuns: 20 },
    );
  });

  it('leaves out arms that are no candidates', () => {
    const known = eventsOf(3, { requests });
    const others = requests.map((analysis) => eventOf(batchMini, { quality: 0 }, analysis));
    const [without, with_] = [dataset(known), dataset([...known, ...others])];
    expect(with_.quality.arm).toHaveLength(without.quality.arm.length);
    expect(with_.variance).toBe(without.variance);
  });

  it('counts outcomes of one arm on one request for less than as many on different ones, the more alike they are', () => {
    const [own] = requests as [Analysis];
    const repeated = (quality: (index: number, request: number) => number) =>
      dataset(
        requests.flatMap((analysis, request) =>
          Array.from({ length: 8 }, (_, index) => ({ ...eventOf(directMini, { quality: quality(index, request) }, analysis), id: `${request}/${index}` })),
        ),
      );
    const alike = repeated((_, request) => request % 2);
    expect(alike.repeatability).toBeGreaterThan(0.9);
    for (const weight of alike.quality.weight) expect(weight).toBeLessThan(1.2);
    const chance = repeated((index) => index % 2);
    expect(chance.repeatability).toBe(0);
    for (const weight of chance.quality.weight) expect(weight).toBe(8);
    expect(own.requestId).toBe('request 0');
  });

  it('counts how often a request is in a full table, not its cells', () => {
    expect([...dataset(fullTable(requests, fourArms, () => 0.5)).decisions]).toEqual(requests.map(() => 1));
  });

  describe('with several tenants', () => {
    const outcomesOf = (tenant: string, count: number): readonly LearningEvent[] =>
      Array.from({ length: count }, (_, index) => ({
        ...eventOf(directMini, { quality: 1 }, requests[index % 10] as Analysis),
        id: `${tenant} ${index}`,
        tenant,
      }));
    /** What counts of each, in the order given. */
    const counted = (counts: readonly number[], share: number): readonly number[] => {
      const evidence = fold(counts.flatMap((count, index) => outcomesOf(`tenant ${index}`, count)));
      return counts.map((_, index) => {
        const own = {
          ...evidence,
          requests: new Map(
            [...evidence.requests].map(([key, request]) => [
              key,
              { ...request, cells: new Map([...request.cells].filter(([name]) => name.startsWith(`tenant ${index}\n`))) },
            ]),
          ),
        };
        return evidenceDataset(own, fourArms, { tenantShare: share })
          .cells.flat()
          .reduce((sum, { sums }) => sum + (sums[0] as number), 0);
      });
    };

    it('lets none stand for more than its share of what counts, and caps no more than that', () => {
      fc.assert(
        fc.property(
          fc.array(fc.oneof(fc.nat(20), fc.nat(400)), { minLength: 2, maxLength: 6 }),
          fc.double({ min: 0.1, max: 0.9, noNaN: true }),
          (sent, share) => {
            const counts = sent.map((count) => count + 1);
            const allowed = Math.max(share, 1 / counts.length);
            const weights = counted(counts, share);
            const most = allowed * (10 + weights.reduce((sum, weight) => sum + weight, 0));
            weights.forEach((weight, index) => {
              expect(weight).toBeLessThanOrEqual(most + 1e-6);
              if (weight < (counts[index] as number) - 1e-6) expect(weight).toBeCloseTo(most, 6);
            });
          },
        ),
        { numRuns: 30 },
      );
    });

    it('holds a flood, and an amount just below that of an honest majority, to a fourth', () => {
      expect(counted([100, 100, 100, 5000], 0.25).map(Math.round)).toEqual([100, 100, 100, 103]);
      const [, , , forged] = counted([1000, 10, 10, 300], 0.25) as [number, number, number, number];
      expect(forged / counted([1000, 10, 10, 300], 0.25).reduce((sum, weight) => sum + weight, 10)).toBeLessThanOrEqual(0.25 + 1e-9);
    });

    it('does not cap a single one, nor two that sent as much', () => {
      expect(counted([5000], 0.25)).toEqual([5000]);
      expect(counted([300, 300], 0.25)).toEqual([300, 300]);
      expect(counted([5000, 40], 0.25).map(Math.round)).toEqual([50, 40]);
    });
  });

  it('is of nothing where nothing is known', () => {
    const empty = evidenceDataset(noEvidence, fourArms, { tenantShare: 0.25 });
    expect(empty.quality.requests).toBe(0);
    expect(empty.variance).toBeCloseTo(0.1, 12);
  });
});

describe('armParents', () => {
  it('names strategy and models, then models, then all', () => {
    expect(armParents(directMini)).toEqual(['direct mini', 'models mini', 'all']);
    expect(armParents(collaborateBoth)).toEqual(['collaborate mini+large', 'models mini+large', 'all']);
  });
});
