import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusterRows } from '../../src/original/similar-requests.ts';

const row = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 3, maxLength: 3 });

describe('clusterRows', () => {
  it('gives each row one of the clusters, and equal rows the same one', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), fc.integer({ min: 1, max: 6 }), (rows, clusters) => {
        const assigned = clusterRows(rows, clusters);
        expect(assigned).toHaveLength(rows.length);
        for (const cluster of assigned) {
          expect(cluster).toBeGreaterThanOrEqual(0);
          expect(cluster).toBeLessThan(clusters);
        }
        const byRow = new Map(rows.map((values, index) => [values.join(), assigned[index]]));
        rows.forEach((values, index) => {
          expect(assigned[index]).toBe(byRow.get(values.join()));
        });
      }),
    );
  });

  it('gives the same for rows on other scales, column by column', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), (rows) => {
        const rescaled = rows.map(([a, b, c]) => [1024 * (a as number), (b as number) / 8, (c as number) * 2]);
        expect(clusterRows(rescaled, 3)).toEqual(clusterRows(rows, 3));
      }),
    );
  });

  it('keeps groups apart that lie far from each other', () => {
    const groups = [
      [0, 0],
      [100, 0],
      [0, 100],
    ];
    const rows = Array.from({ length: 60 }, (_, index) => (groups[index % 3] as number[]).map((centre, column) => centre + Math.sin(7 * index + column)));
    const assigned = clusterRows(rows, 3);
    expect(assigned).toEqual(rows.map((_, index) => assigned[index % 3]));
    expect(new Set(assigned).size).toBe(3);
  });

  it('leaves no row nearer to the mean of another cluster than to that of its own', () => {
    const rows = Array.from({ length: 50 }, (_, index) => [Math.sin(index), Math.cos(3 * index)]);
    const assigned = clusterRows(rows, 4);
    const scaled = standardised(rows);
    const means = [...new Set(assigned)].map((cluster) => ({ cluster, mean: meanOf(scaled.filter((_, index) => assigned[index] === cluster)) }));
    scaled.forEach((point, index) => {
      const distance = (mean: readonly number[]) => point.reduce((sum, value, column) => sum + (value - (mean[column] as number)) ** 2, 0);
      const own = means.find(({ cluster }) => cluster === assigned[index])?.mean as readonly number[];
      for (const { mean } of means) expect(distance(own)).toBeLessThanOrEqual(distance(mean) + 1e-9);
    });
  });

  it('copes with no rows, one row, and columns that never change', () => {
    expect(clusterRows([], 5)).toEqual([]);
    expect(clusterRows([[1, 2, 3]], 5)).toEqual([0]);
    const constant = clusterRows(
      [
        [1, 0],
        [1, 9],
        [1, 0],
      ],
      2,
    );
    expect(constant[0]).toBe(constant[2]);
    expect(constant[0]).not.toBe(constant[1]);
  });
});

function standardised(rows: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const mean = meanOf(rows);
  const deviation = mean.map((centre, column) => Math.sqrt(rows.reduce((sum, values) => sum + ((values[column] as number) - centre) ** 2, 0) / (rows.length - 1)));
  return rows.map((values) => values.map((value, column) => (value - (mean[column] as number)) / (deviation[column] as number)));
}

function meanOf(rows: readonly (readonly number[])[]): readonly number[] {
  return (rows[0] as readonly number[]).map((_, column) => rows.reduce((sum, values) => sum + (values[column] as number), 0) / rows.length);
}
