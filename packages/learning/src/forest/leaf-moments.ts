/** What the leaves of a regression tree keep of each output. */
import { type FloatStore, floatStore } from './float-store.ts';

/** Each is leaves x outputs, of the observations that were in the sample of the leaf's tree; those drawn twice count twice. */
export interface LeafMoments {
  /** The sum of weights; 0: the leaf knows nothing of this output. */
  readonly weight: Float64Array;
  /** The weighted sum of values. */
  readonly sum: Float64Array;
  /** The weighted sum of squared deviations from the leaf's mean. */
  readonly deviation: Float64Array;
}

export interface MomentStore {
  readonly weight: FloatStore;
  readonly sum: FloatStore;
  readonly deviation: FloatStore;
  /** Adds a leaf of zeros and returns where its outputs begin. */
  append(): number;
  finish(): LeafMoments;
}

export function momentStore(outputs: number): MomentStore {
  const weight = floatStore(outputs);
  const sum = floatStore(outputs);
  const deviation = floatStore(outputs);
  return {
    weight,
    sum,
    deviation,
    append: () => {
      weight.append();
      sum.append();
      return deviation.append();
    },
    finish: () => ({ weight: weight.finish(), sum: sum.finish(), deviation: deviation.finish() }),
  };
}
