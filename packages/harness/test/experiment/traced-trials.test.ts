import type { Attributes, Span, Tracer } from '@ratchet/core';
import { expect, test } from 'vitest';
import { runTiny, scriptedWorld, tinyPlan } from './tiny-experiment.ts';

interface Seen {
  readonly name: string;
  readonly attributes: Attributes;
  results: Attributes;
}

function seeingTracer(): { readonly tracer: Tracer; readonly seen: Seen[] } {
  const seen: Seen[] = [];
  const begin = (name: string, attributes: Attributes): Span => {
    const one: Seen = { name, attributes, results: {} };
    seen.push(one);
    return {
      set: (results) => {
        one.results = { ...one.results, ...results };
      },
      content: (give) => {
        one.results = { ...one.results, ...give() };
      },
    };
  };
  return {
    seen,
    tracer: { span: (name, attributes, work) => work(begin(name, attributes)), step: (name, attributes, work) => work(begin(name, attributes)) },
  };
}

const plan = tinyPlan({ policies: ['random'], heldoutRepeats: 3 });

test('of trials that are not asked for nothing is traced, and the others have all their steps', async () => {
  const [all, some] = [seeingTracer(), seeingTracer()];
  const whole = await runTiny(plan, { tracer: all.tracer });
  const sampled = await runTiny(plan, { tracer: some.tracer, traced: ({ repeat }) => repeat === 0 });
  expect(sampled.trials).toEqual(whole.trials);
  const tasks = whole.trials.length / 3;
  const count = ({ seen }: typeof all, name: string): number => seen.filter((span) => span.name === name).length;
  expect([count(all, 'trial'), count(some, 'trial')]).toEqual([3 * tasks, tasks]);
  expect([count(all, 'score'), count(some, 'score')]).toEqual([3 * tasks, tasks]);
  expect(some.seen.every(({ name, attributes }) => name !== 'trial' || attributes['repeat'] === 0)).toBe(true);
});

test('a trial without an answer is traced although it is not asked for, with what is known of it', async () => {
  const { tracer, seen } = seeingTracer();
  const world = scriptedWorld({
    small: { right: 1, costUsd: 0.001, latencyMs: 100, failing: 1 },
    large: { right: 1, costUsd: 0.02, latencyMs: 100, failing: 1 },
  });
  const run = await runTiny(plan, { world, tracer, traced: () => false, concurrency: 1 });
  const failed = run.trials.filter(({ status }) => status === 'failed');
  expect(failed.length).toBe(run.trials.length);
  expect(seen).toEqual(
    failed.map(({ id, arm, error, latencyMs }) => ({
      name: 'trial',
      attributes: expect.objectContaining({ trialId: id }),
      results: expect.objectContaining({ armId: arm, status: 'failed', quality: null, latencyMs, error }),
    })),
  );
});
