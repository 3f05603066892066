import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EvidenceDataset } from '../../src/learned/evidence-dataset.ts';
import { armQualities, imputedScores, type ScoreGround } from '../../src/learned/imputed-scores.ts';
import { stackGround } from '../../src/models/stack.ts';

const requests = 120;
const arms = 3;
const noWeights = new Float64Array(0);
const propensities = [0.6, 0.3, 0.1];

describe('imputedScores', () => {
  it('are the outcomes in a full table, whatever was predicted', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const truth = truthOf(seed);
        const everything = Array.from({ length: requests }, (_, request) =>
          Array.from({ length: arms }, (__, arm) => ({ request, arm, propensity: 1 })),
        ).flat();
        const { values, known } = imputedScores(groundOf(everything, truth, new Float64Array(requests * arms).fill(0.3)), noWeights);
        values.forEach((value, at) => {
          expect(value).toBeCloseTo(truth[at] as number, 12);
        });
        expect(known.every((share) => share === 1)).toBe(true);
      }),
      { numRuns: 10 },
    );
  });

  it('are predictions where nothing is known, and mended by an arm’s errors elsewhere where something is', () => {
    const truth = truthOf(1);
    const off = truth.map((value, at) => value - (at % arms === 0 ? 0.2 : 0));
    expect([...imputedScores(groundOf([], truth, off), noWeights).values]).toEqual([...off]);
    const { values, known } = imputedScores(groundOf(logOf(1, 2), truth, off), noWeights);
    const missing = [...known.keys()].filter((at) => at % arms === 0 && known[at] === 0);
    expect(missing.length).toBeGreaterThan(5);
    // About a hundred outcomes say "0.2 too low", and the other arms that predictions are right, mostly.
    for (const at of missing) {
      expect((values[at] as number) - (off[at] as number)).toBeGreaterThan(0.17);
      expect((values[at] as number) - (off[at] as number)).toBeLessThan(0.2);
    }
  });

  it('counts outcomes only as far as they are known', () => {
    const truth = truthOf(2);
    // Asked once each: nothing is told by other arms, whose outcomes would count less, too.
    const ground = groundOf(logOf(2, 1), truth, new Float64Array(requests * arms).fill(0.4));
    // One of a hundred outcomes: the rest tells the same of the arm, whatever is known of it.
    const first = ground.data.quality.arm[0] as number;
    const valueAt = (share: number): number =>
      imputedScores({ ...ground, data: { ...ground.data, known: ground.data.known.map((own, cell) => (cell === 0 ? share : own)) } }, noWeights).values[
        first
      ] as number;
    expect(valueAt(1)).toBeCloseTo(truth[first] as number, 12);
    expect(valueAt(0.5)).toBeCloseTo((valueAt(1) + valueAt(1e-9)) / 2, 2);
  });

  it('tell the means of arms that are often tried with less error than doubly robust scores where requests come back, and say how much', () => {
    const truth = truthOf(3);
    const predicted = truth.map((value, at) => value + 0.15 * seededRandom('noise').normal(at) + (at % arms === 0 ? 0.1 : 0));
    const errors = { imputed: [] as number[], doublyRobust: [] as number[], claimed: [] as number[] };
    for (let seed = 0; seed < 40; seed++) {
      const log = logOf(seed, 4);
      const ground = groundOf(log, truth, predicted);
      const { mean, standardError } = armQualities(imputedScores(ground, noWeights), ground, { weights: noWeights, without: -1 });
      for (const arm of [0, 1]) {
        const expected = average(truth.filter((_, at) => at % arms === arm));
        errors.imputed.push((mean[arm] as number) - expected);
        errors.claimed.push(standardError[arm] as number);
        const direct = average(predicted.filter((_, at) => at % arms === arm));
        const mended = log
          .filter((one) => one.arm === arm)
          .reduce((sum, { request, propensity }) => {
            const at = request * arms + arm;
            return sum + ((truth[at] as number) - (predicted[at] as number)) / propensity / log.length;
          }, 0);
        errors.doublyRobust.push(direct + mended - expected);
      }
    }
    expect(size(errors.imputed)).toBeLessThan(0.75 * size(errors.doublyRobust));
    expect(size(errors.claimed) / size(errors.imputed)).toBeGreaterThan(0.7);
    expect(size(errors.claimed) / size(errors.imputed)).toBeLessThan(1.6);
  });

  it('do not take an arm for a bad one that is asked where others fail', () => {
    const random = seededRandom('hard');
    const truth = Float64Array.from(
      { length: requests * arms },
      (_, at) => 0.6 + 0.2 * random.normal('request', Math.floor(at / arms)) + 0.1 * random.normal(at),
    );
    const log = Array.from({ length: requests }, (_, request) =>
      [0, 1, 2].filter((arm) => arm < 2 || (truth[request * arms] as number) < 0.6).map((arm) => ({ request, arm, propensity: arm === 2 ? 0.5 : 1 })),
    ).flat();
    const { values } = imputedScores(groundOf(log, truth, new Float64Array(requests * arms).fill(0.6)), noWeights);
    const of = (from: ArrayLike<number>): number => average(Array.from(from).filter((_, at) => at % arms === 2));
    const asked = average(log.filter(({ arm }) => arm === 2).map(({ request }) => truth[request * arms + 2] as number));
    expect(of(truth) - asked).toBeGreaterThan(0.08);
    expect(Math.abs(of(truth) - of(values))).toBeLessThan(0.5 * (of(truth) - asked));
  });

  it('know an arm that was never tried by its prediction, and that hardly', () => {
    const ground = groundOf(
      logOf(4, 2).filter(({ arm }) => arm !== 2),
      truthOf(4),
      new Float64Array(requests * arms).fill(0.5),
    );
    const { mean, standardError, correction } = armQualities(imputedScores(ground, noWeights), ground, { weights: noWeights, without: -1 });
    expect(mean[2]).toBeCloseTo(0.5, 12);
    expect(correction[2]).toBe(0);
    expect(standardError[2]).toBeGreaterThan(5 * (standardError[0] as number));
  });
});

