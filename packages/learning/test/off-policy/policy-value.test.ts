import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LoggedDecision } from '../../src/off-policy/logged-decision.ts';
import { estimatePolicyDifference, estimatePolicyValue, type ValueOptions, type ValueVerdict } from '../../src/off-policy/policy-value.ts';
import type { ValueEstimator } from '../../src/off-policy/value-estimators.ts';
import { contexts, distribution, enumerateLog, targetsOf, trueValue } from './enumerated-world.ts';

const unclipped = (estimator: ValueEstimator): ValueOptions => ({ estimator, clip: Number.POSITIVE_INFINITY });
const estimators: readonly ValueEstimator[] = ['direct', 'ips', 'snips', 'doubly-robust'];
const uniform = [1 / 3, 1 / 3, 1 / 3];

describe('estimatePolicyValue', () => {
  it('has the true value as its expectation, by importance weights or doubly robust, whatever the predictions', () => {
    fc.assert(
      fc.property(contexts, (world) => {
        for (const estimator of ['ips', 'doubly-robust'] as const) {
          expect(estimated(estimatePolicyValue(enumerateLog(world), targetsOf(world), unclipped(estimator))).value).toBeCloseTo(trueValue(world), 9);
        }
      }),
    );
  });

  it('has the true value as its expectation, directly or doubly robust, where the predictions are right and the propensities wrong', () => {
    fc.assert(
      fc.property(contexts, distribution, (world, wrong) => {
        const predicted = world.map((context) => ({ ...context, predictions: context.outcomes }));
        for (const estimator of ['direct', 'doubly-robust'] as const) {
          const log = enumerateLog(predicted, () => wrong);
          expect(estimated(estimatePolicyValue(log, targetsOf(predicted), unclipped(estimator))).value).toBeCloseTo(trueValue(predicted), 9);
        }
      }),
    );
  });

  it('is biased by wrong propensities where the predictions are wrong too', () => {
    const context = { counts: [6, 3, 3], outcomes: [1, 0, 0], predictions: [0, 0, 0], target: uniform };
    const log = enumerateLog([context, context], () => uniform);
    expect(estimated(estimatePolicyValue(log, targetsOf([context, context]), unclipped('doubly-robust'))).value).toBeCloseTo(0.5, 12);
    expect(trueValue([context])).toBeCloseTo(1 / 3, 12);
  });

  it('adds to the self-normalised estimate what is added to all outcomes, and leaves its error alone', () => {
    fc.assert(
      fc.property(contexts, fc.double({ min: -100, max: 100, noNaN: true }), fc.double({ min: 0.2, max: 3, noNaN: true }), (world, shift, clip) => {
        // Part of the log, so that the weights do not average 1.
        const kept = (_: unknown, index: number) => index % 5 !== 0;
        const log = enumerateLog(world).filter(kept);
        const target = targetsOf(world).filter(kept);
        const shifted = log.map((decision) => ({ ...decision, outcome: decision.outcome + shift }));
        const before = estimated(estimatePolicyValue(log, target, { estimator: 'snips', clip }));
        const after = estimated(estimatePolicyValue(shifted, target, { estimator: 'snips', clip }));
        expect(after.value).toBeCloseTo(before.value + shift, 8);
        expect(after.standardError).toBeCloseTo(before.standardError, 8);
      }),
    );
  });

  it('takes the plain mean and its standard error when the policy is the one that logged', () => {
    const log = noisyLog(1, 60);
    const target = log.map(({ propensities }) => propensities);
    const outcomes = log.map(({ outcome }) => outcome);
    const mean = outcomes.reduce((sum, outcome) => sum + outcome, 0) / 60;
    const variance = outcomes.reduce((sum, outcome) => sum + (outcome - mean) ** 2, 0) / 59;
    for (const estimator of ['ips', 'snips'] as const) {
      const verdict = estimated(estimatePolicyValue(log, target, unclipped(estimator)));
      expect(verdict.value).toBeCloseTo(mean, 12);
      expect(verdict.standardError).toBeCloseTo(Math.sqrt(variance / 60), 12);
      expect(verdict.effectiveSampleSize).toBeCloseTo(60, 9);
      expect((verdict.low + verdict.high) / 2).toBeCloseTo(mean, 12);
    }
  });

  it('takes the plain mean and its standard error, self-normalised, when all weights are the same, however small', () => {
    const log = noisyLog(1, 60).map((decision) => ({ ...decision, arm: 0, propensities: [0.5, 0.25, 0.25] }));
    const same = estimated(
      estimatePolicyValue(
        log,
        log.map(({ propensities }) => propensities),
        unclipped('snips'),
      ),
    );
    const halved = estimated(
      estimatePolicyValue(
        log,
        log.map(() => [0.25, 0.25, 0.5]),
        unclipped('snips'),
      ),
    );
    expect(halved.value).toBeCloseTo(same.value, 12);
    expect(halved.standardError).toBeCloseTo(same.standardError, 12);
  });

  it('reaches as far as the t distribution of its clusters says, at any level', () => {
    const log = noisyLog(1, 10);
    const reach = (level?: number) => {
      const { high, value, standardError } = estimated(
        estimatePolicyValue(
          log,
          log.map(({ propensities }) => propensities),
          { ...unclipped('ips'), level },
        ),
      );
      return (high - value) / standardError;
    };
    expect(reach()).toBeCloseTo(2.262, 2);
    expect(reach(0.8)).toBeCloseTo(1.383, 2);
  });

  it('counts repetitions of one request as one request', () => {
    const log = noisyLog(2, 40);
    const target = log.map(() => uniform);
    const three = [log, log, log].flat();
    for (const estimator of estimators) {
      const once = estimated(estimatePolicyValue(log, target, unclipped(estimator)));
      const thrice = estimated(estimatePolicyValue(three, [target, target, target].flat(), unclipped(estimator)));
      expect(thrice.value).toBeCloseTo(once.value, 10);
      expect(thrice.standardError).toBeCloseTo(once.standardError, 10);
      expect(thrice).toMatchObject({ decisions: 120, clusters: 40 });
    }
  });

  it('covers the true value about 95% of the time, with weights of up to 7 and wrong predictions', () => {
    for (const estimator of ['ips', 'snips', 'doubly-robust'] as const) {
      const covered = Array.from({ length: 300 }, (_, seed) => {
        const log = noisyLog(seed, 150);
        const { low, high } = estimated(
          estimatePolicyValue(
            log,
            log.map(() => [0.1, 0.2, 0.7]),
            unclipped(estimator),
          ),
        );
        return low <= noisyValue([0.1, 0.2, 0.7]) && noisyValue([0.1, 0.2, 0.7]) <= high;
      }).filter(Boolean).length;
      expect(covered / 300).toBeGreaterThanOrEqual(0.9);
      expect(covered / 300).toBeLessThanOrEqual(0.99);
    }
  });

  it('has a smaller error with predictions than without', () => {
    const log = noisyLog(3, 200);
    const target = log.map(() => uniform);
    const weighted = estimated(estimatePolicyValue(log, target, unclipped('ips')));
    const robust = estimated(estimatePolicyValue(log, target, unclipped('doubly-robust')));
    expect(robust.standardError).toBeLessThan(0.8 * weighted.standardError);
  });

  it('lets no decision weigh more than the clip', () => {
    fc.assert(
      fc.property(contexts, fc.double({ min: 0.1, max: 2, noNaN: true }), (world, clip) => {
        const log = enumerateLog(world);
        const target = targetsOf(world);
        const weights = log.map(({ arm, propensities }, index) => (target[index]?.[arm] as number) / (propensities[arm] as number));
        const verdict = estimated(estimatePolicyValue(log, target, { estimator: 'ips', clip }));
        const byHand = log.reduce((sum, { outcome }, index) => sum + Math.min(clip, weights[index] as number) * outcome, 0) / log.length;
        expect(verdict.value).toBeCloseTo(byHand, 9);
        expect(verdict.clippedShare).toBeCloseTo(weights.filter((weight) => weight > clip).length / log.length, 12);
      }),
    );
  });

  it('does not depend on the order of the log, up to rounding', () => {
    fc.assert(
      fc.property(contexts, fc.constantFrom(...estimators), (world, estimator) => {
        const log = enumerateLog(world);
        const target = targetsOf(world);
        const one = estimated(estimatePolicyValue(log, target, unclipped(estimator)));
        const other = estimated(estimatePolicyValue(log.toReversed(), target.toReversed(), unclipped(estimator)));
        expect(other.value).toBeCloseTo(one.value, 9);
        expect(other.standardError).toBeCloseTo(one.standardError, 9);
      }),
    );
  });
});

