import { parseArmId } from '@ratchet/core';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { ExperimentPlan } from '../../src/experiment/experiment-plan.ts';
import { pieceResultSchema } from '../../src/experiment/piece-result.ts';
import { type PieceRunner, pieceRunner } from '../../src/experiment/piece-runner.ts';
import type { PieceHelpers, PieceOrder } from '../../src/experiment/run-experiment.ts';
import { emptyStores, scriptedWorld, scripts, tiny, tinyPlan, traceOf, unevenScorer } from './tiny-experiment.ts';

const plan = tinyPlan({ policies: ['heuristic', 'random', 'greedy', 'oracle', 'learned'], seeds: 2, generations: 2, validationRepeats: 2 });
const world = () => scriptedWorld(scripts, { repeats: 'with-luck' });
const alone = await traceOf(plan, { world: world() });

/** As threads and machines are: each has one piece at a time, and what passes between is copied. */
function helpersOf(of: ExperimentPlan, count: number, signal?: AbortSignal): PieceHelpers & { readonly pieces: () => number } {
  const free: PieceRunner[] = Array.from({ length: count }, () =>
    pieceRunner(of, { world: world(), scorer: unevenScorer, concurrency: 3, ...(signal === undefined ? {} : { signal }) }),
  );
  let pieces = 0;
  return {
    count,
    pieces: () => pieces,
    run: async (order, advance) => {
      pieces++;
      const runner = free.pop();
      if (runner === undefined) throw new Error('more pieces at once than there are helpers');
      const result = await runner(structuredClone(order), { advance });
      free.push(runner);
      return pieces % 2 === 0 ? structuredClone(result) : pieceResultSchema.parse(JSON.parse(JSON.stringify(result)));
    },
    interrupt: () => undefined,
  };
}

const without = ({ run: _run, ...trace }: Awaited<ReturnType<typeof traceOf>>) => trace;

describe('a run with helpers', () => {
  it.each([1, 2, 5])('leaves the logs and the summary of a run without them, with %i of them', async (count) => {
    const helpers = helpersOf(plan, count);
    expect(without(await traceOf(plan, { world: world(), helpers }))).toEqual(without(alone));
    expect(helpers.pieces()).toBeGreaterThanOrEqual(2 + Math.min(count, 2));
  });

  it('leaves the same where learners are tuned first', async () => {
    const raced = [0, 0.2, 0.4].map((temperature) => parseArmId(`direct/small?temperature=${temperature}`));
    const protocol = { policies: ['heuristic', 'greedy', 'learned'], seeds: 2, generations: 1, tuning: { keep: 1, eta: 3, firstTasks: 2 } };
    const tuned = tinyPlan(protocol, {}, { ...tiny, arms: [...raced, ...Object.values(tiny.heuristic ?? {})] });
    const here = await traceOf(tuned, { world: world() });
    expect(here.run.tuning).toHaveLength(2);
    expect(without(await traceOf(tuned, { world: world(), helpers: helpersOf(tuned, 2) }))).toEqual(without(here));
  });

  it('runs a piece itself where its helper fails', async () => {
    const good = helpersOf(plan, 3);
    const failing = (order: PieceOrder) => order.piece.kind === 'profiles' || order.piece.seed === 2;
    const helpers: PieceHelpers = {
      count: 3,
      run: (order, advance) => (failing(order) ? Promise.reject(new Error('the thread ended')) : good.run(order, advance)),
      interrupt: good.interrupt,
    };
    expect(without(await traceOf(plan, { world: world(), helpers }))).toEqual(without(alone));
    expect(good.pieces()).toBeGreaterThan(0);
  });

  it('shows every unit of the plan as progress, once', async () => {
    let total = 0;
    let done = 0;
    const progress = {
      begin: (units: number) => {
        total = units;
      },
      advance: (units: number) => {
        done += units;
      },
    };
    await traceOf(plan, { world: world(), helpers: helpersOf(plan, 2), progress });
    expect(done).toBe(total);
  });

  it('keeps, when it is interrupted, a beginning of the log, and goes on to the same logs and summary', async () => {
    const whole = alone.trials.split('\n');
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: whole.length + 60 }), fc.boolean(), async (units, helpedAfterwards) => {
        const controller = new AbortController();
        let done = 0;
        const stores = emptyStores();
        const progress = {
          begin: () => undefined,
          advance: (more: number) => {
            done += more;
            if (done >= units) controller.abort(new Error('interrupted'));
          },
        };
        await traceOf(plan, { world: world(), helpers: helpersOf(plan, 2, controller.signal), progress, signal: controller.signal }, stores);
        expect(stores.trials.lines).toEqual(whole.slice(0, stores.trials.lines.length));
        const again = await traceOf(plan, { world: world(), ...(helpedAfterwards ? { helpers: helpersOf(plan, 2) } : {}) }, stores);
        expect(without(again)).toEqual(without(alone));
      }),
      { numRuns: 6 },
    );
  });
});

afterAll(() => unevenScorer.close());
