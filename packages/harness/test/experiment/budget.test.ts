import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyStores, type Stores, scriptedWorld, scripts, tinyPlan, traceOf } from './tiny-experiment.ts';

const plan = tinyPlan({ policies: ['heuristic', 'learned'] });
const world = () => scriptedWorld(scripts, { repeats: 'with-luck' });
/** No arm of the scenario calls a model more than ten times a task, and no call costs more than $0.02. */
const worstCostUsd = () => 0.2;
const whole = await traceOf(plan, { world: world() });
const costOf = ({ trials, profiles }: Stores) =>
  [...trials.lines, ...profiles.lines].map((line) => JSON.parse(line)).reduce((sum, { costUsd, repeats = 1 }) => sum + costUsd * repeats, 0);
const fullStores = emptyStores();
await traceOf(plan, { world: world() }, fullStores);
const fullCost = costOf(fullStores);

const anyConcurrency = fc.constantFrom(1, 3, 16, 64);

describe('a budget', () => {
  it('is never exceeded, nor left unused where the next trial surely fits in, however many run at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: fullCost * 0.95, noNaN: true }), anyConcurrency, async (budgetUsd, concurrency) => {
        const stores = emptyStores();
        const { run } = await traceOf(plan, { world: world(), concurrency, budgetUsd, worstCostUsd }, stores);
        expect(run.end).toBe('budget');
        expect(costOf(stores)).toBeLessThanOrEqual(budgetUsd + 1e-9);
        expect(costOf(stores)).toBeGreaterThan(budgetUsd - worstCostUsd() - 1e-9);
      }),
      { numRuns: 15 },
    );
  });

  it('counts what earlier parts of the run cost, however many trials start at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        fc.double({ min: 0, max: 0.05, noNaN: true }),
        anyConcurrency,
        async (share, more, concurrency) => {
          const stores = emptyStores();
          await traceOf(plan, { world: world(), budgetUsd: share * fullCost, worstCostUsd }, stores);
          const budgetUsd = (share + more) * fullCost;
          const before = stores.trials.lines.length + stores.profiles.lines.length;
          await traceOf(plan, { world: world(), concurrency, budgetUsd, worstCostUsd }, stores);
          expect(costOf(stores)).toBeLessThanOrEqual(budgetUsd + 1e-9);
          expect(stores.trials.lines.length + stores.profiles.lines.length).toBeGreaterThanOrEqual(before);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('may be raised: the run goes on to the same logs and summary', async () => {
    const stores = emptyStores();
    for (const share of [0.2, 0.5, 0.9])
      expect((await traceOf(plan, { world: world(), budgetUsd: share * fullCost, worstCostUsd }, stores)).run.end).toBe('budget');
    const { run, ...trace } = await traceOf(plan, { world: world(), budgetUsd: fullCost + 16 * worstCostUsd(), worstCostUsd }, stores);
    expect(run.end).toBe('complete');
    expect(trace).toEqual({ trials: whole.trials, profiles: whole.profiles, summary: whole.summary });
  });

  it('of nothing begins nothing', async () => {
    const idle = world();
    const { run } = await traceOf(plan, { world: idle, budgetUsd: 0, worstCostUsd });
    expect([run.end, run.trials.length, idle.calls()]).toEqual(['budget', 0, 0]);
  });

  it('of nothing is enough for what stands in the log', async () => {
    const { run } = await traceOf(plan, { world: world(), budgetUsd: 0, worstCostUsd }, fullStores);
    expect(run.end).toBe('complete');
  });
});
