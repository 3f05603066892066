import { type Random, seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CalibrationPoint, calibrate, conformalInterval } from '../../src/conformal/conformal-interval.ts';
import { type CoverageReport, intervalCoverage } from '../../src/conformal/interval-coverage.ts';
import { costScale, latencyScale, type MetricScale, qualityScale } from '../../src/conformal/metric-scale.ts';

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const positive = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
const qualityPoints = (minLength: number) => fc.array(fc.record({ predicted: unit, observed: unit, spread: positive }), { minLength, maxLength: 60 });

describe('conformalInterval on exchangeable data', () => {
  it('covers as often as it promises, hardly more, however wrong the predictions are', () => {
    const lopsided = (random: Random): CalibrationPoint => {
      const predicted = random.uniform('predicted');
      // Too high by a third, and the truth has its own luck.
      return { predicted, observed: 0.6 * predicted * random.uniform('luck') ** 0.3 };
    };
    for (const [coverage, points] of [
      [0.9, 39],
      [0.8, 59],
    ] as const) {
      const report = simulate(lopsided, { scale: qualityScale, points, coverage });
      expect(report.coverage).toBeGreaterThan(coverage - 0.015);
      expect(report.coverage).toBeLessThan(coverage + 2 / (points + 1) + 0.015);
      expect(Math.abs(report.below - report.above)).toBeLessThan(0.3 * (report.below + report.above));
    }
  });

  it('covers costs by factors, where errors grow with the cost', () => {
    const costly = (random: Random): CalibrationPoint => {
      const predicted = 10 ** (-5 + 4 * random.uniform('predicted'));
      return { predicted, observed: 1.4 * predicted * Math.exp(0.5 * random.normal('luck')) };
    };
    const report = simulate(costly, { scale: costScale, points: 59, coverage: 0.9 });
    expect(Math.abs((report.coverage as number) - 0.91)).toBeLessThan(0.025);
  });

  it('covers the latencies behind timeouts too, which it would not without them', () => {
    const timeoutMs = 1000 * Math.exp(1.2);
    const latency = (random: Random): CalibrationPoint => ({ predicted: 1000, observed: 1000 * Math.exp(random.normal('luck')) });
    const censored = (point: CalibrationPoint): CalibrationPoint =>
      (point.observed as number) > timeoutMs ? { ...point, observed: { atLeast: timeoutMs } } : point;
    const dropped = (point: CalibrationPoint) => (point.observed as number) <= timeoutMs;
    const settings = { scale: latencyScale, points: 79, coverage: 0.7 };
    // 11.5% of latencies are beyond the timeout, and 15% may be above the interval.
    expect(simulate(latency, { ...settings, calibration: (points) => points.map(censored) }).coverage).toBeGreaterThan(0.69);
    expect(simulate(latency, { ...settings, calibration: (points) => points.filter(dropped) }).coverage).toBeLessThan(0.66);
  });
});

