import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrate, conformalInterval } from '../../src/conformal/conformal-interval.ts';
import { calibrateGroups, type GroupedPoint, groupedInterval } from '../../src/conformal/grouped-calibration.ts';
import { intervalCoverage } from '../../src/conformal/interval-coverage.ts';
import { qualityScale } from '../../src/conformal/metric-scale.ts';

const coverage = 0.8;
/** Predictions for one group are ten times as far off as those for the other. */
const spreads = { steady: 0.02, erratic: 0.2 };

describe('groupedInterval', () => {
  it('covers within each group, where a calibration over all covers one too often and the other too seldom', () => {
    for (const group of ['steady', 'erratic'] as const) {
      const tests = Array.from({ length: 100 }, (_, repetition) => {
        const calibration = calibrateGroups(drawPoints(repetition, 120), qualityScale, 20);
        return drawPoints(1000 + repetition, 40)
          .filter((point) => point.group === group)
          .map((point) => ({
            observed: point.observed,
            own: groupedInterval(calibration, point, coverage),
            shared: conformalInterval(calibration.all, point, coverage),
          }));
      }).flat();
      const own = intervalCoverage(tests.map(({ own: interval, observed }) => ({ interval, observed })));
      const shared = intervalCoverage(tests.map(({ shared: interval, observed }) => ({ interval, observed })));
      expect(own.coverage).toBeGreaterThan(coverage - 0.03);
      expect(own.coverage).toBeLessThan(coverage + 0.05);
      if (group === 'steady') expect(shared.coverage).toBeGreaterThan(0.95);
      else expect(shared.coverage).toBeLessThan(0.7);
    }
  });

  it('takes the errors of all points for a group that has fewer than asked for, or none', () => {
    const quality = fc.double({ min: 0, max: 1, noNaN: true });
    const point = fc.record({ group: fc.constantFrom('a', 'b', 'constructor', '__proto__'), predicted: quality, observed: quality });
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (points, fewest) => {
        const calibration = JSON.parse(JSON.stringify(calibrateGroups(points, qualityScale, fewest)));
        for (const group of ['a', 'b', 'constructor', '__proto__', 'new']) {
          const members = points.filter((member) => member.group === group);
          const large = members.length >= fewest;
          expect(groupedInterval(calibration, { group, predicted: 0.5 }, coverage)).toEqual({
            ...conformalInterval(calibrate(large ? members : points, qualityScale), { predicted: 0.5 }, coverage),
            basis: large ? 'group' : 'all',
          });
        }
      }),
    );
  });
});

function drawPoints(seed: number, size: number): readonly GroupedPoint[] {
  return Array.from({ length: size }, (_, index) => {
    const random = seededRandom('groups', seed, index);
    const group = random.uniform('group') < 0.5 ? 'steady' : 'erratic';
    return { group, predicted: 0.5, observed: Math.min(1, Math.max(0, 0.5 + spreads[group] * random.normal('luck'))) };
  });
}