describe('refusals', () => {
  it('refuses a policy that executes what logging never could, however rarely', () => {
    for (const estimator of estimators) {
      const log = noisyLog(4, 50).map((decision) => ({ ...decision, arm: 0, propensities: [0.5, 0.5, 0] }));
      const never = log.map(() => [0.6, 0.4, 0]);
      expect(estimatePolicyValue(log, never, unclipped(estimator)).kind).toBe('estimated');
      const once = never.map((probabilities, index) => (index === 7 ? [0.6, 0.35, 0.05] : probabilities));
      const verdict = estimatePolicyValue(log, once, unclipped(estimator));
      expect(verdict).toMatchObject({ kind: 'refused', reason: 'no-support' });
      expect(verdict.unsupportedMass).toBeCloseTo(0.001, 12);
    }
  });

  it('refuses where fewer than a tenth of the decisions would speak, and clipping does not change that', () => {
    // Logging executes arm 2 in 5% of decisions; the target policy always does.
    const rare = (matches: number): readonly LoggedDecision[] =>
      noisyLog(5, 100).map((decision, index) => ({ ...decision, arm: index < matches ? 2 : 0, propensities: [0.9, 0.05, 0.05] }));
    const always = Array.from({ length: 100 }, () => [0, 0, 1]);
    for (const clip of [Number.POSITIVE_INFINITY, 9, 1]) {
      const options: ValueOptions = { estimator: 'doubly-robust', clip };
      expect(estimatePolicyValue(rare(9), always, options)).toMatchObject({ kind: 'refused', reason: 'effective-sample-size', effectiveSampleSize: 9 });
      expect(estimatePolicyValue(rare(11), always, options)).toMatchObject({ kind: 'estimated' });
      expect(estimatePolicyValue(rare(0), always, options)).toMatchObject({ kind: 'refused', reason: 'effective-sample-size', effectiveSampleSize: 0 });
    }
  });

  it('lets fifty decisions speak, though they are few of many: a log that explores many arms alike has no more for any policy', () => {
    const propensities = Array.from({ length: 40 }, () => 1 / 40);
    const log = noisyLog(5, 2400).map((decision, index) => ({ ...decision, arm: index % 40, propensities, predictions: propensities.map(() => 0.5) }));
    const always = (decisions: number) => Array.from({ length: decisions }, () => propensities.map((_, arm) => (arm === 3 ? 1 : 0)));
    const options: ValueOptions = { estimator: 'doubly-robust', clip: 120 };
    expect(estimatePolicyValue(log, always(2400), options)).toMatchObject({ kind: 'estimated', effectiveSampleSize: 60 });
    const short = log.slice(0, 1200);
    expect(estimatePolicyValue(short, always(1200), options)).toMatchObject({ kind: 'refused', reason: 'effective-sample-size', effectiveSampleSize: 30 });
  });

  it('refuses a handful of requests, however often they were repeated', () => {
    const log = noisyLog(6, 200).map((decision, index) => ({ ...decision, cluster: `request ${index % 9}` }));
    const target = log.map(() => uniform);
    expect(estimatePolicyValue(log, target, unclipped('ips'))).toMatchObject({ kind: 'refused', reason: 'too-few', clusters: 9, decisions: 200 });
    expect(estimatePolicyValue([], [], unclipped('snips'))).toMatchObject({ kind: 'refused', reason: 'too-few', decisions: 0 });
  });

  it('throws for a log that contradicts itself', () => {
    const log = noisyLog(7, 20);
    const target = log.map(() => uniform);
    const value = (changes: Partial<LoggedDecision>, probabilities = uniform) =>
      estimatePolicyValue([{ ...(log[0] as LoggedDecision), ...changes }, ...log.slice(1)], [probabilities, ...target.slice(1)], unclipped('ips'));
    expect(value({}).kind).toBe('estimated');
    expect(() => value({ arm: 1, propensities: [1, 0, 0] })).toThrow(/decision 0 executed arm 1/);
    expect(() => value({ arm: 3 })).toThrow(RangeError);
    expect(() => value({ propensities: [0.5, 0.4, 0.2] })).toThrow(/sum to/);
    expect(() => value({}, [1.5, -0.5, 0])).toThrow(/below 0/);
    expect(() => value({}, [0.5, 0.5])).toThrow(/2 target probabilities/);
    expect(() => value({ outcome: Number.NaN })).toThrow(expect.objectContaining({ kind: 'not-finite' }));
    expect(() => estimatePolicyValue(log, target.slice(1), unclipped('ips'))).toThrow(RangeError);
    expect(() => estimatePolicyValue(log, target, { estimator: 'ips', clip: 0 })).toThrow(RangeError);
    expect(() => estimatePolicyValue(log, target, { estimator: 'ips', clip: 1, level: 95 })).toThrow(RangeError);
  });
});

