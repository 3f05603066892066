import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CycleLimits, type CycleWork, executeCycle } from '../../src/execution/execute-cycle.ts';
import { findConsensus } from '../../src/strategies/agreement.ts';

const limits: CycleLimits = { maxRounds: 10, patience: 2, similarity: 0.98 };
const noTwoAlike = (round: number) => [`version ${round} of something else ${'x'.repeat(round)}`];

/** Rounds give these texts, whatever they are made from. */
const giving =
  (texts: readonly string[]): CycleWork['improve'] =>
  async (_answer, round) => [texts[(round - 1) % texts.length] as string];
const run = (work: Partial<CycleWork>, changes: Partial<CycleLimits> = {}, first = ['first']) =>
  executeCycle(first, { improve: async (_answer, round) => noTwoAlike(round), ...work }, { ...limits, ...changes });

/** What comes of an answer, for a process without chance: a map from state to state. */
const anyProcess = fc.array(fc.nat({ max: 5 }), { minLength: 6, maxLength: 6 });
const stepping =
  (process: readonly number[]): CycleWork['improve'] =>
  async ([text]) => [`state ${process[Number(text?.slice(6))]}`];

describe('executeCycle', () => {
  test('stops at a fixed point after one equal round', async () => {
    const improve: CycleWork['improve'] = async (answer) => answer;
    const { rounds, stopped, kept } = await run({ improve }, { patience: 1 });
    expect({ rounds: rounds.length, stopped, kept }).toEqual({ rounds: 2, stopped: 'fixed-point', kept: 0 });
    // Where chance has a part in it, one is not enough.
    expect(await run({ improve }, { patience: 3 })).toMatchObject({ rounds: { length: 4 }, stopped: 'fixed-point', kept: 0 });
    const waiting: CycleWork['improve'] = async (answer, round) => (round === 2 ? noTwoAlike(round) : answer);
    expect(await run({ improve: waiting }, { patience: 2 })).toMatchObject({ rounds: { length: 5 }, stopped: 'fixed-point' });
  });

  test('stops as soon as an answer comes again, with any period', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 6 }), async (period) => {
        const states = Array.from({ length: period }, (_, at) => `state ${at}`);
        const { rounds, stopped } = await run({ improve: giving([...states.slice(1), 'state 0']) }, { maxRounds: 20, patience: 9 }, ['state 0']);
        expect({ rounds: rounds.length, stopped }).toEqual({ rounds: period + 1, stopped: 'oscillation' });
      }),
    );
  });

  test('ends every process without chance at a fixed point or an oscillation, having seen each state once', async () => {
    await fc.assert(
      fc.asyncProperty(anyProcess, async (process) => {
        // Equal states have equal successors.
        const { rounds, stopped } = await run({ improve: stepping(process) }, { maxRounds: 16, patience: 1, similarity: 1.1 }, ['state 0']);
        expect(['fixed-point', 'oscillation']).toContain(stopped);
        const before = rounds.slice(0, -1).map(({ answer }) => answer[0]);
        expect(new Set(before).size).toBe(before.length);
        expect(before).toContain(rounds.at(-1)?.answer[0]);
      }),
    );
  });

  test('stops when rounds change next to nothing, as often in a row as it is patient', async () => {
    const long = Array.from({ length: 300 }, (_, at) => `word${at}`).join(' ');
    const { rounds, stopped } = await run({ improve: async ([text], round) => [`${text} ${round}`] }, { patience: 3 }, [long]);
    expect({ rounds: rounds.length, stopped }).toEqual({ rounds: 4, stopped: 'similar' });
  });

  test('takes an equal round for no end while somebody outside asks for more', async () => {
    const { rounds, stopped, kept } = await run(
      { improve: async (answer, round) => (round < 3 ? answer : ['passes']), score: async ([text]) => (text === 'passes' ? 1 : 0) },
      { patience: 3 },
    );
    expect({ rounds: rounds.length, stopped, kept }).toEqual({ rounds: 4, stopped: 'passed', kept: 3 });
  });

  test('stops on a plateau of scores, and at once when there is nothing more to ask for', async () => {
    const scores = [0.1, 0.5, 0.3, 0.5, 0.9];
    const scored = (list: readonly number[]) => {
      let at = 0;
      return async () => list[at++] as number;
    };
    expect(await run({ score: scored(scores) })).toMatchObject({ kept: 1, stopped: 'plateau', rounds: { length: 4 } });
    expect(await run({ score: scored(scores) }, { patience: 3 })).toMatchObject({ kept: 4 });
    expect(await run({ score: scored([0.2, 1, 0.3]) })).toMatchObject({ kept: 1, stopped: 'passed', rounds: { length: 2 } });
    expect(await run({ score: async () => 1 })).toMatchObject({ kept: 0, stopped: 'passed', rounds: { length: 1 } });
  });

  test('never exceeds the cap on rounds, whatever comes, and takes exactly as many without patience', async () => {
    const anyWork = fc.record({
      process: anyProcess,
      scores: fc.option(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 20, maxLength: 20 })),
    });
    await fc.assert(
      fc.asyncProperty(anyWork, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 3 }), async ({ process, scores }, maxRounds, patience) => {
        let at = 0;
        const work = { improve: stepping(process), ...(scores === null ? {} : { score: async () => scores[at++] as number }) };
        const { rounds, stopped } = await run(work, { maxRounds, patience }, ['state 0']);
        expect(rounds.length).toBeLessThanOrEqual(maxRounds);
        if (patience === 0) expect({ rounds: rounds.length, stopped }).toEqual({ rounds: maxRounds, stopped: 'rounds' });
      }),
    );
  });

  test('keeps the round with the best score, the earliest of equals, and makes each round from it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 12 }), async (tenths) => {
        const madeFrom: string[] = [];
        const { rounds, kept } = await run(
          {
            improve: async ([text], round) => {
              madeFrom.push(text as string);
              return noTwoAlike(round);
            },
            score: async ([text]) => (tenths[text === 'first' ? 0 : Number(/\d+/.exec(text as string)?.[0])] as number) / 10,
          },
          { maxRounds: tenths.length, patience: 0 },
        );
        const scores = rounds.map(({ score }) => score as number);
        const firstBest = (some: readonly number[]) => some.indexOf(Math.max(...some));
        expect(kept).toBe(firstBest(scores));
        expect(madeFrom).toEqual(rounds.slice(1).map((_round, at) => rounds[firstBest(scores.slice(0, at + 1))]?.answer[0]));
      }),
    );
  });

  test('keeps the last round that was preferred to the best before it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }), async (verdicts) => {
        const { kept } = await run(
          { prefersLater: async (_earlier, _later, round) => verdicts[round - 1] as boolean },
          { maxRounds: verdicts.length + 1, patience: 0 },
        );
        expect(kept).toBe(verdicts.lastIndexOf(true) + 1);
      }),
    );
  });

  test('keeps the round that agrees best with the others where nobody can tell, the earliest of equals', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 8 }), async (texts) => {
        const { rounds, kept } = await run({ improve: giving(texts) }, { maxRounds: texts.length + 1, patience: 0 }, ['a']);
        expect(kept).toBe(findConsensus(rounds.map(({ answer }) => answer[0] as string)).index);
        expect(rounds.findIndex(({ answer }) => answer[0] === rounds[kept]?.answer[0])).toBe(kept);
      }),
    );
  });

  test('asks nobody to prefer one of two equal answers, nor where there are scores', async () => {
    const prefersLater = async (): Promise<boolean> => {
      throw new Error('asked');
    };
    await run({ improve: async (answer) => answer, prefersLater });
    await run({ score: async () => 0.5, prefersLater });
  });

  test('begins no round that, at the price of the dearest so far, could exceed what it may cost', async () => {
    const spending = (prices: readonly number[]) => {
      let spent = 1;
      return {
        improve: async (_answer: readonly string[], round: number) => {
          spent += prices[round - 1] as number;
          return noTwoAlike(round);
        },
        spentUsd: () => spent,
      };
    };
    expect(await run(spending([1, 2, 1, 1]), { maxUsd: 6 })).toMatchObject({ stopped: 'cost', rounds: { length: 4 } });
    expect(await run(spending([1, 2, 1, 1]), { maxUsd: 5.9 })).toMatchObject({ stopped: 'cost', rounds: { length: 3 } });
    expect(await run({ spentUsd: () => null }, { maxUsd: 100 })).toMatchObject({ stopped: 'cost', rounds: { length: 1 } });
  });

  test('keeps what it has when a round gives nothing, and when it is aborted', async () => {
    expect(await run({ improve: async (_answer, round) => (round < 3 ? noTwoAlike(round) : null) })).toMatchObject({
      stopped: 'failed',
      rounds: { length: 3 },
    });
    const controller = new AbortController();
    const improve: CycleWork['improve'] = async (_answer, round) => {
      if (round === 2) controller.abort();
      return noTwoAlike(round);
    };
    expect(await run({ improve, signal: controller.signal })).toMatchObject({ stopped: 'aborted', rounds: { length: 3 } });
  });
});
