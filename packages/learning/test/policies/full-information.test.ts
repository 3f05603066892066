import { armId, seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestFixedArm, type ExpectedValue, MissingProfileError, oraclePolicy } from '../../src/policies/full-information.ts';
import { analysisWith } from '../analysis-fixture.ts';
import { batchMini, collaborateBoth, directLarge, directMini } from '../arm-fixture.ts';

const arms = [directMini, directLarge, batchMini, collaborateBoth];
const ids = arms.map(armId);
/** One row a task, one value an arm. */
const table = fc.array(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: arms.length, maxLength: arms.length }), {
  minLength: 1,
  maxLength: 12,
});

describe('the oracle and the best fixed arm', () => {
  it('never has the oracle below the best fixed arm, nor that one below any other arm, in expected value', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const expected = valuesOf(rows);
        const oracle = oraclePolicy(arms, expected);
        const best = armId(bestFixedArm(arms, taskIds(rows), expected));
        const mean = (choose: (taskId: string) => string) =>
          taskIds(rows).reduce((sum, taskId) => sum + (expected(taskId, choose(taskId)) as number), 0) / rows.length;
        const ofOracle = mean((taskId) => oracle.decide(analysisWith({ requestId: taskId }), seededRandom(1)).armId);
        const ofBest = mean(() => best);
        expect(ofOracle).toBeGreaterThanOrEqual(ofBest - 1e-12);
        for (const id of ids) expect(ofBest).toBeGreaterThanOrEqual(mean(() => id) - 1e-12);
      }),
    );
  });

  it('has the oracle take the best arm of each task, for certain', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const expected = valuesOf(rows);
        const oracle = oraclePolicy(arms, expected);
        rows.forEach((row, task) => {
          const decision = oracle.decide(analysisWith({ requestId: `task-${task}` }), seededRandom(1));
          expect(expected(`task-${task}`, decision.armId)).toBeGreaterThanOrEqual(Math.max(...row));
          expect(decision.propensity).toBe(1);
        });
      }),
    );
  });
});

describe('bestFixedArm', () => {
  it('goes by the training tasks alone', () => {
    const expected = valuesOf([
      [0.9, 0.1, 0, 0],
      [0, 1, 0, 0],
    ]);
    expect(bestFixedArm(arms, ['task-0'], expected)).toBe(directMini);
    expect(bestFixedArm(arms, ['task-0', 'task-1'], expected)).toBe(directLarge);
  });

  it('takes the first of equally good arms, and no arm of which nothing is known before one of which something is', () => {
    expect(bestFixedArm(arms, ['task-0'], valuesOf([[0.5, 0.5, 0.5, 0.5]]))).toBe(directMini);
    expect(bestFixedArm(arms, ['task-0'], (_, id) => (id === armId(batchMini) ? -5 : undefined))).toBe(batchMini);
  });
});

describe('oraclePolicy', () => {
  it('says which task it knows nothing of', () => {
    const oracle = oraclePolicy(arms, () => undefined);
    expect(() => oracle.decide(analysisWith({ requestId: 'task-7' }), seededRandom(1))).toThrow(MissingProfileError);
    expect(() => oracle.decide(analysisWith({ requestId: 'task-7' }), seededRandom(1))).toThrow(/task-7/);
  });

  it('passes over arms of which it knows nothing', () => {
    const oracle = oraclePolicy(arms, (_, id) => (id === armId(directLarge) ? -3 : undefined));
    expect(oracle.decide(analysisWith(), seededRandom(1)).arm).toBe(directLarge);
  });
});

function taskIds(rows: readonly unknown[]): string[] {
  return rows.map((_, task) => `task-${task}`);
}

function valuesOf(rows: readonly (readonly number[])[]): ExpectedValue {
  return (taskId, id) => rows[Number(taskId.slice('task-'.length))]?.[ids.indexOf(id)];
}