describe('estimatePolicyDifference', () => {
  it('is the difference of both values, and turns its sign with their roles', () => {
    fc.assert(
      fc.property(contexts, distribution, fc.constantFrom(...estimators), (world, other, estimator) => {
        const log = enumerateLog(world);
        const pair = { incumbent: targetsOf(world, () => other), candidate: targetsOf(world) };
        const options = { estimator, clip: 2 };
        const difference = estimated(estimatePolicyDifference(log, pair, options));
        const values = [pair.candidate, pair.incumbent].map((target) => estimated(estimatePolicyValue(log, target, options)).value) as [number, number];
        expect(difference.value).toBeCloseTo(values[0] - values[1], 9);
        const turned = estimated(estimatePolicyDifference(log, { incumbent: pair.candidate, candidate: pair.incumbent }, options));
        expect(turned.value).toBeCloseTo(-difference.value, 9);
        expect(turned.low).toBeCloseTo(-difference.high, 9);
      }),
    );
  });

  it('is surely nothing for equal policies, and surer than its parts for similar ones', () => {
    const log = noisyLog(8, 200);
    const incumbent = log.map(() => [0.4, 0.3, 0.3]);
    const similar = log.map(() => [0.35, 0.35, 0.3]);
    for (const estimator of estimators) {
      expect(estimatePolicyDifference(log, { incumbent, candidate: incumbent }, unclipped(estimator))).toMatchObject({ value: 0, standardError: 0 });
    }
    const difference = estimated(estimatePolicyDifference(log, { incumbent, candidate: similar }, unclipped('doubly-robust')));
    const alone = estimated(estimatePolicyValue(log, incumbent, unclipped('doubly-robust')));
    expect(difference.standardError).toBeLessThan(alone.standardError / 2);
  });

  it('is refused where either value would be, and reports the worse overlap', () => {
    const log = noisyLog(9, 100).map((decision, index) => ({ ...decision, arm: index < 5 ? 2 : 0, propensities: [0.9, 0.05, 0.05] }));
    const usual = log.map(({ propensities }) => propensities);
    const rare = log.map(() => [0, 0, 1]);
    for (const pair of [
      { incumbent: usual, candidate: rare },
      { incumbent: rare, candidate: usual },
    ]) {
      expect(estimatePolicyDifference(log, pair, { estimator: 'doubly-robust', clip: 9 })).toMatchObject({
        kind: 'refused',
        reason: 'effective-sample-size',
        effectiveSampleSize: 5,
        clippedShare: 0.05,
      });
    }
  });
});

