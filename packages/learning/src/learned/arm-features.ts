/** Places the features of a request in the blocks of an arm: global, strategy, model(s), and the arm itself. */
import { type Arm, modelsOf } from '@ratchet/core';
import { requestFeatureCount } from './request-features.ts';

/** A sparse vector: values[i] stands at indices[i]. */
export interface SparseVector {
  readonly indices: Int32Array;
  readonly values: Float64Array;
}

export interface ArmFeatures {
  readonly dimension: number;
  /** Prior variance of each weight, in units of the noise variance: smaller ones shrink an arm towards its kind. */
  readonly priorVariance: Float64Array;
  /** The vector of an arm (by its position in the list) for a request's features. */
  of(arm: number, request: Float64Array): SparseVector;
}

/** An arm keeps an intercept and its response to the number of chunks of its own; the rest it shares. */
const armFeatureIndices = [0, 2, 7];

const variances = {
  global: { intercept: 4, slope: 1 },
  strategy: { intercept: 1, slope: 0.5 },
  model: { intercept: 1, slope: 0.3 },
  arm: { intercept: 0.5, slope: 0.1 },
} as const;

export function armFeatures(arms: readonly Arm[]): ArmFeatures {
  const blockOf = new Map<string, number>();
  const priors: number[] = [];
  const addBlock = (key: string, level: keyof typeof variances, size: number): void => {
    if (blockOf.has(key)) return;
    blockOf.set(key, priors.length);
    for (let index = 0; index < size; index++) priors.push(index === 0 ? variances[level].intercept : variances[level].slope);
  };
  addBlock('global', 'global', requestFeatureCount);
  for (const arm of arms) {
    addBlock(`strategy ${arm.strategy}`, 'strategy', requestFeatureCount);
    addBlock(`models ${modelKey(arm)}`, 'model', requestFeatureCount);
  }
  arms.forEach((_, index) => {
    addBlock(`arm ${index}`, 'arm', armFeatureIndices.length);
  });
  const layouts = arms.map((arm, index) => {
    const shared = [blockOf.get('global'), blockOf.get(`strategy ${arm.strategy}`), blockOf.get(`models ${modelKey(arm)}`)] as number[];
    const sources: number[] = [];
    const targets: number[] = [];
    for (const offset of shared) {
      for (let feature = 0; feature < requestFeatureCount; feature++) {
        sources.push(feature);
        targets.push(offset + feature);
      }
    }
    armFeatureIndices.forEach((feature, position) => {
      sources.push(feature);
      targets.push((blockOf.get(`arm ${index}`) as number) + position);
    });
    return { indices: Int32Array.from(targets), sources: Int32Array.from(sources) };
  });
  return {
    dimension: priors.length,
    priorVariance: Float64Array.from(priors),
    of: (arm, request) => {
      const layout = layouts[arm];
      if (layout === undefined) throw new RangeError(`no arm ${arm}`);
      const values = new Float64Array(layout.sources.length);
      for (let index = 0; index < values.length; index++) values[index] = request[layout.sources[index] as number] as number;
      return { indices: layout.indices, values };
    },
  };
}

/** The models that do the work: a fallback is rarely called and has no block of its own. */
function modelKey(arm: Arm): string {
  return arm.strategy === 'collaborate' ? modelsOf(arm).join('+') : arm.model;
}
