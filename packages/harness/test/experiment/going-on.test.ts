import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordStore } from '../../src/experiment/loop-parts.ts';
import type { ExperimentParts } from '../../src/experiment/run-experiment.ts';
import { emptyStores, runTiny, type Stores, scriptedWorld, scripts, tinyPlan, traceOf } from './tiny-experiment.ts';

const plan = tinyPlan({ policies: ['heuristic', 'learned'], seeds: 2 });
const world = () => scriptedWorld(scripts, { repeats: 'with-luck' });
const { run: _run, ...whole } = await traceOf(plan, { world: world() });
const count = whole.trials.split('\n').length + whole.profiles.split('\n').length;

const anyStop = fc.integer({ min: 0, max: count - 1 });
const anyConcurrency = fc.constantFrom(1, 3, 16);

/** Goes on with what stands in the stores, to the end. */
async function goOn(stores: Stores, concurrency: number) {
  const { run, ...trace } = await traceOf(plan, { world: world(), concurrency }, stores);
  expect(run.end).toBe('complete');
  return trace;
}

const written = ({ trials, profiles }: Stores) => trials.lines.length + profiles.lines.length;

/** Its `append` fails from the k-th record on, as on a full disk. */
function failingAfter(stores: Stores, records: number): Pick<ExperimentParts, 'trials' | 'profiles'> {
  const guard = <Outcome extends { readonly id: string }>(store: RecordStore<Outcome>) => {
    const append = (outcome: Outcome) => {
      if (written(stores) >= records) throw new Error('the disk is full');
      store.append(outcome);
    };
    return { get: (id: string) => store.get(id), append, appendAll: (outcomes: readonly Outcome[]) => outcomes.forEach(append), all: () => store.all() };
  };
  return { trials: guard(stores.trials), profiles: guard(stores.profiles) };
}

/** Aborts once so many units are done. */
function abortingAfter(units: number, onAbort: () => void = () => undefined): Pick<ExperimentParts, 'signal' | 'progress'> {
  const controller = new AbortController();
  let done = 0;
  const stop = (): void => {
    if (done < units || controller.signal.aborted) return;
    onAbort();
    controller.abort(new Error('interrupted'));
  };
  return {
    signal: controller.signal,
    progress: {
      begin: stop,
      advance: () => {
        done++;
        stop();
      },
    },
  };
}

describe('a run that could not write any more', () => {
  it('has kept what it wrote, and goes on to the same logs and summary', async () => {
    await fc.assert(
      fc.asyncProperty(anyStop, anyConcurrency, anyConcurrency, async (records, first, second) => {
        const stores = emptyStores();
        await expect(runTiny(plan, { world: world(), concurrency: first, ...failingAfter(stores, records) })).rejects.toThrow('the disk is full');
        expect(written(stores)).toBe(records);
        expect(await goOn(stores, second)).toEqual(whole);
      }),
      { numRuns: 8 },
    );
  });
});

describe('a run that was interrupted', () => {
  it('finishes what is under way, ends as interrupted, and goes on to the same logs and summary', async () => {
    await fc.assert(
      fc.asyncProperty(anyStop, anyConcurrency, anyConcurrency, async (units, first, second) => {
        const stores = emptyStores();
        const stopped = scriptedWorld();
        let begun = 0;
        const { run } = await traceOf(plan, { world: stopped, concurrency: first, ...abortingAfter(units, () => (begun = stopped.opened())) }, stores);
        // Near the end, what is under way is all that is left.
        expect(run.end).toBe(written(stores) === count ? 'complete' : 'interrupted');
        // What had been let through when the signal came.
        expect(stopped.opened() - begun).toBeLessThan(first);
        expect(written(stores)).toBe(stopped.opened());
        expect(run.trials).toHaveLength(stores.trials.lines.length);
        expect(await goOn(stores, second)).toEqual(whole);
      }),
      { numRuns: 8 },
    );
  });

  it('may be interrupted again and again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 4 }), async (steps) => {
        const stores = emptyStores();
        // What stands in the log counts as done.
        for (const units of steps) await traceOf(plan, { world: world(), ...abortingAfter(written(stores) + units) }, stores);
        expect(await goOn(stores, 4)).toEqual(whole);
      }),
      { numRuns: 3 },
    );
  });

  it('executes nothing that stands in its log', async () => {
    const stores = emptyStores();
    await traceOf(plan, { world: world() }, stores);
    const idle = world();
    const { run: _again, ...trace } = await traceOf(plan, { world: idle }, stores);
    expect(trace).toEqual(whole);
    expect(idle.calls()).toBe(0);
  });

  it('is read from its log as far as it goes, when it may execute nothing', async () => {
    for (const units of [5, 115, 140, 170, count]) {
      const stores = emptyStores();
      const { run: before, ...trace } = await traceOf(plan, { world: world(), ...abortingAfter(units) }, stores);
      const idle = world();
      const { run: after, ...again } = await traceOf(plan, { world: idle, ...abortingAfter(0) }, stores);
      expect(idle.calls()).toBe(0);
      expect(after.end).toBe(before.end);
      expect(again).toEqual(trace);
    }
  });
});
