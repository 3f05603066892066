import { type Arm, seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { armFeatures } from '../../src/learned/arm-features.ts';
import { addObservations, emptyStatistics, linearPosterior } from '../../src/learned/linear-posterior.ts';
import { linearFeatureCount } from '../../src/learned/request-space.ts';
import { structureFeatures } from '../../src/learned/structure-features.ts';
import { analysisWith } from '../analysis-fixture.ts';
import { batchMini, collaborateBoth, directLarge, directMini, orchestrateLarge, orchestrateMini } from '../arm-fixture.ts';

const all = [directMini, directLarge, batchMini, orchestrateMini, orchestrateLarge, collaborateBoth];
const request = new Float64Array(linearFeatureCount);
request.set(structureFeatures(analysisWith({ chunks: 3, words: 90 })));

describe('armFeatures', () => {
  it('gives every arm a vector of distinct positions inside the dimension, each with a prior', () => {
    fc.assert(
      fc.property(fc.subarray(all, { minLength: 1 }), (arms) => {
        const features = armFeatures(arms);
        expect(features.priorVariance).toHaveLength(features.dimension);
        expect([...features.priorVariance].every((variance) => variance > 0)).toBe(true);
        const used = new Set<number>();
        arms.forEach((_, arm) => {
          const { indices, values } = features.of(arm, request);
          expect(values).toHaveLength(indices.length);
          expect(new Set(indices).size).toBe(indices.length);
          for (const index of indices) used.add(index);
        });
        expect([...used].sort((a, b) => a - b)).toEqual(Array.from({ length: features.dimension }, (_, index) => index));
      }),
    );
  });

  it('has the same products for all arms at once, to the bit, for as many of the first arms as are asked for', () => {
    fc.assert(
      fc.property(fc.subarray([...all, { ...directMini, temperature: 0.1 }], { minLength: 1 }), fc.nat(), (arms, seed) => {
        const features = armFeatures(arms);
        const random = seededRandom('weights', seed);
        const weights = Float64Array.from({ length: features.dimension }, (_, index) => random.normal(index));
        // Of a request's kinds, most are 0.
        const own = Float64Array.from(request, (value, index) => (random.uniform('zero', index) < 0.4 ? 0 : value + random.normal('request', index)));
        const products = new Float64Array(1 + (seed % arms.length));
        features.products(weights)(own, products);
        expect([...products]).toEqual(arms.slice(0, products.length).map((_, arm) => features.dot(arm, own, weights)));
      }),
    );
  });

  it('grows by the block of an arm alone where its strategy and its models are known already', () => {
    const three = armFeatures([directMini, orchestrateLarge, directLarge]);
    const four = armFeatures([directMini, orchestrateLarge, directLarge, orchestrateMini]);
    const newModel = armFeatures([directMini, orchestrateLarge, directLarge, { ...orchestrateMini, model: 'other' } as Arm]);
    const own = four.dimension - three.dimension;
    expect(own).toBeGreaterThan(0);
    expect(newModel.dimension - three.dimension).toBeGreaterThan(own);
  });

  it('shares positions between arms of one strategy and arms of one model, beyond those that all arms share', () => {
    const features = armFeatures(all);
    const shared = (a: Arm, b: Arm): number => {
      const mine = new Set(features.of(all.indexOf(a), request).indices);
      return [...features.of(all.indexOf(b), request).indices].filter((index) => mine.has(index)).length;
    };
    const everywhere = shared(directMini, orchestrateLarge);
    expect(everywhere).toBeGreaterThan(0);
    expect(shared(directMini, directLarge)).toBeGreaterThan(everywhere);
    expect(shared(directMini, orchestrateMini)).toBeGreaterThan(everywhere);
    expect(shared(directMini, batchMini)).toBe(shared(directMini, orchestrateMini));
    expect(shared(directMini, directMini)).toBeGreaterThan(shared(directMini, directLarge));
  });

  it('keeps apart arms that differ in their parameters only, but for the block of the arm', () => {
    const arms = [directMini, { ...directMini, temperature: 0.2 } as Arm];
    const features = armFeatures(arms);
    const [first, second] = arms.map((_, arm) => [...features.of(arm, request).indices]) as [number[], number[]];
    const own = first.filter((index) => !second.includes(index));
    expect(own.length).toBeGreaterThan(0);
    expect(features.dimension - own.length).toBe(armFeatures([directMini]).dimension);
  });

  it('takes each team of models for a model of its own', () => {
    const other = { ...collaborateBoth, models: ['mini', 'other'] } as Arm;
    const features = armFeatures([collaborateBoth, other, directMini, directLarge]);
    const shared = (a: number, b: number) => {
      const mine = new Set(features.of(a, request).indices);
      return [...features.of(b, request).indices].filter((index) => mine.has(index)).length;
    };
    expect(shared(0, 1)).toBe(shared(2, 3));
  });

  it('repeats the values of the request, and nothing else', () => {
    const features = armFeatures(all);
    const marked = Float64Array.from({ length: linearFeatureCount }, (_, index) => 100 + index);
    const { values } = features.of(0, marked);
    expect(new Set(values)).toEqual(new Set(marked));
  });

  it('multiplies with weights as the vector does', () => {
    const features = armFeatures(all);
    const weights = Float64Array.from({ length: features.dimension }, (_, index) => Math.sin(index));
    all.forEach((_, arm) => {
      const { indices, values } = features.of(arm, request);
      const plain = indices.reduce((sum, index, at) => sum + (weights[index] as number) * (values[at] as number), 0);
      expect(features.dot(arm, request, weights)).toBeCloseTo(plain, 12);
    });
  });

  it('lets what is observed of some arms speak for a new arm of the same strategy and model', () => {
    const arms = [directMini, directLarge, orchestrateMini, orchestrateLarge];
    const features = armFeatures(arms);
    const observed = [0, 1, 2].flatMap((arm) =>
      Array.from({ length: 50 }, () => ({ features: features.of(arm, request), target: (arm === 1 ? 0.5 : 0) + (arm === 2 ? 0.3 : 0), weight: 1 })),
    );
    const noise = { variance: 0.1, priorCount: 10 };
    const statistics = addObservations(emptyStatistics(features.dimension), observed);
    const untried = linearPosterior(statistics, features.priorVariance, noise).predict(features.of(3, request));
    const ignorant = linearPosterior(emptyStatistics(features.dimension), features.priorVariance, noise).predict(features.of(3, request));
    expect(untried.mean).toBeGreaterThan(0.4);
    expect(untried.sd).toBeLessThan(ignorant.sd);
  });

  it('refuses an arm that it does not know', () => {
    expect(() => armFeatures(all).of(all.length, request)).toThrow(RangeError);
    expect(() => armFeatures(all).dot(all.length, request, new Float64Array(1000))).toThrow(RangeError);
  });
});
