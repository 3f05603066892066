import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { betaMean, betaSd } from '../../src/beta/beta-distribution.ts';
import { type ArmEvidence, type BetaPrior, hierarchicalBeta } from '../../src/beta/hierarchical-beta.ts';
import { addQuality, noQualities, type QualityTotals } from '../../src/beta/quality-totals.ts';

const quality = fc.double({ min: 0, max: 1, noNaN: true });
const weight = fc.double({ min: 0, max: 5, noNaN: true });
const answers = fc.array(fc.record({ quality, weight }), { maxLength: 15 });
const prior = fc.record({ mean: fc.double({ min: 0.01, max: 0.99, noNaN: true }), strength: fc.double({ min: 0.1, max: 50, noNaN: true }) });
/** Arms of up to three strategies with up to three models. */
const arms = fc.array(fc.record({ strategy: fc.constantFrom('direct', 'batch', 'debate'), model: fc.constantFrom('mini', 'large', 'huge'), answers }), {
  minLength: 1,
  maxLength: 10,
});
const evidence = arms.map((all) => all.map(({ strategy, model, answers: given }) => arm(strategy, model, totalsOf(given))));

describe('hierarchicalBeta', () => {
  it('never lowers a mean after a success, nor raises one after a failure, of any arm', () => {
    fc.assert(
      fc.property(evidence, prior, fc.nat(), weight, (all, by, at, counted) => {
        const before = hierarchicalBeta(all, by).map(betaMean);
        const after = (verdict: number) => hierarchicalBeta(withAnswer(all, at % all.length, verdict, counted), by).map(betaMean);
        after(1).forEach((mean, index) => {
          expect(mean).toBeGreaterThanOrEqual((before[index] as number) - 1e-12);
        });
        after(0).forEach((mean, index) => {
          expect(mean).toBeLessThanOrEqual((before[index] as number) + 1e-12);
        });
      }),
    );
  });

  it('adds what the arm was seen to do to a prior of the given strength, and is the surer for it', () => {
    fc.assert(
      fc.property(evidence, prior, (all, by) => {
        hierarchicalBeta(all, by).forEach((posterior, index) => {
          const { totals } = all[index] as ArmEvidence;
          expect(posterior.prior.alpha + posterior.prior.beta).toBeCloseTo(by.strength, 9);
          expect(posterior.prior.alpha).toBeGreaterThan(0);
          expect(posterior.prior.beta).toBeGreaterThan(0);
          expect(posterior.alpha).toBeGreaterThanOrEqual(posterior.prior.alpha);
          expect(posterior.beta).toBeGreaterThanOrEqual(posterior.prior.beta);
          expect(posterior.alpha + posterior.beta).toBeCloseTo(by.strength + totals.weight, 9);
          expect(posterior.alpha - posterior.prior.alpha).toBeCloseTo(totals.sum, 9);
          expect(betaSd(posterior)).toBeLessThanOrEqual(0.5 / Math.sqrt(by.strength + totals.weight + 1) + 1e-12);
        });
      }),
    );
  });

  it('keeps every mean between the prior and the least and greatest quality that was seen', () => {
    fc.assert(
      fc.property(arms, prior, (all, by) => {
        const seen = [by.mean, ...all.flatMap(({ answers: given }) => given.map((answer) => answer.quality))];
        for (const posterior of hierarchicalBeta(
          all.map(({ strategy, model, answers: given }) => arm(strategy, model, totalsOf(given))),
          by,
        )) {
          expect(betaMean(posterior)).toBeGreaterThan(Math.min(...seen) - 1e-8);
          expect(betaMean(posterior)).toBeLessThan(Math.max(...seen) + 1e-8);
        }
      }),
    );
  });

  it('does not depend on the order of answers or of arms, but for rounding', () => {
    fc.assert(
      fc.property(arms, prior, (all, by) => {
        const posteriors = hierarchicalBeta(
          all.map(({ strategy, model, answers: given }) => arm(strategy, model, totalsOf(given))),
          by,
        );
        const reversed = hierarchicalBeta(
          all.toReversed().map(({ strategy, model, answers: given }) => arm(strategy, model, totalsOf(given.toReversed()))),
          by,
        );
        reversed.toReversed().forEach((posterior, index) => {
          expect(posterior.alpha).toBeCloseTo(posteriors[index]?.alpha as number, 9);
          expect(posterior.beta).toBeCloseTo(posteriors[index]?.beta as number, 9);
        });
      }),
    );
  });

  it('starts a new arm from its relatives, the nearest most: strategy and model, then the model, then all', () => {
    const by: BetaPrior = { mean: 0.5, strength: 4 };
    const often = (sum: number): QualityTotals => ({ weight: 400, sum });
    const known = [arm('direct', 'mini', often(80)), arm('direct', 'mini', often(88)), arm('batch', 'mini', often(160)), arm('direct', 'large', often(360))];
    const startOf = (strategy: string, model: string) =>
      betaMean(hierarchicalBeta([...known, arm(strategy, model, noQualities)], by).at(-1) as Parameters<typeof betaMean>[0]);
    const starts = [startOf('direct', 'mini'), startOf('debate', 'mini'), startOf('batch', 'mini'), startOf('debate', 'huge'), startOf('debate', 'large')];
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    expect(startOf('debate', 'mini')).toBeLessThan(0.42);
    expect(startOf('direct', 'large')).toBeGreaterThan(0.65);
    expect(startOf('direct', 'large')).toBeGreaterThan(startOf('debate', 'large'));
    expect(betaMean(hierarchicalBeta([arm('direct', 'mini', noQualities)], { mean: 0.7, strength: 3 })[0] as Parameters<typeof betaMean>[0])).toBeCloseTo(
      0.7,
      12,
    );
  });

  it('agrees with the exact posterior of nested normal effects', () => {
    // One group of two arms, seen 4 and 12 times, under a group of all: variances of 1 an answer and 1 / 6 a level.
    const all = [arm('direct', 'mini', { weight: 4, sum: 1 }), arm('direct', 'mini', { weight: 12, sum: 9 })].map(({ totals }) => ({
      parents: ['group', 'all'],
      totals,
    }));
    const [first, second] = hierarchicalBeta(all, { mean: 0.5, strength: 6 }).map(betaMean) as [number, number];
    // Covariance of the two arms' effects: 1 / 6 for each level they share; solved by hand (Cramer) from the means of their answers.
    const own = 3 / 6;
    const shared = 2 / 6;
    const [noiseA, noiseB] = [1 / 4, 1 / 12];
    const determinant = (own + noiseA) * (own + noiseB) - shared ** 2;
    const [a, b] = [1 / 4 - 0.5, 9 / 12 - 0.5];
    const weightA = ((own + noiseB) * a - shared * b) / determinant;
    const weightB = ((own + noiseA) * b - shared * a) / determinant;
    expect(first).toBeCloseTo(0.5 + own * weightA + shared * weightB, 12);
    expect(second).toBeCloseTo(0.5 + shared * weightA + own * weightB, 12);
  });

  it('is nearer to the truth than means of the arms alone, and than means shrunk towards one value at their best', () => {
    const flat = [6, 10, 15, 20, 30].map((strength) => simulatedError(strength, ['all']));
    const own = simulatedError(1e-6, ['all']);
    expect(Math.min(...flat)).toBeLessThan(0.6 * own);
    for (const strength of [20, 40, 80]) expect(simulatedError(strength)).toBeLessThan(0.95 * Math.min(...flat));
  });

  it('refuses a group with two parents, one that is its own, and a prior that is none', () => {
    const of = (...chains: readonly string[][]) => chains.map((parents) => ({ parents, totals: noQualities }));
    const by: BetaPrior = { mean: 0.5, strength: 2 };
    expect(() => hierarchicalBeta(of(['mini', 'all'], ['mini', 'others']), by)).toThrow('group "mini" belongs to "all" and to "others"');
    expect(() => hierarchicalBeta(of(['mini', 'all'], ['mini']), by)).toThrow('to none');
    expect(() => hierarchicalBeta(of(['mini', 'mini']), by)).toThrow(RangeError);
    for (const wrong of [
      { mean: 0, strength: 2 },
      { mean: 1, strength: 2 },
      { mean: 0.5, strength: 0 },
      { mean: 0.5, strength: Number.POSITIVE_INFINITY },
    ]) {
      expect(() => hierarchicalBeta([], wrong)).toThrow(RangeError);
    }
  });
});

