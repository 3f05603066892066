import { describe, expect, test } from 'vitest';
import { analyze } from '../src/analysis/analyze.ts';
import { type Arm, armId, armSchema } from '../src/arm.ts';
import { createOrchestrator, executeDecided, type OrchestratorParts } from '../src/orchestrator.ts';
import { certainDecision, type Policy } from '../src/policy.ts';
import { seededRandom } from '../src/random.ts';
import { silentTracer } from '../src/tracer.ts';
import { virtualClock } from '../src/virtual-clock.ts';
import { recordingTracer } from './recording-tracer.ts';
import { type Script, scriptedModels } from './scripted-models.ts';

const arm = (input: unknown): Arm => armSchema.parse(input);
const always = (chosen: Arm): Policy => ({ name: 'always', decide: () => certainDecision(chosen, armId(chosen)) });
const direct = arm({ strategy: 'direct', model: 'm' });
const request = { id: 'r1', text: '1. Write a poem.\n2. Draw a map.\n3. Summarise the book.' };

function world(script: Script, parts: Partial<OrchestratorParts> = {}) {
  const clock = virtualClock();
  const scripted = scriptedModels(clock, { m: script, other: script });
  const orchestrator = createOrchestrator({ policy: always(direct), models: scripted.models, clock, tracer: silentTracer, ...parts });
  return { ...scripted, clock, handle: (options?: { readonly signal?: AbortSignal }) => orchestrator.handle(request, seededRandom('test'), options) };
}