function estimated(verdict: ValueVerdict): ValueVerdict & { kind: 'estimated' } {
  if (verdict.kind === 'refused') throw new Error(`refused: ${verdict.reason}`);
  return verdict;
}

const armEffects = [0.2, 0.5, 0.9];

function noisyValue(probabilities: readonly number[]): number {
  return probabilities.reduce((sum, probability, arm) => sum + probability * (armEffects[arm] as number), 1);
}

/** Arms differ by their effects and requests by their ease; predictions know neither exactly. */
function noisyLog(seed: number, size: number): readonly LoggedDecision[] {
  return Array.from({ length: size }, (_, index) => {
    const random = seededRandom('log', seed, index);
    const propensities = random.uniform('context') < 0.5 ? [0.6, 0.3, 0.1] : [0.2, 0.4, 0.4];
    const drawn = random.uniform('arm');
    const arm = drawn < (propensities[0] as number) ? 0 : drawn < 1 - (propensities[2] as number) ? 1 : 2;
    const ease = 0.3 * random.normal('ease');
    return {
      cluster: `request ${index}`,
      arm,
      propensities,
      outcome: 1 + ease + (armEffects[arm] as number) + 0.1 * random.normal('outcome'),
      predictions: armEffects.map((effect) => 0.9 + 0.8 * ease + effect),
    };
  });
}
