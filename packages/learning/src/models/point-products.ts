/** Inner products of many points with others: what comparing requests comes to. By WebAssembly where it can be had, with the same results to the bit. */
import { type KernelMemory, kernelMemory } from '../kernels/kernels.ts';

export type Vector = Float32Array | Float64Array;

export interface PointProducts {
  /** Points x dimensions, row by row, for the owner to fill. */
  readonly values: Float64Array;
  /** Of each point with `query`, of as many dimensions. Holds until it is asked again. */
  withEach(query: Vector): Float64Array;
  /** Of each point with eight of the points: eight results for each. Holds until it is asked again. */
  withEight(rows: readonly number[]): Float64Array;
}

const doubleBytes = 8;

export function pointProducts(count: number, dimensions: number): PointProducts {
  // Queries, then results, then points.
  const memory = kernelMemory(doubleBytes * (8 * dimensions + 8 * count + count * dimensions));
  return memory === undefined ? plainProducts(count, dimensions) : kernelProducts(count, dimensions, memory);
}

function kernelProducts(count: number, dimensions: number, { buffer, kernels }: KernelMemory): PointProducts {
  const [out, row] = [doubleBytes * 8 * dimensions, doubleBytes * (8 * dimensions + 8 * count)];
  const queries = new Float64Array(buffer, 0, 8 * dimensions);
  const query = queries.subarray(0, dimensions);
  const results = new Float64Array(buffer, out, 8 * count);
  const values = new Float64Array(buffer, row, count * dimensions);
  const one = results.subarray(0, count);
  return {
    values,
    withEach: (given) => {
      // A set without points has no dimensions to compare by.
      if (count === 0) return one;
      query.set(given);
      kernels.products(0, row, count, dimensions, out);
      return one;
    },
    withEight: (rows) => {
      rows.forEach((of, index) => {
        for (let at = 0; at < dimensions; at++) queries[8 * at + index] = values[of * dimensions + at] as number;
      });
      kernels.eightProducts(0, row, count, dimensions, out);
      return results;
    },
  };
}

/** The same in TypeScript: what the kernels are held to, and what there is without them. */
export function plainProducts(count: number, dimensions: number): PointProducts {
  const values = new Float64Array(count * dimensions);
  const results = new Float64Array(8 * count);
  const one = results.subarray(0, count);
  return {
    values,
    withEach: (given) => {
      const query = Float64Array.from(given);
      const fours = dimensions - (dimensions % 4);
      for (let index = 0; index < count; index++) {
        const base = index * dimensions;
        let [a, b, c, d] = [0, 0, 0, 0];
        for (let at = 0; at < fours; at += 4) {
          a += (query[at] as number) * (values[base + at] as number);
          b += (query[at + 1] as number) * (values[base + at + 1] as number);
          c += (query[at + 2] as number) * (values[base + at + 2] as number);
          d += (query[at + 3] as number) * (values[base + at + 3] as number);
        }
        for (let at = fours; at < dimensions; at++) a += (query[at] as number) * (values[base + at] as number);
        one[index] = a + b + c + d;
      }
      return one;
    },
    withEight: (rows) => {
      for (let index = 0; index < count; index++) {
        rows.forEach((of, place) => {
          let sum = 0;
          for (let at = 0; at < dimensions; at++) sum += (values[index * dimensions + at] as number) * (values[of * dimensions + at] as number);
          results[8 * index + place] = sum;
        });
      }
      return results;
    },
  };
}
