import { type Analysis, type Arm, armId } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldEvidence, noEvidence } from '../../src/learned/evidence.ts';
import { type FitGround, type FittedModels, fitModels, memberNames } from '../../src/learned/fitted-models.ts';
import { withEmbedding } from '../../src/learned/learned-state.ts';
import { requestEntry } from '../../src/learned/request-entry.ts';
import { plentyOfRequests } from '../../src/learned/request-ground.ts';
import type { LearningEvent } from '../../src/outcome.ts';
import { analysisWith } from '../analysis-fixture.ts';
import { batchMini, directLarge, directMini, eventOf, orchestrateLarge, orchestrateMini } from '../arm-fixture.ts';
import { eventsOf, fourArms, fullTable, prices, shuffled } from './event-fixture.ts';
import { isCode, requestsOf } from './request-fixture.ts';

const requests = requestsOf(60);
const scale = { quality: 0.7, costUsd: 0.002, latencyMs: 2000 };
const settings: FitGround['settings'] = {
  members: memberNames,
  tenantShare: 0.25,
  qualityValue: 1,
  floor: { kind: 'none' },
  caution: 0,
  belowFloor: 1,
  mostPrice: null,
};

describe('fitModels', () => {
  it('tells which arm is good for which request, from bandit feedback and from full information', () => {
    const good = (arm: Arm, analysis: Analysis) => ((arm === directLarge) === isCode(analysis) ? 0.9 : 0.4);
    const bandit = eventsOf(1, { count: 400, requests });
    for (const events of [bandit, fullTable(requests, fourArms, good)]) {
      const models = modelsOf(events);
      for (const analysis of requestsOf(20, 900)) {
        const { quality } = forecast(models, analysis);
        const large = quality[1] as number;
        if (isCode(analysis)) expect(large).toBe(Math.max(...quality));
        else expect(large).toBeLessThan(Math.max(...quality) - 0.1);
      }
    }
  });

  it('is surer of an arm the more of its outcomes are near', () => {
    const models = modelsOf([...eventsOf(1, { count: 300, requests, arms: [directMini] }), ...eventsOf(2, { count: 20, requests, arms: [directLarge] })]);
    const { qualitySd } = forecast(models, requests[0] as Analysis);
    expect(qualitySd[0]).toBeLessThan(qualitySd[1] as number);
    expect(qualitySd[1]).toBeLessThan(qualitySd[3] as number);
  });

  it('gives the same forecasts for the same evidence, in whatever order it came', () => {
    fc.assert(
      fc.property(fc.nat(100), (order) => {
        const events = eventsOf(1, { count: 120, requests });
        const [plain, other] = [modelsOf(events), modelsOf(shuffled(events, order))];
        for (const analysis of requests.slice(0, 5)) expect(forecast(other, analysis)).toEqual(forecast(plain, analysis));
        expect(other.tradeOff).toEqual(plain.tradeOff);
      }),
      { numRuns: 4 },
    );
  });

  it('tells kinds apart where requests are plenty, and is the same in whatever order their outcomes came', () => {
    const plenty = requestsOf(plentyOfRequests + 40);
    const arms = [directMini, directLarge];
    const events = fullTable(plenty, arms, (arm, analysis) => ((arm === directLarge) === isCode(analysis) ? 0.9 : 0.4));
    const [plain, other] = [modelsOf(events, { arms }), modelsOf(shuffled(events, 1), { arms })];
    expect(plain.members.map(({ name }) => name)).toContain('neighbours 120');
    expect(plain.tradeOff.ridge).toBe(0);
    for (const analysis of requestsOf(10, 9000)) {
      const { quality } = forecast(plain, analysis);
      expect(quality[1]).toBeCloseTo(isCode(analysis) ? 0.9 : 0.4, 1);
      expect(quality[0]).toBeCloseTo(isCode(analysis) ? 0.4 : 0.9, 1);
      expect(forecast(other, analysis)).toEqual(forecast(plain, analysis));
    }
    expect(other.tradeOff).toEqual(plain.tradeOff);
  });

  describe('where little or nothing is known', () => {
    const odd = [
      analysisWith({ text: '' }),
      analysisWith({ text: 'x'.repeat(100_000) }),
      analysisWith({ text: 'many words '.repeat(10_000) }),
      analysisWith({ text: '\u0000\ud800 \n'.repeat(50) }),
    ];
    const alike = Array.from({ length: 40 }, (_, index) => ({
      ...eventOf(fourArms[index % 4] as Arm, { quality: 1 }, analysisWith({ text: 'the same' })),
      id: `${index}`,
    }));
    const cases: Readonly<Record<string, readonly LearningEvent[]>> = {
      'no request': [],
      'one request': [eventOf(directMini, { quality: 1 })],
      'one request without a quality': [eventOf(directMini, { quality: null })],
      'equal texts': alike,
      'texts that differ and nothing else': Array.from({ length: 40 }, (_, index) =>
        eventOf(directMini, { quality: 0.5 }, analysisWith({ text: `t${index}`, requestId: `t${index}` })),
      ),
      'empty and endless texts': odd.flatMap((analysis, index) =>
        fourArms.slice(0, 2).map((arm) => ({ ...eventOf(arm, { quality: index % 2 }, analysis), id: `${index} ${armId(arm)}` })),
      ),
      'one arm of four': eventsOf(1, { count: 60, requests, arms: [directMini] }),
      'arms that are no candidates': eventsOf(1, { count: 60, requests, arms: [batchMini] }),
      'the same quality everywhere': eventsOf(1, { count: 60, requests }).map((event) => ({ ...event, outcome: { ...event.outcome, quality: 1 } })),
      'no cost and no time': eventsOf(1, { count: 60, requests }).map((event) => ({ ...event, outcome: { ...event.outcome, costUsd: 0, latencyMs: 0 } })),
      'costs and times beyond reason': eventsOf(1, { count: 60, requests }).map((event) => ({
        ...event,
        outcome: { ...event.outcome, costUsd: 1e12, latencyMs: 1e12 },
      })),
      'an arm that was discounted again and again': eventsOf(1, { count: 60, requests }),
    };
    for (const [what, events] of Object.entries(cases)) {
      it(`forecasts finite numbers: ${what}`, () => {
        for (const arms of [fourArms, [directMini]]) {
          const models = modelsOf(events, { arms, discounts: what.startsWith('an arm') ? 60 : 0 });
          for (const analysis of [...odd, ...requests.slice(0, 2)]) {
            const { quality, qualitySd, price, costUsd, latencyMs } = forecast(models, analysis);
            for (const values of [quality, qualitySd, price, costUsd ?? [], latencyMs ?? []]) expect([...values].every(Number.isFinite)).toBe(true);
            expect(quality).toHaveLength(arms.length);
            expect([...qualitySd].every((sd) => sd > 0)).toBe(true);
          }
          expect(Number.isFinite(models.tradeOff.priceOfQuality)).toBe(true);
        }
      });
    }
  });

  describe('when arms come and go', () => {
    const three = [directMini, directLarge, orchestrateMini];
    const table = (qualities: readonly number[]) => fullTable(requests, three, (arm) => qualities[three.indexOf(arm as (typeof three)[number])] as number);

    it('keeps what is known of the known, and expects of a new one what its relatives are worth', () => {
      const events = table([0.4, 0.8, 0.5]);
      const before = forecast(modelsOf(events, { arms: three }), requests[0] as Analysis);
      const after = forecast(modelsOf(events, { arms: [...three, orchestrateLarge] }), requests[0] as Analysis);
      three.forEach((_, arm) => {
        expect(after.quality[arm]).toBeCloseTo(before.quality[arm] as number, 1);
      });
      // Its strategy is a little better, its model much.
      expect(after.quality[3]).toBeGreaterThan((after.quality[2] as number) + 0.1);
      expect(after.qualitySd[3]).toBeGreaterThan(after.qualitySd[2] as number);
    });

    it('lets a retired arm speak for its relatives still', () => {
      const expected = (large: number) => {
        const models = modelsOf(table([0.5, large, 0.5]), { arms: [directMini, orchestrateMini, orchestrateLarge] });
        return forecast(models, requests[1] as Analysis);
      };
      const [good, bad] = [expected(0.9), expected(0.1)];
      expect((good.quality[2] as number) - (good.quality[1] as number)).toBeGreaterThan(0.1);
      expect((bad.quality[2] as number) - (bad.quality[1] as number)).toBeLessThan(-0.1);
      // But not as a candidate.
      expect(good.quality).toHaveLength(3);
      // What it cost tells what a relative will.
      expect(good.costUsd?.[2]).toBeGreaterThan(good.costUsd?.[1] as number);
    });
  });

  it('lets forged top scores for a bad arm move forecasts by no more than their share', () => {
    const honest = eventsOf(5, { count: 400, requests, tenants: ['north', 'south', 'west'] });
    const bad = (event: LearningEvent): LearningEvent =>
      event.arm === orchestrateMini && event.outcome.quality !== null ? { ...event, outcome: { ...event.outcome, quality: event.outcome.quality / 2 } } : event;
    const forged = Array.from(
      { length: 5000 },
      (_, index): LearningEvent => ({
        ...eventOf(orchestrateMini, { quality: 1, costUsd: null, latencyMs: null }, requests[index % 60]),
        id: `forged ${index}`,
        tenant: 'forger',
      }),
    );
    const [clean, poisoned, open] = [
      modelsOf(honest.map(bad)),
      modelsOf([...honest.map(bad), ...forged]),
      modelsOf([...honest.map(bad), ...forged], { tenantShare: 1 }),
    ];
    const moves = (models: FittedModels) =>
      mean(requestsOf(30, 700).map((analysis) => (forecast(models, analysis).quality[2] as number) - (forecast(clean, analysis).quality[2] as number)));
    const honestMean = mean(requestsOf(30, 700).map((analysis) => forecast(clean, analysis).quality[2] as number));
    expect(honestMean).toBeLessThan(0.45);
    // A fourth of the way to 1, and no further; without the cap nearly all of it.
    expect(moves(poisoned)).toBeLessThan(0.25 * (1 - honestMean) + 0.02);
    expect(moves(open)).toBeGreaterThan(0.8 * (1 - honestMean));
  });
});

function modelsOf(
  events: readonly LearningEvent[],
  given: { readonly arms?: readonly Arm[]; readonly tenantShare?: number; readonly discounts?: number } = {},
): FittedModels {
  const { arms = fourArms, tenantShare = 0.25, discounts = 0 } = given;
  const folded = foldEvidence(noEvidence, events, { clip: 12, baselineOf: () => armId(directMini) });
  const { evidence, embedding } = withEmbedding(folded, null);
  const factor = 0.25 ** discounts;
  const less = (cells: ReadonlyMap<string, Float64Array>) =>
    new Map([...cells].map(([name, sums]) => [name, name.endsWith(armId(directMini)) ? sums.map((value) => value * factor) : sums]));
  const discounted = {
    ...evidence,
    overall: less(evidence.overall),
    requests: new Map([...evidence.requests].map(([key, request]) => [key, { ...request, cells: less(request.cells) }])),
  };
  return fitModels(discounts === 0 ? evidence : discounted, {
    arms,
    embedding: embedding?.embedding ?? null,
    prices,
    scale,
    settings: { ...settings, tenantShare },
  });
}

function forecast(models: FittedModels, analysis: Analysis) {
  return models.forecast(models.view(requestEntry(analysis)));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
