import { seededRandom } from '@ratchet/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { type ConvergenceVerdict, convergenceTable, convergenceVerdicts } from '../../src/convergence/convergence-verdict.ts';
import { measureConvergence, type Refinement, referees, stops } from '../../src/convergence/measure-convergence.ts';
import { asksIn, refinementScenario, refinementTasks } from '../../src/convergence/refinement-tasks.ts';

const scenario = refinementScenario('code-gen');
const found = refinementTasks(scenario);
const order = seededRandom('limit');
const tasks = [...found].sort((a, b) => order.uniform(a.task.id) - order.uniform(b.task.id)).slice(0, 60);

describe('refinement tasks', () => {
  test('are most tasks of the scenario, with a loop around a part that they ask for', () => {
    expect(found.length).toBeGreaterThan(0.7 * scenario.tasks.length);
    for (const { task, analysis } of found) {
      const looping = analysis.edges.flatMap(({ from, to }) => (from === to ? [from] : []));
      expect(
        asksIn(
          task,
          analysis.chunks.filter(({ index }) => looping.includes(index)),
        ).length,
      ).toBeGreaterThan(0);
    }
  });
});

// The measurement of `pnpm bench:convergence`, on fewer tasks, one model and fewer repeats.
describe('cycles that end when they converge, against all rounds', () => {
  let refinements: readonly Refinement[];
  let verdicts: readonly ConvergenceVerdict[];

  beforeAll(async () => {
    refinements = await measureConvergence(scenario, { tasks, models: ['mini'], repeats: 3, maxRounds: 6 });
    verdicts = convergenceVerdicts(refinements);
  }, 120_000);

  test('were measured for every referee, on the same trials under every stop', () => {
    expect(verdicts.map(({ referee }) => referee)).toEqual(referees);
    for (const referee of referees) {
      const trials = stops.map((stop) =>
        refinements.filter((one) => one.referee === referee && one.stop === stop).map(({ task, repeat }) => `${task} ${repeat}`),
      );
      expect(trials[0]?.length).toBeGreaterThan(150);
      for (const other of trials) expect(other).toEqual(trials[0]);
    }
    // Under one luck, the first round is the same whoever judges it.
    const first = (referee: string) => refinements.filter((one) => one.referee === referee && one.stop === 'once').map(({ quality }) => quality);
    expect(first('tests')).toEqual(first('judge'));
  });

  test('save 30% of the tokens or more', () => {
    for (const { savedTokens } of verdicts) expect(savedTokens).toBeGreaterThanOrEqual(0.3);
  });

  test('keep the quality: no difference can be told, and one of two points is out of question', () => {
    for (const { againstAllRounds } of verdicts) {
      expect(againstAllRounds.low).toBeGreaterThan(-2);
      expect(againstAllRounds.low).toBeLessThanOrEqual(0);
      expect(againstAllRounds.high).toBeGreaterThanOrEqual(0);
    }
  });

  test('keep a round that is not worse than the last one on average, and better where all rounds are taken', () => {
    for (const { keptAgainstLast } of verdicts) {
      // So few trials tell a loss from none to half a point.
      expect(keptAgainstLast.converged.points).toBeGreaterThan(-0.5);
      expect(keptAgainstLast.converged.high).toBeGreaterThanOrEqual(0);
      expect(keptAgainstLast['all rounds'].points).toBeGreaterThan(0);
    }
  });

  test('gain much by tests, and lose nothing by a judge who must hold to a preference in both orders', () => {
    const against = (name: string) => verdicts.find(({ referee }) => referee === name)?.againstOnce;
    expect(against('tests')?.low).toBeGreaterThan(0);
    expect(against('judge')?.high).toBeGreaterThan(0);
    expect(against('judge')?.points).toBeGreaterThan(against('agreement')?.points as number);
  });

  test('are told in a table with a line for each referee', () => {
    const lines = convergenceTable(verdicts).split('\n');
    expect(lines).toHaveLength(2 + referees.length);
    expect(new Set(lines.map((line) => line.split('|').length)).size).toBe(1);
  });
});