describe('handle', () => {
  test('returns the analysis, the decision, the answer, and what it took', async () => {
    const { handle } = world(() => ({ text: 'all done', takesMs: 250, usage: { inputTokens: 40, outputTokens: 8 }, costUsd: 0.5 }));
    expect(await handle()).toEqual({
      analysis: analyze(request),
      decision: { arm: direct, armId: 'direct/m', propensity: 1, candidates: [{ armId: 'direct/m', propensity: 1 }] },
      end: { kind: 'answered', text: 'all done' },
      usage: { modelCalls: 1, failedCalls: 0, inputTokens: 40, outputTokens: 8, costUsd: 0.5, latencyKnown: true },
      latencyMs: 250,
    });
  });

  test('measures each request by itself, also several at once', async () => {
    const { handle, clock } = world((call) => ({ takesMs: call.begunAt === 0 ? 100 : 30, costUsd: 1 }));
    const first = handle();
    await clock.sleep(50);
    const second = handle();
    expect((await second).latencyMs).toBe(30);
    expect((await first).latencyMs).toBe(100);
    expect((await second).usage).toMatchObject({ modelCalls: 1, costUsd: 1 });
  });

  test('takes as long as the strategy does, not as long as its calls together', async () => {
    const batch = arm({ strategy: 'batch', model: 'm', chunkSize: 1, maxConcurrency: 2 });
    const { handle } = world(() => ({ takesMs: 100 }), { policy: always(batch) });
    expect(await handle()).toMatchObject({ latencyMs: 200, usage: { modelCalls: 3 } });
  });

  test.each(['direct', 'batch', 'orchestrate', 'collaborate'] as const)('executes the strategy of the arm: %s', async (strategy) => {
    const chosen = arm(
      strategy === 'collaborate'
        ? { strategy, models: ['m', 'other'] }
        : strategy === 'batch'
          ? { strategy, model: 'm', chunkSize: 1 }
          : { strategy, model: 'm' },
    );
    const { handle, calls } = world(() => 'same', { policy: always(chosen) });
    await handle();
    const expected = {
      direct: ['answer'],
      batch: ['step', 'step', 'step'],
      orchestrate: ['step', 'step', 'step'],
      collaborate: ['answer', 'answer', 'answer'],
    };
    expect(calls.map(({ kind }) => kind)).toEqual(expected[strategy]);
  });

  test('does not know the latency when a call does not', async () => {
    const { handle } = world(() => ({ takesMs: 10, latencyMs: null, costUsd: null }));
    expect(await handle()).toMatchObject({ latencyMs: null, usage: { latencyKnown: false, costUsd: null } });
  });

  test('returns a failure as data, with its time and usage', async () => {
    const { handle } = world(() => ({ error: 'rate-limited', takesMs: 70 }));
    expect(await handle()).toMatchObject({
      end: { kind: 'failed', error: { kind: 'rate-limited', modelId: 'm', transient: true }, partialText: '' },
      usage: { modelCalls: 1, failedCalls: 1 },
      latencyMs: 70,
    });
  });

  test('ends at once when it is aborted', async () => {
    const { handle, clock } = world(() => ({ takesMs: 60_000 }));
    const controller = new AbortController();
    const pending = handle({ signal: controller.signal });
    await clock.sleep(20);
    controller.abort();
    expect(await pending).toMatchObject({ end: { kind: 'failed', error: { kind: 'cancelled' } }, latencyMs: 20 });
  });

  test('lets the policy decide on the analysis with the randomness it is given', async () => {
    const policy: Policy = {
      name: 'curious',
      decide: (analysis, random) => {
        const chosen = arm({ strategy: 'direct', model: 'm', temperature: random.uniform('x', analysis.chunks.length) });
        return certainDecision(chosen, armId(chosen));
      },
    };
    const { handle } = world(() => 'x', { policy });
    expect((await handle()).decision.arm.temperature).toBe(seededRandom('test').uniform('x', 3));
  });

  test('lets the policy see which tools the request offers', async () => {
    const policy: Policy = {
      name: 'handy',
      decide: ({ tools }) => {
        const chosen = arm({ strategy: 'direct', model: tools?.names.includes('add') === true ? 'other' : 'm' });
        return certainDecision(chosen, armId(chosen));
      },
    };
    const clock = virtualClock();
    const orchestrator = createOrchestrator({ policy, models: scriptedModels(clock, { m: () => 'x', other: () => 'x' }).models, clock, tracer: silentTracer });
    const chosen = async (names: readonly string[]) =>
      (await orchestrator.handle({ ...request, tools: { names, parameters: 1, schemaCharacters: 80 } }, seededRandom('test'))).decision.armId;
    expect([await chosen(['add']), await chosen(['sub'])]).toEqual(['direct/other', 'direct/m']);
  });

  test('takes the analysis of a caller who keeps one', async () => {
    const kept = { ...analyze({ id: 'r1', text: 'Write a poem.' }) };
    const { handle, calls } = world(() => 'x', { analyze: () => kept });
    expect((await handle()).analysis).toBe(kept);
    expect(calls[0]?.sections).toEqual([{ tag: 'request', content: 'Write a poem.' }]);
  });

  test('hands cache and checkpoints on to the strategy', async () => {
    const cache = { get: () => 'from the cache', set: () => undefined };
    const cached = world(() => 'x', { cache, policy: always(arm({ strategy: 'direct', model: 'm', cacheSeconds: 1 })) });
    expect(await cached.handle()).toMatchObject({ end: { text: 'from the cache' }, usage: { modelCalls: 0 }, latencyMs: 0 });
    const checkpoints = { load: () => new Map([[1, 'from before']]), save: () => undefined };
    const resumed = world(() => 'now', { checkpoints, policy: always(arm({ strategy: 'orchestrate', model: 'm' })) });
    expect(await resumed.handle()).toMatchObject({ end: { text: 'now\n\nfrom before\n\nnow' }, usage: { modelCalls: 2 } });
  });

  test('shows the tracer the request, the execution and every call, with what is known of them', async () => {
    const tracer = recordingTracer();
    const { handle } = world(() => ({ takesMs: 5, costUsd: 0.25, usage: { inputTokens: 1, outputTokens: 2 } }), { tracer });
    const { analysis } = await handle();
    const decided = { armId: 'direct/m', propensity: 1 };
    const used = { inputTokens: 1, outputTokens: 2, costUsd: 0.25, latencyMs: 5 };
    const complexity = analysis.complexity.score;
    expect(tracer.spans).toMatchObject([
      { name: 'request', attributes: { requestId: 'r1', policy: 'always', ...decided, status: 'answered', calls: 1, ...used } },
      { name: 'analyse', attributes: { chunks: analysis.chunks.length, edges: analysis.edges.length, complexity } },
      { name: 'decide', attributes: { policy: 'always', ...decided, strategy: 'direct', strategyConfidence: 1, contenders: 1 } },
      { name: 'execute', attributes: { strategy: 'direct' } },
      { name: 'model call', attributes: { model: 'm', prompt: 'answer', seed: 0, ...used, costPerToken: 0.25 / 3, finishReason: 'stop' } },
    ]);
    expect(tracer.spans.map(({ ended }) => ended)).toEqual(Array.from({ length: 5 }, () => 'well'));
    expect(tracer.spans[4]?.attributes['messages']).toMatchObject([{ role: 'system' }, { role: 'user' }]);
  });

  test('shows the tracer which call failed', async () => {
    const tracer = recordingTracer();
    await world(() => ({ error: 'timeout' }), { tracer }).handle();
    expect(tracer.spans.map(({ name, ended }) => `${name} ${ended}`)).toEqual([
      'request well',
      'analyse well',
      'decide well',
      'execute well',
      'model call badly',
    ]);
    expect(tracer.spans[0]?.attributes).toMatchObject({ status: 'failed', problem: 'timeout' });
  });

  test("lets faults that are nobody's answer pass: of a model, of the policy, of the analyzer", async () => {
    const bug = new TypeError('bug');
    const fail = () => {
      throw bug;
    };
    await expect(world(() => ({ error: bug })).handle()).rejects.toBe(bug);
    await expect(world(() => 'x', { policy: { name: 'broken', decide: fail } }).handle()).rejects.toBe(bug);
    await expect(world(() => 'x', { analyze: fail }).handle()).rejects.toBe(bug);
  });
});

