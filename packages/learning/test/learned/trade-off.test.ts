import { armId, seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldEvidence, noEvidence } from '../../src/learned/evidence.ts';
import { type EvidenceDataset, evidenceDataset } from '../../src/learned/evidence-dataset.ts';
import type { QualityFloor } from '../../src/learned/quality-floor.ts';
import { requestKey } from '../../src/learned/request-entry.ts';
import { findTradeOff, type TradeOff } from '../../src/learned/trade-off.ts';
import { stackGround, stackSums } from '../../src/models/stack.ts';
import type { LearningEvent } from '../../src/outcome.ts';
import { directLarge, eventOf } from '../arm-fixture.ts';
import { fourArms as arms, eventsOf, fullTable } from './event-fixture.ts';
import { requestsOf } from './request-fixture.ts';

const requests = requestsOf(40);
/** In the order of their keys, as datasets have them. */
const ordered = requests.toSorted((a, b) => requestKey(a) - requestKey(b));
const armPrice = [0.1, 0.3, 0.2, 0.6];
const prices = Float64Array.from({ length: 40 * 4 }, (_, at) => armPrice[at % 4] as number);
const floors: readonly QualityFloor[] = [
  { kind: 'none' },
  { kind: 'number', value: 0.6 },
  { kind: 'best-arm', margin: 0.02 },
  { kind: 'baseline', margin: 0.02 },
  { kind: 'best', margin: 0.1 },
];

/** Means 0.3, 0.6, 0.5 and 0.7, but for what differs between requests. */
function truth(seed: number, arm: number, request: number): number {
  return ([0.3, 0.6, 0.5, 0.7][arm] as number) + 0.4 * (seededRandom('truth', seed).uniform(arm, request) - 0.5);
}

