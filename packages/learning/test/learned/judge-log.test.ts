import { type Arm, armId, seededRandom } from '@ratchet/core';
import { describe, expect, it } from 'vitest';
import { judgeLog, type LoggedOutcome, tableEventId } from '../../src/learned/judge-log.ts';
import type { LearningTask } from '../../src/learner.ts';
import { randomPolicy } from '../../src/policies/random.ts';
import { analysisWith } from '../analysis-fixture.ts';
import { directLarge, directMini, eventOf, orchestrateMini } from '../arm-fixture.ts';

const arms = [directMini, directLarge, orchestrateMini];
const task: LearningTask = {
  arms,
  objective: { kind: 'weighted' },
  prices: { cost: 0, latency: 0, belowFloor: 1, margin: 0 },
  initialPolicy: randomPolicy(arms),
};
/** The best arm depends on the number of chunks: 0.9 where it fits, else 0.5; `directLarge` has 0.8 on all. */
const qualityOf = (arm: Arm, chunks: number) => (arm === directLarge ? 0.8 : chunks > 1 === (arm === orchestrateMini) ? 0.95 : 0.35);
const costOf = (arm: Arm) => (arm === directLarge ? 0.01 : 0.001);

function requestOf(index: number) {
  const chunks = index % 2 === 0 ? 1 : 5;
  return analysisWith({
    requestId: `${index}`,
    text: `Request ${index}`,
    chunks,
    words: 30 * chunks,
    edges: chunks - 1,
    depth: chunks,
    score: chunks > 1 ? 0.7 : 0.3,
  });
}

function outcomeOf(arm: Arm, index: number) {
  const { structure } = requestOf(index);
  const quality = seededRandom('judge', index, armId(arm)).uniform() < qualityOf(arm, structure.chunks) ? 1 : 0;
  return { quality, costUsd: costOf(arm), latencyMs: null };
}

type Logging = 'vector' | 'scalar' | 'certain' | 'never the third';

/** A log of a policy that chooses by chance. */
function banditLog(count: number, logging: Logging): LoggedOutcome[] {
  const shares = logging === 'never the third' ? [0.5, 0.5, 0] : [0.3, 0.4, 0.3];
  return Array.from({ length: count }, (_, index) => {
    const draw = seededRandom('logging', index).uniform();
    const which = logging === 'certain' ? 0 : draw < (shares[0] as number) ? 0 : draw < (shares[0] as number) + (shares[1] as number) ? 1 : 2;
    const arm = arms[which] as Arm;
    return {
      event: { ...eventOf(arm, outcomeOf(arm, index), requestOf(index)), propensity: logging === 'certain' ? 1 : (shares[which] as number) },
      propensities:
        logging === 'vector' || logging === 'never the third' ? new Map(arms.map((one, position) => [armId(one), shares[position] as number])) : null,
    };
  });
}

describe('judgeLog', () => {
  const truth = 0.95 - 0.8;

  for (const { logging, count, costDigits } of [
    { logging: 'vector', count: 480, costDigits: 3 },
    { logging: 'scalar', count: 240, costDigits: 2 },
  ] as const) {
    it(`estimates what the learned policy gains over the best single arm from outcomes of arms that chance chose: ${logging}`, () => {
      const verdict = judgeLog(banditLog(count, logging), task);
      expect(verdict).toMatchObject({ bestArms: [armId(directLarge)], supportChecked: logging === 'vector', folds: 5, difference: { latencyMs: null } });
      const { quality, costUsd } = verdict.difference;
      if (quality?.kind !== 'estimated' || costUsd?.kind !== 'estimated') throw new Error('it was refused');
      expect(quality.low).toBeLessThan(truth);
      expect(quality.high).toBeGreaterThan(truth);
      expect(quality.low).toBeGreaterThan(0);
      expect(quality.effectiveSampleSize).toBeLessThan(count / 2);
      expect(costUsd.value).toBeCloseTo(-0.009, costDigits);
    });
  }

  it('refuses where the log cannot say: too few requests, arms that were never possible, one arm alone', () => {
    expect(judgeLog(banditLog(8, 'vector'), task).difference.quality).toMatchObject({ kind: 'refused', reason: 'too-few' });
    // Of one arm's outcomes, the policy takes others to be better: there is no telling.
    expect(judgeLog(banditLog(80, 'certain'), task).difference.quality).toMatchObject({ kind: 'refused', reason: 'no-support' });
    const forced = banditLog(120, 'never the third');
    expect(judgeLog(forced, { ...task, arms: [orchestrateMini], initialPolicy: randomPolicy([orchestrateMini]) }).difference.quality).toMatchObject({
      kind: 'refused',
      reason: 'no-support',
    });
  });

  it('knows arms of the log that are no candidates, so that probabilities still sum to 1', () => {
    const narrow = { ...task, arms: [directMini, directLarge], initialPolicy: randomPolicy([directMini, directLarge]) };
    expect(judgeLog(banditLog(120, 'vector'), narrow).difference.quality).toMatchObject({ kind: 'estimated', decisions: 120 });
    const neverExecuted = banditLog(120, 'vector').filter(({ event }) => event.arm !== orchestrateMini);
    expect(judgeLog(neverExecuted, narrow).difference.quality).toMatchObject({ kind: 'estimated', decisions: neverExecuted.length });
  });

  it('compares the very outcomes where every arm has one, however many arms there are', () => {
    const table = Array.from({ length: 120 }, (_, index) => index).flatMap((index) =>
      arms.map(
        (arm): LoggedOutcome => ({
          event: { ...eventOf(arm, outcomeOf(arm, index), requestOf(index)), id: tableEventId(`${index}`, arm), feedback: 'full' },
          propensities: null,
        }),
      ),
    );
    const { difference, supportChecked, bestArms } = judgeLog(table, task);
    expect([supportChecked, bestArms]).toEqual([true, [armId(directLarge)]]);
    // The policy finds both kinds of requests on all but a few, so what it gains can be read off the table.
    const gained = Array.from(
      { length: 120 },
      (_, index) => outcomeOf(index % 2 === 0 ? directMini : orchestrateMini, index).quality - outcomeOf(directLarge, index).quality,
    );
    expect(difference.quality).toMatchObject({
      kind: 'estimated',
      decisions: 120,
      clusters: 120,
      effectiveSampleSize: 120,
      value: expect.closeTo(gained.reduce((a, b) => a + b, 0) / 120, 1),
    });
    const holes = table.map((one, index) => (index % 9 === 1 ? { ...one, event: { ...one.event, outcome: { ...one.event.outcome, quality: null } } } : one));
    expect(judgeLog(holes, task).difference.quality).toMatchObject({ kind: 'refused', reason: 'no-support' });
  });

  it('says nothing where no quality is known', () => {
    const unjudged = banditLog(50, 'vector').map((one) => ({ ...one, event: { ...one.event, outcome: { ...one.event.outcome, quality: null } } }));
    expect(judgeLog(unjudged, task).difference).toEqual({ quality: null, costUsd: null, latencyMs: null });
  });
});
