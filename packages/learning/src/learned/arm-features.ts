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
  /** The same with the variances of how arms differ in their response to a request multiplied by `share`, above 0; what all arms have in common is as it was. */
  priorOfDifferences(share: number): Float64Array;
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
  const differs: boolean[] = [];
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
      for (const feature of levels[level].features) {
        priors.push(priorOf(level, feature));
        differs.push(level !== 'global' && feature !== 0);
      }
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
    priorOfDifferences: (share) => Float64Array.from(priors, (variance, index) => (differs[index] ? share * variance : variance)),
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

/** Of one level: the different blocks of weights that arms have in it, each after what stands before it. */
interface Stage {
  /** Of the request's features, which the block responds to. */
  readonly sources: Int32Array;
  /** Of each: its place among those of the stage before. */
  readonly parent: Int32Array;
  /** The weights of their blocks, feature by feature: features x blocks. */
  readonly columns: Float64Array;
}

/**
 * Arms whose first blocks are the same have the same sum so far: it is worked out once for all of them. Features that are 0 (of
 * the kinds, most are) are left out, as their products change no sum.
 */
function productsOf(layouts: readonly { readonly indices: Int32Array; readonly sources: Int32Array }[], weights: Float64Array): ArmProducts {
  const stages = stagesOf(layouts, weights);
  const sums = stages.map(({ parent }) => new Float64Array(parent.length));
  return (request, into) => {
    for (let level = 0; level < stages.length; level++) {
      const { sources, parent, columns } = stages[level] as Stage;
      const after = level === stages.length - 1 ? into : (sums[level] as Float64Array);
      const before = sums[level - 1];
      if (before === undefined) after.fill(0);
      else for (let node = 0; node < after.length; node++) after[node] = before[parent[node] as number] as number;
      for (let index = 0; index < sources.length; index++) {
        const feature = request[sources[index] as number] as number;
        if (feature === 0) continue;
        const column = index * parent.length;
        for (let node = 0; node < after.length; node++) after[node] = (after[node] as number) + feature * (columns[column + node] as number);
      }
    }
  };
}

/** The last stage's nodes are the arms, in their order. */
function stagesOf(layouts: readonly { readonly indices: Int32Array; readonly sources: Int32Array }[], weights: Float64Array): readonly Stage[] {
  let nodeOf = layouts.map(() => 0);
  let from = 0;
  return Object.values(levels).map(({ features }, level, all) => {
    const width = features.length;
    const nodes = new Map<string, { readonly node: number; readonly parent: number; readonly indices: Int32Array }>();
    const first = from;
    from += width;
    const parents = nodeOf;
    nodeOf = layouts.map(({ indices }, arm) => {
      const parent = parents[arm] as number;
      const key = level === all.length - 1 ? `arm ${arm}` : `${parent} ${indices[first] as number}`;
      const node = nodes.get(key)?.node ?? nodes.size;
      if (node === nodes.size) nodes.set(key, { node, parent, indices });
      return node;
    });
    const found = [...nodes.values()];
    return {
      sources: Int32Array.from(features),
      parent: Int32Array.from(found, ({ parent }) => parent),
      columns: Float64Array.from(features.flatMap((_, index) => found.map(({ indices }) => weights[indices[first + index] as number] as number))),
    };
  });
}

function priorOf(level: Level, feature: number): number {
  const { intercept, structure, kind } = levels[level];
  return feature === 0 ? intercept : feature < structureFeatureCount ? structure : kind;
}

function range(size: number): readonly number[] {
  return Array.from({ length: size }, (_, index) => index);
}
