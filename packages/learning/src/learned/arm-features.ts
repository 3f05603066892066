/** Places the features of a request in the blocks of an arm: global, strategy, model(s), and the arm itself. */
import type { Arm } from '@ratchet/core';
import { modelsKey } from './evidence-dataset.ts';
import { linearFeatureCount } from './request-space.ts';
import { structureFeatureCount } from './structure-features.ts';

/** A sparse vector: values[i] stands at indices[i]. */
export interface SparseVector {
  readonly indices: Int32Array;
  readonly values: Float64Array;
}

export interface ArmFeatures {
  /** How many arms there are. */
  readonly arms: number;
  readonly dimension: number;
  /** Prior variance of each weight, in units of the noise variance: smaller ones shrink an arm towards its kind. */
  readonly priorVariance: Float64Array;
  /** Where the features of a request stand in an arm's vector: indices[i] has the feature sources[i]. */
  layout(arm: number): { readonly indices: Int32Array; readonly sources: Int32Array };
  /** The vector of an arm (by its position in the list) for a request's features. */
  of(arm: number, request: Float64Array): SparseVector;
  /** The product of that vector with weights of length `dimension`. */
  dot(arm: number, request: Float64Array, weights: Float64Array): number;
  /** The same products for all arms at once, to the bit: for weights that are used again and again. */
  products(weights: Float64Array): ArmProducts;
}

/** Writes the products of the arms, from the first on, with a request's features into `into`, which has a slot for each that is asked for. */
export type ArmProducts = (request: Float64Array, into: Float64Array) => void;

/** Which features of the request each level responds to, and how freely: variances in units of the noise variance. */
const levels = {
  global: { features: range(linearFeatureCount), intercept: 4, structure: 1, kind: 0.3 },
  strategy: { features: [0, 1, 2, 3, 4, 5, 7], intercept: 1, structure: 0.1, kind: 0 },
  model: { features: [0, ...range(linearFeatureCount).slice(structureFeatureCount)], intercept: 1, structure: 0, kind: 0.1 },
  arm: { features: [0, 2], intercept: 0.3, structure: 0.05, kind: 0 },
} as const;
type Level = keyof typeof levels;

/** What a linear model of all arms sees. */
export function armFeatures(arms: readonly Arm[]): ArmFeatures {
  const offsets = new Map<string, number>();
  const priors: number[] = [];
  const blocksOf = (arm: Arm, position: number): readonly (readonly [Level, string])[] => [
    ['global', 'global'],
    ['strategy', `strategy ${arm.strategy}`],
    ['model', `models ${modelsKey(arm)}`],
    ['arm', `arm ${position}`],
  ];
  // The blocks that meet the fewest others come first: their columns stay sparse when the precision is factorised.
  for (const block of [3, 2, 1, 0]) {
    arms.forEach((arm, position) => {
      const [level, key] = blocksOf(arm, position)[block] as readonly [Level, string];
      if (offsets.has(key)) return;
      offsets.set(key, priors.length);
      for (const feature of levels[level].features) priors.push(priorOf(level, feature));
    });
  }
  const layouts = arms.map((arm, position) => {
    const sources: number[] = [];
    const targets: number[] = [];
    for (const [level, key] of blocksOf(arm, position)) {
      levels[level].features.forEach((feature, index) => {
        sources.push(feature);
        targets.push((offsets.get(key) as number) + index);
      });
    }
    return { indices: Int32Array.from(targets), sources: Int32Array.from(sources) };
  });
  const layoutOf = (arm: number) => {
    const layout = layouts[arm];
    if (layout === undefined) throw new RangeError(`no arm ${arm}`);
    return layout;
  };
  return {
    arms: arms.length,
    dimension: priors.length,
    priorVariance: Float64Array.from(priors),
    layout: layoutOf,
    of: (arm, request) => {
      const { indices, sources } = layoutOf(arm);
      return { indices, values: Float64Array.from(sources, (source) => request[source] as number) };
    },
    dot: (arm, request, weights) => {
      const { indices, sources } = layoutOf(arm);
      let sum = 0;
      for (let index = 0; index < indices.length; index++) sum += (request[sources[index] as number] as number) * (weights[indices[index] as number] as number);
      return sum;
    },
    products: (weights) => productsOf(layouts, weights),
  };
}

/** Every arm's layout has the same sources, so a request's features are put in their order once, and each arm's weights too. */
function productsOf(layouts: readonly { readonly indices: Int32Array; readonly sources: Int32Array }[], weights: Float64Array): ArmProducts {
  const sources = layouts[0]?.sources ?? new Int32Array();
  const width = sources.length;
  const rows = new Float64Array(layouts.length * width);
  layouts.forEach(({ indices }, arm) => {
    for (let index = 0; index < width; index++) rows[arm * width + index] = weights[indices[index] as number] as number;
  });
  const own = new Float64Array(width);
  return (request, into) => {
    const paired = into.length - (into.length % 4);
    for (let index = 0; index < width; index++) own[index] = request[sources[index] as number] as number;
    // Four sums at once, since each waits for its last addition.
    for (let arm = 0; arm < paired; arm += 4) {
      const a = arm * width;
      const b = a + width;
      const c = b + width;
      const d = c + width;
      let sumA = 0;
      let sumB = 0;
      let sumC = 0;
      let sumD = 0;
      for (let index = 0; index < width; index++) {
        const feature = own[index] as number;
        sumA += feature * (rows[a + index] as number);
        sumB += feature * (rows[b + index] as number);
        sumC += feature * (rows[c + index] as number);
        sumD += feature * (rows[d + index] as number);
      }
      into[arm] = sumA;
      into[arm + 1] = sumB;
      into[arm + 2] = sumC;
      into[arm + 3] = sumD;
    }
    for (let arm = paired; arm < into.length; arm++) {
      let sum = 0;
      for (let index = 0; index < width; index++) sum += (own[index] as number) * (rows[arm * width + index] as number);
      into[arm] = sum;
    }
  };
}

function priorOf(level: Level, feature: number): number {
  const { intercept, structure, kind } = levels[level];
  return feature === 0 ? intercept : feature < structureFeatureCount ? structure : kind;
}

function range(size: number): readonly number[] {
  return Array.from({ length: size }, (_, index) => index);
}
