import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CostQuality, paretoFront } from '../../../src/report/charts/pareto-front.ts';

const points = fc.array(fc.record({ costUsd: fc.integer({ min: 1, max: 20 }), quality: fc.integer({ min: 0, max: 20 }) }));
const beats = (a: CostQuality, b: CostQuality) => a.costUsd <= b.costUsd && a.quality >= b.quality && (a.costUsd < b.costUsd || a.quality > b.quality);

describe('paretoFront', () => {
  it('keeps what nothing beats, once each, and leaves out what something beats', () => {
    fc.assert(
      fc.property(points, (all) => {
        const front = paretoFront(all);
        for (const point of all) {
          const isBeaten = all.some((other) => beats(other, point));
          expect(front.some(({ costUsd, quality }) => costUsd === point.costUsd && quality === point.quality)).toBe(!isBeaten);
        }
        expect(new Set(front.map(({ costUsd }) => costUsd)).size).toBe(front.length);
      }),
    );
  });

  it('rises in cost and in quality', () => {
    fc.assert(
      fc.property(points, (all) => {
        const front = paretoFront(all);
        front.slice(1).forEach((point, index) => {
          const before = front[index] as CostQuality;
          expect(point.costUsd > before.costUsd && point.quality > before.quality).toBe(true);
        });
      }),
    );
  });
});