describe('findTradeOff', () => {
  it('estimates exactly what a full table holds, where everything can be enumerated', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.constantFrom(...floors), fc.constantFrom(0, 0.5, 1), (seed, floor, qualityValue) => {
        const table = tableOf(seed);
        const found = tradeOffOf(datasetOf(seed), table, { floor, qualityValue });
        const means = arms.map((_, arm) => mean(table.filter((__, at) => at % 4 === arm)));
        const reference = means.indexOf(Math.max(...means));
        const chosen = ordered.map((_, request) =>
          best(4, (arm) =>
            affordable(arm, reference, qualityValue)
              ? (table[4 * request + arm] as number) - found.priceOfQuality * (armPrice[arm] as number)
              : Number.NEGATIVE_INFINITY,
          ),
        );
        expect(found.reference).toBe(reference);
        expect(found.estimate.quality).toBeCloseTo(mean(chosen.map((arm, request) => table[4 * request + arm] as number)), 6);
        expect(found.estimate.price).toBeCloseTo(mean(chosen.map((arm) => armPrice[arm] as number)), 9);
        const held: Record<QualityFloor['kind'], number> = {
          none: -1,
          number: 0.6,
          'best-arm': (means[reference] as number) - 0.02,
          baseline: (means[1] as number) - 0.02,
          best: mean(ordered.map((_, request) => Math.max(...table.slice(4 * request, 4 * request + 4)))) - 0.1,
        };
        expect(found.estimate.floor).toBeCloseTo(held[floor.kind], 6);
        expect(found.reached).toBe(found.estimate.quality >= found.estimate.floor);
        if (qualityValue === 0) expect(found.reached).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('takes the policy of the most utility where quality beyond the floor has a value: it buys no quality for more than falling below costs', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.double({ min: 0.3, max: 0.95, noNaN: true }), fc.constantFrom(0.5, 1), (seed, value, qualityValue) => {
        const table = tableOf(seed);
        const { estimate, priceOfQuality } = tradeOffOf(datasetOf(seed), table, { floor: { kind: 'number', value }, qualityValue });
        const utility = (quality: number, price: number) => qualityValue * quality - price - Math.max(0, value - quality);
        // Prices of quality that are looked at: 0, and steps of four powers of ten.
        for (const lambda of [0, ...[35, 24, 12, 6, 3, 1, 0].map((step) => 10 ** ((-4 * step) / 35) / qualityValue)]) {
          const chosen = ordered.map((_, request) => best(4, (arm) => (table[4 * request + arm] as number) - lambda * (armPrice[arm] as number)));
          const other = utility(mean(chosen.map((arm, request) => table[4 * request + arm] as number)), mean(chosen.map((arm) => armPrice[arm] as number)));
          expect(utility(estimate.quality, estimate.price)).toBeGreaterThan(other - 1e-6);
        }
        expect(priceOfQuality).toBeLessThanOrEqual(1 / qualityValue + 1e-9);
      }),
      { numRuns: 40 },
    );
  });

  it('lets an arm that another is as cheap as and better than be chosen where it is known to be the best, and not where it only seems to be', () => {
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        // Arm 1 is dearer than arm 2 and worse on the mean, and better on every second request by what is predicted.
        const places = (arm: number, request: number): number => ([0.3, 0.4, 0.5, 0.7][arm] as number) + (arm === 1 ? 0.4 * (request % 2 === 0 ? 1 : -1) : 0);
        const noise = (arm: number, request: number): number => 0.02 * seededRandom('places', seed).uniform(arm, request);
        const predicted = Float64Array.from({ length: 160 }, (_, at) => places(at % 4, Math.floor(at / 4)));
        const found = (quality: (arm: number, request: number) => number, given: object = {}) => {
          const data = datasetOf(
            seed,
            fullTable(ordered, arms, (arm, analysis) => quality(arms.indexOf(arm), ordered.indexOf(analysis))),
          );
          return [...tradeOffOf(data, predicted, { floor: { kind: 'best-arm', margin: 0.05 }, ...given }).affordable];
        };
        const known = (arm: number, request: number): number => places(arm, request) + noise(arm, request);
        // The other requests are those that it is good at.
        const seeming = (arm: number, request: number): number => places(arm, request + 1) + noise(arm, request);
        expect(found(known)).toEqual([1, 1, 1, 1]);
        // Nor is the cheapest one on the frontier at the price of quality that keeps this floor.
        expect(found(seeming)).toEqual([0, 0, 1, 1]);
        // The same where quality has a value beyond the floor; but arms that tell of each other are not told apart by their means.
        expect(found(known, { qualityValue: 0.5, armsRelated: false })).toEqual([1, 1, 1, 1]);
        expect(found(seeming, { qualityValue: 0.5, armsRelated: false })).toEqual([1, 0, 1, 1]);
        expect(found(seeming, { qualityValue: 0.5, armsRelated: true })).toEqual([1, 1, 1, 1]);
      }),
      { numRuns: 20 },
    );
  });

  it('estimates from bandit feedback what the arms are worth, even where the predictions are wrong', () => {
    // Without a floor the cheapest arm is taken everywhere; propensities differ between arms and requests.
    const value = mean(ordered.map((_, request) => truth(0, 0, request)));
    const estimates = Array.from(
      { length: 60 },
      (_, seed) => tradeOffOf(datasetOf(0, banditLog(seed)), new Float64Array(160).fill(0.9), { floor: { kind: 'none' } }).estimate,
    );
    const qualities = estimates.map(({ quality }) => quality);
    const standardError = deviation(qualities) / Math.sqrt(qualities.length);
    // Predictions are wrong by 0.6, and more so on some requests than on others: a twentieth of that is left.
    expect(Math.abs(mean(qualities) - value)).toBeLessThan(0.03);
    expect(standardError).toBeLessThan(0.02);
    // What it says of its own error holds up to a factor.
    expect(mean(estimates.map((estimate) => estimate.standardError)) / deviation(qualities)).toBeGreaterThan(0.5);
    expect(mean(estimates.map((estimate) => estimate.standardError)) / deviation(qualities)).toBeLessThan(2);
  });

  it('is more exact the better the predictions are, and hardly less so where they are wrong by as much everywhere', () => {
    const spread = (predicted: Float64Array) =>
      deviation(
        Array.from({ length: 40 }, (_, seed) => tradeOffOf(datasetOf(0, banditLog(seed, 0, 2)), predicted, { floor: { kind: 'none' } }).estimate.quality),
      );
    const right = spread(tableOf(0));
    expect(right).toBeLessThan(0.8 * spread(tableOf(0).map((_, at) => seededRandom('wrong').uniform(at))));
    expect(spread(tableOf(0).map((value) => value + 1))).toBeLessThan(2 * right);
  });

  it('corrects predictions of an arm that are wrong on the whole, the more surely the more is known', () => {
    const off = tableOf(3).map((value, at) => value - (at % 4 === 2 ? 0.1 : 0));
    const correctionBy = (data: EvidenceDataset) => {
      const { correction } = tradeOffOf(data, off, { floor: { kind: 'none' } });
      // What lifts all arms together is not theirs to correct.
      return [1, 2, 3].map((arm) => (correction[arm] as number) - (correction[0] as number));
    };
    const whole = correctionBy(datasetOf(3));
    expect(whole[0]).toBeCloseTo(0, 6);
    expect(whole[1]).toBeCloseTo(0.1, 6);
    expect(whole[2]).toBeCloseTo(0, 6);
    const few = Array.from({ length: 20 }, (_, seed) => correctionBy(datasetOf(3, banditLog(seed, 3).slice(0, 60)))[1] as number);
    const many = Array.from({ length: 20 }, (_, seed) => correctionBy(datasetOf(3, banditLog(seed, 3)))[1] as number);
    expect(mean(few)).toBeLessThan(mean(many));
    expect(mean(many)).toBeGreaterThan(0.01);
    expect(mean(many)).toBeLessThan(0.1);
  });

  it('pays more for quality the higher the floor, and the more standard errors above it are asked for', () => {
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        const at = (value: number, caution = 0) => tradeOffOf(datasetOf(seed), tableOf(seed), { floor: { kind: 'number', value }, caution });
        const [low, high] = [at(0.4), at(0.65)];
        expect(low.priceOfQuality).toBeGreaterThanOrEqual(high.priceOfQuality);
        expect(low.estimate.price).toBeLessThanOrEqual(high.estimate.price);
        expect(at(0.5, 2).priceOfQuality).toBeLessThanOrEqual(at(0.5).priceOfQuality);
      }),
      { numRuns: 20 },
    );
  });

  it('is the less sure of a policy the less is known of the arm that it is held to, though the policy itself is known', () => {
    const quality = [0.3, 0.6, 0.5, 0.7];
    const predicted = Float64Array.from({ length: 160 }, (_, at) => quality[at % 4] as number);
    const errorOf = (asked: number): number => {
      const events = ordered.flatMap((analysis, request) =>
        [3, ...(request < asked ? [1] : [])].map((arm) => ({
          ...eventOf(arms[arm] as (typeof arms)[number], { quality: quality[arm] as number }, analysis),
          id: `${request} ${arm}`,
        })),
      );
      // Above the given arm: only the best arm, which is the reference as well, is good enough.
      const found = tradeOffOf(datasetOf(0, events), predicted, { floor: { kind: 'baseline', margin: -0.05 } });
      expect(found.estimate.quality).toBeCloseTo(0.7, 6);
      return found.estimate.standardError;
    };
    expect(errorOf(40)).toBeLessThan(1e-6);
    expect(errorOf(20)).toBeGreaterThan(0.001);
    expect(errorOf(4)).toBeGreaterThan(2 * errorOf(20));
  });

  it('says where no policy reaches the floor, and takes quality alone then', () => {
    const found = tradeOffOf(datasetOf(1), tableOf(1), { floor: { kind: 'number', value: 1 } });
    expect(found).toMatchObject({ reached: false, priceOfQuality: 0 });
  });

  it('is finite where nothing, or only cost, is known', () => {
    for (const events of [[], [eventOf(directLarge, { quality: null }, requests[0])]]) {
      const data = evidenceDataset(foldEvidence(noEvidence, events, { clip: 12, baselineOf: () => null }), arms, { tenantShare: 1 });
      for (const floor of floors) {
        const found = tradeOffOf(data, new Float64Array(4 * data.quality.requests), { floor });
        expect([found.priceOfQuality, ...found.correction, ...Object.values(found.estimate)].every(Number.isFinite)).toBe(true);
      }
    }
  });

  it('is as sure as can be of arms whose outcomes were all seen, again and again the same', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.array(fc.integer({ min: 2, max: 9 }), { minLength: 40, maxLength: 40 }), (seed, repeats) => {
        const quarters = (arm: number, request: number): number => Math.round(4 * truth(seed, arm, request)) / 4;
        const log = fullTable(ordered, arms, (arm, analysis) => quarters(arms.indexOf(arm), ordered.indexOf(analysis))).flatMap((event) =>
          Array.from({ length: repeats[ordered.indexOf(event.analysis)] as number }, (_, time) => ({ ...event, id: `${event.id} ${time}` })),
        );
        const { standingError } = tradeOffOf(datasetOf(seed, log), new Float64Array(160), { floor: { kind: 'best-arm', margin: 0 } });
        for (const error of standingError) expect(error).toBeCloseTo(0, 4);
      }),
      { numRuns: 100 },
    );
  });

  it('holds to the mean of the arms where the baseline leaves the arm to chance', () => {
    const data = { ...datasetOf(2), baseline: new Int32Array(40).fill(-1) };
    expect(tradeOffOf(data, tableOf(2), { floor: { kind: 'baseline', margin: 0 } }).estimate.floor).toBeCloseTo(mean(tableOf(2)), 6);
  });

  it('gives finite numbers on any evidence', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.constantFrom(...floors), fc.integer({ min: 1, max: 80 }), (seed, floor, count) => {
        const data = datasetOf(seed, eventsOf(seed, { count, requests }));
        const found = tradeOffOf(data, new Float64Array(4 * data.quality.requests).fill(0.5), { floor });
        expect([found.priceOfQuality, ...found.correction, ...Object.values(found.estimate)].every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });
});

