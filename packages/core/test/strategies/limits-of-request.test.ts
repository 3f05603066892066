import { describe, expect, test } from 'vitest';
import { type Arm, armId, armSchema } from '../../src/arm.ts';
import { createOrchestrator } from '../../src/orchestrator.ts';
import { certainDecision } from '../../src/policy.ts';
import type { ProgressEvent } from '../../src/progress.ts';
import { seededRandom } from '../../src/random.ts';
import type { Request } from '../../src/request.ts';
import { silentTracer } from '../../src/tracer.ts';
import { virtualClock } from '../../src/virtual-clock.ts';
import { stepsWith } from '../analysis-of.ts';
import { contents, type Script, scriptedModels } from '../scripted-models.ts';

const arms: Readonly<Record<'direct' | 'batch' | 'orchestrate' | 'collaborate', Arm>> = {
  direct: armSchema.parse({ strategy: 'direct', model: 'm' }),
  batch: armSchema.parse({ strategy: 'batch', model: 'm', chunkSize: 1 }),
  orchestrate: armSchema.parse({ strategy: 'orchestrate', model: 'm', fallbackModel: 'spare' }),
  collaborate: armSchema.parse({ strategy: 'collaborate', models: ['m'] }),
};
const each = Object.entries(arms);

/** Three steps in a chain, unless told otherwise. */
async function handle(
  arm: Arm,
  script: Script,
  request: Partial<Request> = {},
  abortAtMs?: number,
  analysis = stepsWith(3, [
    [0, 1],
    [1, 2],
  ]),
) {
  const clock = virtualClock();
  const scripted = scriptedModels(clock, { m: script, spare: script });
  const events: ProgressEvent[] = [];
  const controller = new AbortController();
  const orchestrator = createOrchestrator({
    policy: { name: 'always', decide: () => certainDecision(arm, armId(arm)) },
    models: scripted.models,
    clock,
    tracer: silentTracer,
    analyze: () => analysis,
  });
  const handled = orchestrator.handle({ id: 'request', text: analysis.text, ...request }, seededRandom('test'), {
    signal: controller.signal,
    onProgress: (event) => events.push(event),
  });
  if (abortAtMs !== undefined) {
    await clock.sleep(abortAtMs);
    controller.abort();
  }
  return { ...(await handled), ...scripted, events, elapsedMs: clock.now() };
}

const slow: Script = (call) => ({ text: `answer to ${contents(call, 'step')[0] ?? 'all'} by seed ${call.call.seed}`, takesMs: 100, costUsd: 1 });

describe('a deadline', () => {
  test.each(each)('ends %s when it passes, at once, with a typed error or what there is', async (_name, arm) => {
    const { end, elapsedMs, calls } = await handle(arm, slow, { deadlineMs: 60 });
    expect(elapsedMs).toBe(60);
    expect(end).toMatchObject({ kind: 'failed', error: { kind: 'deadline', modelId: 'm' } });
    // What a model had said by then is not lost.
    expect(end.kind === 'failed' && end.partialText).toMatch(/^answer to/);
    expect(calls.filter(({ model }) => model === 'spare')).toHaveLength(0);
  });

  test.each(each)('reaches every call of %s as a shorter time limit', async (_name, arm) => {
    const { calls } = await handle(arm, slow, { deadlineMs: 250 });
    expect(calls.length).toBeGreaterThan(0);
    for (const { call, begunAt } of calls) expect(call.timeoutMs).toBe(250 - begunAt);
  });

  test.each(each)('changes nothing where %s is done in time', async (_name, arm) => {
    const inTime = await handle(arm, slow, { deadlineMs: 100_000 });
    const without = await handle(arm, slow);
    expect(inTime.end).toEqual(without.end);
    expect(inTime.elapsedMs).toBe(without.elapsedMs);
  });

  test('keeps the steps that were done, and names those that were not', async () => {
    const { end } = await handle(arms.orchestrate, slow, { deadlineMs: 130 });
    expect(end).toMatchObject({
      kind: 'failed',
      error: { kind: 'deadline' },
      partialText: expect.stringMatching(/^answer to step 0; by seed 0/),
      unanswered: [{ kind: 'failed', chunks: [1], error: { kind: 'deadline' } }, { chunks: [2] }],
    });
  });

  test('leaves the vote to a debate that it cuts short', async () => {
    const { end, elapsedMs } = await handle(arms.collaborate, slow, { deadlineMs: 150 });
    expect(elapsedMs).toBe(150);
    expect(end).toEqual({ kind: 'answered', text: 'answer to all by seed 0' });
  });

  test('of no time at all begins no call', async () => {
    for (const [, arm] of each) {
      const { end, calls } = await handle(arm, slow, { deadlineMs: 0 });
      expect(end).toMatchObject({ kind: 'failed', error: { kind: 'deadline' } });
      expect(calls).toHaveLength(0);
    }
  });
});

