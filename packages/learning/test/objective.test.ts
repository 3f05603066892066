import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  executionPrice,
  executionPrices,
  floorPenalty,
  objectiveSchema,
  outcomeUtility,
  type UtilityPrices,
  type UtilityScale,
  utilityPricesSchema,
} from '../src/objective.ts';
import type { Outcome } from '../src/outcome.ts';

const prices: UtilityPrices = { cost: 0.1, latency: 0.05, belowFloor: 2, margin: 0.02 };
const scale: UtilityScale = { quality: 0.8, costUsd: 0.004, latencyMs: 2000 };

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const amount = fc.double({ min: 0, max: 1e4, noNaN: true });
const anyPrices = fc.record({ cost: amount, latency: amount, belowFloor: amount, margin: unit });
const anyScale = fc.record({
  quality: unit,
  costUsd: fc.option(fc.double({ min: 1e-3, max: 1e4, noNaN: true })),
  latencyMs: fc.option(fc.double({ min: 1e-3, max: 1e4, noNaN: true })),
});
const anyOutcome = fc.record({ quality: unit, costUsd: fc.option(amount), latencyMs: fc.option(amount) });

describe('outcomeUtility', () => {
  it('is quality less the relative cost and latency at their prices', () => {
    // 0.9 - 0.1 x (0.002 / 0.004) - 0.05 x (3000 / 2000)
    expect(outcomeUtility({ quality: 0.9, costUsd: 0.002, latencyMs: 3000 }, prices, scale)).toBeCloseTo(0.775, 12);
  });

  it('is the quality less the two prices for an outcome that costs what the baseline does', () => {
    expect(outcomeUtility({ quality: 0.8, costUsd: 0.004, latencyMs: 2000 }, prices, scale)).toBeCloseTo(0.8 - 0.1 - 0.05, 12);
  });

  it('is unknown where the quality is, and not 0', () => {
    expect(outcomeUtility({ quality: null, costUsd: 1, latencyMs: 1 }, prices, scale)).toBeNull();
    expect(outcomeUtility({ quality: 0, costUsd: null, latencyMs: null }, prices, scale)).toBe(0);
  });

  it('charges nothing for what was not measured, on either side', () => {
    const outcome: Outcome = { quality: 0.9, costUsd: 0.002, latencyMs: 3000 };
    expect(outcomeUtility({ ...outcome, costUsd: null, latencyMs: null }, prices, scale)).toBe(0.9);
    expect(outcomeUtility(outcome, prices, { quality: 0.8, costUsd: null, latencyMs: null })).toBe(0.9);
    expect(outcomeUtility(outcome, prices, { quality: 0.8, costUsd: 0, latencyMs: 0 })).toBe(0.9);
  });

  it('is finite, rises with quality and falls with cost and latency', () => {
    fc.assert(
      fc.property(anyOutcome, anyPrices, anyScale, fc.double({ min: 0, max: 10, noNaN: true }), (outcome, at, relativeTo, more) => {
        const utility = outcomeUtility(outcome, at, relativeTo) as number;
        expect(utility).toSatisfy(Number.isFinite);
        expect(outcomeUtility({ ...outcome, quality: outcome.quality + more }, at, relativeTo)).toBeGreaterThanOrEqual(utility);
        if (outcome.costUsd !== null) expect(outcomeUtility({ ...outcome, costUsd: outcome.costUsd + more }, at, relativeTo)).toBeLessThanOrEqual(utility);
        if (outcome.latencyMs !== null)
          expect(outcomeUtility({ ...outcome, latencyMs: outcome.latencyMs + more }, at, relativeTo)).toBeLessThanOrEqual(utility);
      }),
    );
  });

  it('does not depend on the units of cost and latency', () => {
    fc.assert(
      fc.property(anyOutcome, fc.double({ min: 0.01, max: 100, noNaN: true }), (outcome, factor) => {
        const times = (value: number | null) => (value === null ? null : value * factor);
        const converted = { ...outcome, costUsd: times(outcome.costUsd), latencyMs: times(outcome.latencyMs) };
        const convertedScale = { ...scale, costUsd: times(scale.costUsd), latencyMs: times(scale.latencyMs) };
        const [before, after] = [outcomeUtility(outcome, prices, scale) as number, outcomeUtility(converted, prices, convertedScale) as number];
        expect(Math.abs(after - before)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(before)));
      }),
    );
  });
});