/** Requests x arms, rounded as sums of outcomes are. */
function tableOf(seed: number): Float64Array {
  return Float64Array.from({ length: 160 }, (_, at) => Math.round(truth(seed, at % 4, Math.floor(at / 4)) * 2 ** 30) / 2 ** 30);
}

/** Six decisions a request unless told, by propensities that depend on it; answers are right or wrong. */
function banditLog(seed: number, world = 0, turns = 6): readonly LearningEvent[] {
  return ordered.flatMap((analysis, request) => {
    const propensities = request % 2 === 0 ? [0.4, 0.3, 0.2, 0.1] : [0.2, 0.2, 0.2, 0.4];
    return Array.from({ length: turns }, (_, decision): LearningEvent => {
      const random = seededRandom('log', seed, request, decision);
      let left = random.uniform('arm');
      const arm = Math.max(
        0,
        propensities.findIndex((propensity) => {
          left -= propensity;
          return left < 0;
        }),
      );
      const quality = random.uniform('quality') < truth(world, arm, request) ? 1 : 0;
      return {
        ...eventOf(arms[arm] as (typeof arms)[number], { quality }, analysis),
        id: `${seed}/${request}/${decision}`,
        propensity: propensities[arm] as number,
      };
    });
  });
}

function datasetOf(
  seed: number,
  events = fullTable(ordered, arms, (arm, analysis) => truth(seed, arms.indexOf(arm), ordered.indexOf(analysis))),
): EvidenceDataset {
  return evidenceDataset(foldEvidence(noEvidence, events, { clip: 12, baselineOf: () => armId(directLarge) }), arms, { tenantShare: 1 });
}