describe('an abort', () => {
  test.each(each)('ends %s at once, begins nothing more, and is named', async (_name, arm) => {
    const { end, elapsedMs, calls } = await handle(arm, slow, {}, 130, stepsWith(12));
    if (arm.strategy === 'direct') return;
    expect(elapsedMs).toBe(130);
    expect(calls.every(({ begunAt }) => begunAt <= 130)).toBe(true);
    // A debate has its first opinions by then.
    if (arm.strategy === 'collaborate') expect(end.kind).toBe('answered');
    else expect(end).toMatchObject({ kind: 'failed', error: { kind: 'cancelled' } });
  });

  test('tells steps that were broken off from those that were never begun', async () => {
    const { end, events } = await handle({ ...arms.batch, maxConcurrency: 2 } as Arm, slow, {}, 130, stepsWith(6));
    expect(end).toMatchObject({
      partialText: expect.stringMatching(/^answer to step 0; by seed 0\n\nanswer to step 1; by seed 0$/),
      unanswered: [
        { kind: 'failed', chunks: [2], error: { kind: 'cancelled' } },
        { kind: 'failed', chunks: [3], error: { kind: 'cancelled' } },
        { kind: 'cancelled', chunks: [4] },
        { kind: 'cancelled', chunks: [5] },
      ],
    });
    expect(events.flatMap((event) => (event.kind === 'step' && event.step === 5 ? [event.status] : []))).toEqual(['cancelled']);
  });
});

describe('a budget', () => {
  test.each(each)('keeps %s from calls once it is spent', async (_name, arm) => {
    const { calls, end } = await handle(arm, slow, { budgetUsd: 0 });
    expect(calls).toHaveLength(0);
    expect(end).toMatchObject({ kind: 'failed', error: { kind: 'budget' } });
  });

  test('lets a request go as far as it reaches', async () => {
    const { calls, end } = await handle(arms.orchestrate, slow, { budgetUsd: 1.5 });
    expect(calls).toHaveLength(2);
    expect(end).toMatchObject({ kind: 'failed', error: { kind: 'budget' }, unanswered: [{ chunks: [2] }] });
    expect((await handle(arms.orchestrate, slow, { budgetUsd: 3.5 })).end.kind).toBe('answered');
  });

  test('makes no further call when nobody knows what the first has cost', async () => {
    const { calls, end } = await handle(arms.orchestrate, (call) => ({ ...(slow(call) as object), costUsd: null }), { budgetUsd: 100 });
    expect(calls).toHaveLength(1);
    expect(end).toMatchObject({ error: { kind: 'budget', message: expect.stringContaining('is not known') } });
  });
});

describe('progress', () => {
  test('tells of each step when it begins and how it ends', async () => {
    const { events } = await handle(arms.orchestrate, (call) => (contents(call, 'step')[0] === 'step 1;' ? { error: 'refused' } : 'done'));
    expect(events.map((event) => event.kind === 'step' && `${event.step} of ${event.of} ${event.status}: ${event.title}`)).toEqual([
      '0 of 3 begun: step 0;',
      '0 of 3 answered: step 0;',
      '1 of 3 begun: step 1;',
      '1 of 3 failed: step 1;',
      '2 of 3 blocked: step 2;',
    ]);
  });

  test('tells of the rounds of a debate, and of its decision', async () => {
    const { events } = await handle(arms.collaborate, (call) => (call.kind === 'decide' ? 'decided' : `opinion ${call.call.seed % 1000}`));
    expect(events).toEqual([...[0, 1, 2].map((round) => ({ kind: 'round', what: 'debate', round, atMost: 2 })), { kind: 'decision' }]);
  });
});