interface Tried {
  readonly request: number;
  readonly arm: number;
  readonly propensity: number;
}

/** Deterministic outcomes, requests x arms. */
function truthOf(seed: number): Float64Array {
  const random = seededRandom('truth', seed);
  return Float64Array.from({ length: requests * arms }, (_, at) => Math.min(1, Math.max(0, 0.8 - 0.2 * (at % arms) + 0.2 * random.normal(at))));
}

/** Each request is asked so many times. */
function logOf(seed: number, turns: number): readonly Tried[] {
  return Array.from({ length: requests * turns }, (_, decision): Tried => {
    const draw = seededRandom('log', seed).uniform(decision);
    const arm = draw < 0.6 ? 0 : draw < 0.9 ? 1 : 2;
    return { request: decision % requests, arm, propensity: propensities[arm] as number };
  });
}

function groundOf(log: readonly Tried[], truth: Float64Array, base: Float64Array): ScoreGround {
  const decisions = new Float64Array(requests);
  const cells = new Map<number, number>();
  for (const { request, arm, propensity } of log) {
    if (propensity < 1 || arm === 0) decisions[request] = (decisions[request] as number) + 1;
    cells.set(request * arms + arm, (cells.get(request * arms + arm) ?? 0) + 1 / propensity);
  }
  const known = [...cells.keys()].sort((a, b) => a - b);
  const offsets = Int32Array.from({ length: requests + 1 }, (_, request) => known.filter((at) => at < request * arms).length);
  const dataset = {
    requests,
    arms,
    offsets,
    arm: Uint16Array.from(known, (at) => at % arms),
    value: Float64Array.from(known, (at) => (truth[at] as number) - (base[at] as number)),
    weight: new Float64Array(known.length).fill(1),
  };
  const data: EvidenceDataset = {
    entries: [],
    quality: dataset,
    known: new Float64Array(known.length).fill(1),
    inverse: Float64Array.from(known, (at) => cells.get(at) as number),
    decisions,
    baseline: new Int32Array(requests).fill(-1),
    cells: [],
    variance: 0.1,
    repeatability: 1,
  };
  return { data, base, ground: stackGround(dataset, []), folds: { count: 10, of: Int32Array.from({ length: requests }, (_, request) => request % 10) } };
}

function average(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

function size(values: readonly number[]): number {
  return Math.sqrt(average(values.map((value) => value ** 2)));
}
