import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestNeighbours, pointSet } from '../../src/models/nearest-neighbours.ts';

const point = fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 3, maxLength: 3 }).map((values) => Float32Array.from(values));

describe('nearestNeighbours', () => {
  it('finds what a plain sort finds, ties in the order of the set', () => {
    fc.assert(
      fc.property(
        fc.array(point, { maxLength: 30 }),
        point,
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: -1, max: 29 }),
        (points, from, most, except) => {
          const left = except < points.length ? except : -1;
          const distance = (other: Float32Array) => other.reduce((sum, value, index) => sum + (value - (from[index] as number)) ** 2, 0);
          const plain = points
            .map((other, index) => ({ index, distance: distance(other) }))
            .filter(({ index }) => index !== left)
            .sort((a, b) => a.distance - b.distance || a.index - b.index)
            .slice(0, most);
          const { positions, squaredDistances } = nearestNeighbours(pointSet(points), from, { most, except: left });
          expect([...positions]).toEqual(plain.map(({ index }) => index));
          expect([...squaredDistances]).toEqual(plain.map((one) => one.distance));
        },
      ),
    );
  });

  it('finds nothing in an empty set', () => {
    expect(nearestNeighbours(pointSet([]), Float32Array.of(1, 2), { most: 5, except: -1 }).positions).toHaveLength(0);
  });
});