describe('conformalInterval', () => {
  it('reaches from the least to the greatest residual with just enough points, and knows nothing with one less', () => {
    const points = Array.from({ length: 19 }, (_, index) => ({ predicted: 0.5, observed: 0.3 + 0.02 * index }));
    const interval = conformalInterval(calibrate(points, qualityScale), { predicted: 0.4 }, 0.9);
    if (interval.kind !== 'interval') throw new Error(interval.kind);
    expect(interval.low).toBeCloseTo(0.2, 12);
    expect(interval.high).toBeCloseTo(0.56, 12);
    expect(conformalInterval(calibrate(points.slice(1), qualityScale), { predicted: 0.4 }, 0.9)).toEqual({ kind: 'unknown', points: 18, needed: 19 });
    expect(conformalInterval(calibrate([], qualityScale), { predicted: 0.4 }, 0.95)).toEqual({ kind: 'unknown', points: 0, needed: 39 });
  });

  it('needs as many points as it says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 99 }), (size, percent) => {
        const of = (points: number) => calibrate(Array(points).fill({ predicted: 0.5, observed: 0.5 }), qualityScale);
        const interval = conformalInterval(of(size), { predicted: 0.5 }, percent / 100);
        if (interval.kind !== 'unknown') return;
        expect(interval.needed).toBeGreaterThan(size);
        expect(conformalInterval(of(interval.needed - 1), { predicted: 0.5 }, percent / 100).kind).toBe('unknown');
        expect(conformalInterval(of(interval.needed), { predicted: 0.5 }, percent / 100).kind).toBe('interval');
      }),
    );
  });

  it('stays in the range of quality, in order, and widens with coverage', () => {
    fc.assert(
      fc.property(qualityPoints(19), fc.double({ min: -0.5, max: 1.5, noNaN: true }), (points, predicted) => {
        const calibration = calibrate(points, qualityScale);
        const wide = conformalInterval(calibration, { predicted }, 0.9);
        const narrow = conformalInterval(calibration, { predicted }, 0.5);
        if (wide.kind !== 'interval' || narrow.kind !== 'interval') throw new Error('no interval');
        const ends = [0, wide.low, narrow.low, narrow.high, wide.high, 1];
        expect(ends).toEqual(ends.toSorted((a, b) => a - b));
      }),
    );
  });

  it('is as wide as its spread, and does not depend on the unit of spreads or the order of points', () => {
    fc.assert(
      fc.property(qualityPoints(19), positive, unit, (points, factor, predicted) => {
        const scale: MetricScale = { kind: 'bounded', low: -1e9, high: 1e9 };
        const interval = (of: readonly CalibrationPoint[], spread: number) => conformalInterval(calibrate(of, scale), { predicted, spread }, 0.9);
        const one = interval(points, 1);
        const other = interval(
          points.toReversed().map((point) => ({ ...point, spread: point.spread * factor })),
          factor,
        );
        const double = interval(points, 2);
        if (one.kind !== 'interval' || other.kind !== 'interval' || double.kind !== 'interval') throw new Error('no interval');
        expect(other.low).toBeCloseTo(one.low, 6);
        expect(other.high).toBeCloseTo(one.high, 6);
        expect(double.high - double.low).toBeCloseTo(2 * (one.high - one.low), 6);
      }),
    );
  });

  it('never moves an end inwards when a latency is known only to have been greater than so much', () => {
    const latencies = fc.array(fc.record({ predicted: positive, observed: positive, seen: fc.option(unit) }), { minLength: 19, maxLength: 60 });
    fc.assert(
      fc.property(latencies, (all) => {
        const truth = conformalInterval(calibrate(all, latencyScale), { predicted: 10 }, 0.9);
        const cut = all.map(({ predicted, observed, seen }) => ({ predicted, observed: seen === null ? observed : { atLeast: seen * observed } }));
        const censored = conformalInterval(calibrate(cut, latencyScale), { predicted: 10 }, 0.9);
        if (truth.kind !== 'interval' || censored.kind === 'unknown') throw new Error('no interval');
        expect(censored.low).toBeLessThanOrEqual(truth.low);
        if (censored.kind === 'interval') expect(censored.high).toBeGreaterThanOrEqual(truth.high);
      }),
    );
  });

  it('gives a lower bound alone once more points were censored than it may leave out', () => {
    const points = (timeouts: number) =>
      Array.from({ length: 99 }, (_, index) => ({ predicted: 1000, observed: index < timeouts ? { atLeast: 30_000 } : 500 + 10 * index }));
    expect(conformalInterval(calibrate(points(4), latencyScale), { predicted: 1000 }, 0.9)).toMatchObject({ kind: 'interval' });
    const bound = conformalInterval(calibrate(points(5), latencyScale), { predicted: 1000 }, 0.9);
    expect(bound.kind).toBe('lower-bound');
    expect(bound).not.toHaveProperty('high');
  });

  it('survives a snapshot', () => {
    const points: CalibrationPoint[] = Array.from({ length: 40 }, (_, index) => ({
      predicted: 1 + index,
      observed: index % 9 === 0 ? { atLeast: 50 } : 2 * index,
    }));
    const calibration = calibrate(points, latencyScale);
    expect(JSON.parse(JSON.stringify(calibration))).toEqual(calibration);
  });

  it('refuses what it cannot calibrate by', () => {
    expect(() => calibrate([{ predicted: 0.5, observed: 1.2 }], qualityScale)).toThrow(/outside of \[0, 1\]/);
    expect(() => calibrate([{ predicted: 0.5, observed: 0.5, spread: 0 }], qualityScale)).toThrow(RangeError);
    expect(() => calibrate([{ predicted: Number.NaN, observed: 0.5 }], qualityScale)).toThrow(expect.objectContaining({ kind: 'not-finite' }));
    expect(() => conformalInterval(calibrate([], qualityScale), { predicted: 0.5 }, 90)).toThrow(RangeError);
  });
});

interface Simulation {
  readonly scale: MetricScale;
  readonly points: number;
  readonly coverage: number;
  /** What calibration gets to see of its points. */
  readonly calibration?: (points: readonly CalibrationPoint[]) => readonly CalibrationPoint[];
}

/** 200 calibration sets, 40 tests each. */
function simulate(draw: (random: Random) => CalibrationPoint, { scale, points, coverage, calibration = (all) => all }: Simulation): CoverageReport {
  return intervalCoverage(
    Array.from({ length: 200 }, (_, repetition) => {
      const random = seededRandom('conformal', repetition);
      const calibrated = calibrate(calibration(Array.from({ length: points }, (_, index) => draw(random.child('calibration', index)))), scale);
      return Array.from({ length: 40 }, (_, index) => {
        const { predicted, observed } = draw(random.child('test', index));
        return { interval: conformalInterval(calibrated, { predicted }, coverage), observed };
      });
    }).flat(),
  );
}
