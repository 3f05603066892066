/** Rows of numbers in one flat array that doubles when it is full. */

export interface FloatStore {
  readonly width: number;
  /** Makes room for one more row of zeros and returns where it begins. */
  append(): number;
  /** The array of the moment; the next `append` may replace it. */
  readonly values: Float64Array;
  /** The rows that are there, without the room left. */
  finish(): Float64Array;
}

export function floatStore(width: number): FloatStore {
  let values = new Float64Array(width * 64);
  let used = 0;
  return {
    width,
    append: () => {
      const offset = used;
      used += width;
      if (used > values.length) {
        const larger = new Float64Array(Math.max(used, values.length * 2));
        larger.set(values);
        values = larger;
      }
      return offset;
    },
    get values() {
      return values;
    },
    finish: () => values.slice(0, used),
  };
}
