import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainRowSums, rowSums } from '../../src/embedding/row-sums.ts';
import { kernelMemory } from '../../src/kernels/kernels.ts';
import { plainProducts, pointProducts } from '../../src/models/point-products.ts';
import { compiledKernels } from './compile-kernels.ts';

const bits = (values: Float32Array | Float64Array) => Buffer.from(values.slice().buffer).toString('hex');

describe('the kernels', () => {
  it('are what their source says', async () => {
    expect(readFileSync(new URL('../../src/kernels/compiled-kernels.ts', import.meta.url), 'utf8')).toBe(await compiledKernels());
  });

  it('are had on this machine, and not where there is no room for them', () => {
    expect(kernelMemory(1)?.buffer.byteLength).toBe(65_536);
    expect(kernelMemory(2 ** 50)).toBeUndefined();
  });
});

const shape = fc.record({ count: fc.integer({ min: 0, max: 40 }), dimensions: fc.integer({ min: 0, max: 30 }), seed: fc.integer() });
/** Of every size, so that the order of a sum shows. */
const numbers = (seed: number): (() => number) => {
  let state = seed | 1;
  return () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
    return ((state >>> 0) / 2 ** 31 - 1) * 10 ** ((state >>> 3) % 12);
  };
};

describe('inner products', () => {
  it('are those of the loop in TypeScript, to the bit', () => {
    fc.assert(
      fc.property(shape, ({ count, dimensions, seed }) => {
        const next = numbers(seed);
        const [own, plain] = [pointProducts(count, dimensions), plainProducts(count, dimensions)];
        plain.values.forEach((_, at) => {
          plain.values[at] = next();
        });
        own.values.set(plain.values);
        const query = Float64Array.from({ length: dimensions }, next);
        expect(bits(own.withEach(query))).toBe(bits(plain.withEach(query)));
        expect(bits(own.withEach(Float32Array.from(query)))).toBe(bits(plain.withEach(Float32Array.from(query))));
        if (count === 0) return;
        const rows = Array.from({ length: 8 }, (_, index) => (index * 7 + Math.abs(seed)) % count);
        expect(bits(own.withEight(rows))).toBe(bits(plain.withEight(rows)));
        // What was asked before leaves nothing behind.
        expect(bits(own.withEach(query))).toBe(bits(plain.withEach(query)));
      }),
    );
  });

  it('are as odd as the numbers are', () => {
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, -0, Number.MIN_VALUE, Number.MAX_VALUE];
    const [own, plain] = [pointProducts(odd.length, 5), plainProducts(odd.length, 5)];
    for (const { values } of [own, plain]) for (const [index, value] of odd.entries()) values.fill(value, 5 * index, 5 * index + 5);
    for (const query of odd) expect([...own.withEach(new Float64Array(5).fill(query))]).toEqual([...plain.withEach(new Float64Array(5).fill(query))]);
  });
});

describe('sums of quantised rows', () => {
  it('are those of the loop in TypeScript, to the bit, however many rows there are', () => {
    const size = 12;
    const sizes = fc.record({ rows: fc.integer({ min: 1, max: 50 }), added: fc.oneof(fc.nat(40), fc.integer({ min: 1020, max: 2100 })), seed: fc.integer() });
    fc.assert(
      fc.property(sizes, ({ rows, added, seed }) => {
        const next = numbers(seed);
        const matrix = { codes: Int8Array.from({ length: rows * size }, () => next() % 128), scale: Float32Array.from({ length: rows }, next) };
        const [own, plain] = [rowSums(matrix, size), plainRowSums(matrix, size)];
        for (const _ of [1, 2]) {
          for (let index = 0; index < added; index++) {
            const [row, factor] = [Math.abs(Math.trunc(next())) % rows, next()];
            own.add(row, factor);
            plain.add(row, factor);
          }
          expect(bits(own.sum())).toBe(bits(plain.sum()));
        }
      }),
      { numRuns: 50 },
    );
  });
});