describe('addQuality', () => {
  it('keeps the sum between 0 and the weight', () => {
    fc.assert(
      fc.property(answers, (given) => {
        const totals = totalsOf(given);
        expect(totals.sum).toBeGreaterThanOrEqual(0);
        expect(totals.sum).toBeLessThanOrEqual(totals.weight);
      }),
    );
  });

  it('refuses what is no quality', () => {
    for (const wrong of [-0.1, 1.1]) expect(() => addQuality(noQualities, wrong)).toThrow(RangeError);
    expect(() => addQuality(noQualities, 0.5, -1)).toThrow(RangeError);
    expect(() => addQuality(noQualities, Number.NaN)).toThrow(expect.objectContaining({ kind: 'not-finite' }));
  });
});

function arm(strategy: string, model: string, totals: QualityTotals): ArmEvidence {
  return { parents: [`${strategy}/${model}`, model, 'all'], totals };
}

function totalsOf(given: readonly { readonly quality: number; readonly weight: number }[]): QualityTotals {
  return given.reduce((totals, answer) => addQuality(totals, answer.quality, answer.weight), noQualities);
}

function withAnswer(all: readonly ArmEvidence[], at: number, verdict: number, counted: number): readonly ArmEvidence[] {
  const changed = all[at] as ArmEvidence;
  return all.with(at, { ...changed, totals: addQuality(changed.totals, verdict, counted) });
}

/** Root mean square error over 24 arms of 3 strategies x 4 models with 5 answers each, 100 times; with other parents on demand. */
function simulatedError(strength: number, parents?: readonly string[]): number {
  let squares = 0;
  for (let seed = 0; seed < 100; seed++) {
    const random = seededRandom('shrinkage', seed);
    const truths: number[] = [];
    const all = Array.from({ length: 24 }, (_, index) => {
      const [strategy, model] = [`strategy ${index % 3}`, `model ${Math.floor(index / 3) % 4}`];
      const mean = 0.6 + 0.12 * random.normal(model) + 0.06 * random.normal(strategy, model) + 0.03 * random.normal(index);
      truths.push(Math.min(0.98, Math.max(0.02, mean)));
      const given = Array.from({ length: 5 }, (_, answer) => ({ quality: random.uniform(index, answer) < mean ? 1 : 0, weight: 1 }));
      const known = arm(strategy, model, totalsOf(given));
      return parents === undefined ? known : { ...known, parents };
    });
    const means = hierarchicalBeta(all, { mean: 0.5, strength }).map(betaMean);
    truths.forEach((truth, index) => {
      squares += ((means[index] as number) - truth) ** 2;
    });
  }
  return Math.sqrt(squares / 2400);
}
