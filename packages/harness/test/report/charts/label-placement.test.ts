import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LabelPlace, type LabelRequest, placeLabels } from '../../../src/report/charts/label-placement.ts';

const area = { left: 0, top: 0, right: 340, bottom: 380 };
const request = fc.record({
  x: fc.integer({ min: 0, max: 340 }),
  y: fc.integer({ min: 0, max: 380 }),
  width: fc.integer({ min: 20, max: 160 }),
  height: fc.constant(15),
});

function overlaps(a: LabelPlace & LabelRequest, b: LabelPlace & LabelRequest): boolean {
  return a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;
}

describe('placeLabels', () => {
  it('keeps every label inside the area', () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 12 }), (requests) => {
        placeLabels(requests, { area, obstacles: [] }).forEach(({ left, top }, index) => {
          const { width, height } = requests[index] as LabelRequest;
          expect(left >= 0 && top >= 0 && left + width <= 340 && top + height <= 380).toBe(true);
        });
      }),
    );
  });

  it('keeps the labels of equal points apart', () => {
    const requests = Array.from({ length: 8 }, () => ({ x: 170, y: 190, width: 70, height: 15 }));
    const boxes = placeLabels(requests, { area, obstacles: [] }).map((place, index) => ({ ...place, ...(requests[index] as LabelRequest) }));
    boxes.forEach((box, index) => {
      for (const other of boxes.slice(index + 1)) expect(overlaps(box, other)).toBe(false);
    });
  });

  it('stands right of a point that has room there, and elsewhere when something is in the way', () => {
    const requests = [{ x: 100, y: 100, width: 50, height: 15 }];
    expect(placeLabels(requests, { area, obstacles: [] })[0]?.left).toBeGreaterThan(100);
    expect(placeLabels(requests, { area, obstacles: [{ left: 105, top: 80, right: 200, bottom: 120 }] })[0]?.left).toBeLessThan(100);
  });
});