describe('executeDecided', () => {
  const script: Script = () => ({ takesMs: 5, costUsd: 0.25, usage: { inputTokens: 1, outputTokens: 2 } });

  test('gives what handling the request would have given', async () => {
    const handled = await world(script).handle();
    const clock = virtualClock();
    const { models } = scriptedModels(clock, { m: script });
    const parts = { policy: { name: 'always' }, models, clock, tracer: silentTracer };
    expect(await executeDecided(request, handled, parts)).toEqual(handled);
  });

  test('says with the request what was found and decided, and has no steps for it', async () => {
    const { analysis, decision } = await world(script).handle();
    const tracer = recordingTracer();
    const clock = virtualClock();
    await executeDecided(
      request,
      { analysis, decision },
      { policy: { name: 'elsewhere' }, models: scriptedModels(clock, { m: script }).models, clock, tracer },
    );
    expect(tracer.spans).toMatchObject([
      {
        name: 'request',
        attributes: { policy: 'elsewhere', armId: 'direct/m', strategy: 'direct', propensity: 1, chunks: analysis.chunks.length, status: 'answered', calls: 1 },
      },
      { name: 'execute' },
      { name: 'model call' },
    ]);
  });

  test("keeps the request's limits", async () => {
    const { analysis, decision } = await world(script).handle();
    const clock = virtualClock();
    const models = scriptedModels(clock, { m: () => ({ takesMs: 500 }) }).models;
    const { end } = await executeDecided(
      { ...request, deadlineMs: 100 },
      { analysis, decision },
      { policy: { name: 'p' }, models, clock, tracer: silentTracer },
    );
    expect(end).toMatchObject({ kind: 'failed', error: { kind: 'deadline' } });
  });
});