describe('executionPrice', () => {
  it('is the difference between quality and utility', () => {
    fc.assert(
      fc.property(anyOutcome, anyPrices, anyScale, (outcome, at, relativeTo) => {
        const price = executionPrice(outcome, at, relativeTo);
        expect(price).toBeGreaterThanOrEqual(0);
        expect(outcomeUtility(outcome, at, relativeTo)).toBe(outcome.quality - price);
      }),
    );
  });
});

describe('executionPrices', () => {
  it('are those of the executions one by one, to the bit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(amount, amount)),
        fc.boolean(),
        fc.boolean(),
        anyPrices,
        anyScale,
        (executions, knowsCost, knowsLatency, at, relativeTo) => {
          const outcomes = executions.map(([cost, latency]) => ({ costUsd: knowsCost ? cost : null, latencyMs: knowsLatency ? latency : null }));
          const into = new Float64Array(executions.length).fill(Number.NaN);
          const values = (index: 0 | 1) => Float64Array.from(executions, (execution) => execution[index]);
          executionPrices(into, { costUsd: knowsCost ? values(0) : null, latencyMs: knowsLatency ? values(1) : null }, { prices: at, scale: relativeTo });
          expect([...into]).toEqual(outcomes.map((outcome) => executionPrice(outcome, at, relativeTo)));
        },
      ),
    );
  });
});

describe('floorPenalty', () => {
  it('takes its price for each point below the floor', () => {
    // 2 x (0.8 - 0.02 - 0.7)
    expect(floorPenalty(0.7, prices, scale)).toBeCloseTo(0.16, 12);
  });

  it('is 0 at the floor and above it, and never negative', () => {
    fc.assert(
      fc.property(unit, anyPrices, anyScale, (quality, at, relativeTo) => {
        const floor = relativeTo.quality - at.margin;
        expect(floorPenalty(quality, at, relativeTo)).toBeGreaterThanOrEqual(0);
        expect(floorPenalty(floor, at, relativeTo)).toBe(0);
        expect(floorPenalty(Math.max(floor, quality), at, relativeTo)).toBe(0);
      }),
    );
  });

  it('never rises with quality', () => {
    fc.assert(
      fc.property(unit, unit, anyPrices, anyScale, (one, other, at, relativeTo) => {
        expect(floorPenalty(Math.max(one, other), at, relativeTo)).toBeLessThanOrEqual(floorPenalty(Math.min(one, other), at, relativeTo));
      }),
    );
  });
});

describe('the schemas of what is wanted', () => {
  it('ask for the quality of the baseline less a margin unless told otherwise', () => {
    expect(objectiveSchema.parse({ kind: 'constrained' })).toMatchObject({ kind: 'constrained', floor: { kind: 'baseline', margin: 0.02 } });
    expect(utilityPricesSchema.parse({ cost: 0.1, latency: 0 })).toEqual({ cost: 0.1, latency: 0, belowFloor: 1, margin: 0.02 });
  });

  it('refuse unknown keys, negative prices and floors that are no quality', () => {
    expect(objectiveSchema.safeParse({ kind: 'weighted', floor: 0.5 }).success).toBe(false);
    expect(objectiveSchema.safeParse({ kind: 'constrained', floor: { kind: 'number', value: 1.5 } }).success).toBe(false);
    expect(objectiveSchema.safeParse({ kind: 'constrained', deadlineMs: 0 }).success).toBe(false);
    expect(utilityPricesSchema.safeParse({ cost: -0.1, latency: 0 }).success).toBe(false);
  });
});
