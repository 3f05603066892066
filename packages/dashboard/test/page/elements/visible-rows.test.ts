import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visibleRows } from '../../../src/page/elements/visible-rows.ts';

describe('the rows in sight of a long list', () => {
  it('are all that can be seen, and few more, however long it is', () => {
    fc.assert(
      fc.property(fc.nat(1e7), fc.integer({ min: 1, max: 800 }), fc.integer({ min: 10, max: 60 }), fc.nat(1e5), (top, height, rowHeight, count) => {
        const { first, last } = visibleRows({ top, height, rowHeight, count });
        for (let y = top; y < Math.min(top + height, count * rowHeight); y += rowHeight) {
          expect(Math.floor(y / rowHeight)).toBeGreaterThanOrEqual(first);
          expect(Math.floor(y / rowHeight)).toBeLessThanOrEqual(last);
        }
        expect(first).toBeGreaterThanOrEqual(0);
        expect(last).toBeLessThan(Math.max(count, 1));
        expect(last - first).toBeLessThanOrEqual(height / rowHeight + 14);
      }),
    );
  });

  it('are none of an empty list', () => {
    const { first, last } = visibleRows({ top: 0, height: 100, rowHeight: 20, count: 0 });
    expect(last).toBeLessThan(first);
  });
});