function tradeOffOf(
  data: EvidenceDataset,
  base: Float64Array,
  given: { readonly floor: QualityFloor; readonly qualityValue?: number; readonly caution?: number; readonly armsRelated?: boolean },
): TradeOff {
  const { quality: dataset } = data;
  const value = dataset.value.map(
    (own, cell) =>
      own -
      (base[
        4 * dataset.offsets.findIndex((from, request) => from <= cell && cell < (dataset.offsets[request + 1] as number)) + (dataset.arm[cell] as number)
      ] as number),
  );
  const ground = stackGround({ ...dataset, value }, []);
  const folds = { count: 10, of: Int32Array.from({ length: dataset.requests }, (_, request) => request % 10) };
  const sums = stackSums(ground, new Float64Array(4).fill(1), folds);
  return findTradeOff({
    data,
    base,
    ground,
    sums,
    folds,
    prices: prices.slice(0, 4 * dataset.requests),
    qualityValue: 0,
    caution: 0,
    belowFloor: 1,
    mostPrice: null,
    armsRelated: true,
    ...given,
  });
}

function affordable(arm: number, reference: number, qualityValue: number): boolean {
  return qualityValue > 0 || (armPrice[arm] as number) <= (armPrice[reference] as number);
}

function best(count: number, worthOf: (arm: number) => number): number {
  const values = Array.from({ length: count }, (_, arm) => worthOf(arm));
  return values.indexOf(Math.max(...values));
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}
