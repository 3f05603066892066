import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Analysis } from '../../src/analysis.ts';
import { type OrchestrateArm, orchestrateArmSchema } from '../../src/arm.ts';
import { orchestrate } from '../../src/strategies/orchestrate.ts';
import type { CheckpointStore } from '../../src/strategy.ts';
import { silentTracer } from '../../src/tracer.ts';
import { virtualClock } from '../../src/virtual-clock.ts';
import { analysisOf, stepsWith } from '../analysis-of.ts';
import { anyAcyclicGraph } from '../graph/any-graph.ts';
import { contents, type ReceivedCall, type Script, scriptedModels } from '../scripted-models.ts';

const stepOf = (call: ReceivedCall) => Number(/step (\d+)/.exec(contents(call, 'step')[0] as string)?.[1]);

interface Setting {
  readonly checkpoints?: CheckpointStore;
  readonly signal?: AbortSignal;
}

async function run(analysis: Analysis, parameters: Partial<OrchestrateArm>, scripts: Readonly<Record<string, Script>>, setting: Setting = {}) {
  const clock = virtualClock();
  const scripted = scriptedModels(clock, scripts);
  const arm = orchestrateArmSchema.parse({ strategy: 'orchestrate', model: 'm', ...parameters });
  const end = await orchestrate(analysis, arm, { models: scripted.models, clock, tracer: silentTracer, ...setting });
  return { end, elapsedMs: clock.now(), ...scripted };
}

function memoryCheckpoints(): CheckpointStore & { readonly saved: (readonly number[])[] } {
  const kept = new Map<string, ReadonlyMap<number, string>>();
  const saved: (readonly number[])[] = [];
  return {
    saved,
    load: (requestId) => kept.get(requestId),
    save: (requestId, answers) => {
      kept.set(requestId, answers);
      saved.push([...answers.keys()].sort((a, b) => a - b));
    },
  };
}

const answerStep: Script = (call) => `answer ${stepOf(call)}`;

/** Acyclic dependencies among up to eight steps, and what each step takes. */
const anyPlan = anyAcyclicGraph
  .filter(({ size }) => size > 0)
  .chain(({ size, edges }) =>
    fc.record({
      analysis: fc.constant(
        stepsWith(
          size,
          edges.map(({ from, to }) => [from, to]),
        ),
      ),
      durations: fc.array(fc.integer({ min: 1, max: 100 }), { minLength: size, maxLength: size }),
    }),
  );

describe('orchestrate', () => {
  test('asks for each step in a call of its own, with the parameters of the arm, and joins the answers in order', async () => {
    const { end, calls } = await run(stepsWith(2), { temperature: 0.1, maxOutputTokens: 5, timeoutMs: 99 }, { m: answerStep });
    expect(end).toEqual({ kind: 'answered', text: 'answer 0\n\nanswer 1' });
    expect(calls.map(({ kind, sections }) => ({ kind, sections }))).toEqual([
      { kind: 'step', sections: [{ tag: 'step', content: 'step 0;' }] },
      { kind: 'step', sections: [{ tag: 'step', content: 'step 1;' }] },
    ]);
    expect(calls[0]?.call).toMatchObject({ requestId: 'request', temperature: 0.1, maxOutputTokens: 5, timeoutMs: 99, seed: 0 });
  });

  test('takes as long as the longest chain of steps when all may run at once', async () => {
    await fc.assert(
      fc.asyncProperty(anyPlan, async ({ analysis, durations }) => {
        const { end, elapsedMs, calls } = await run(
          analysis,
          { maxConcurrency: 256 },
          { m: (call) => ({ text: `answer ${stepOf(call)}`, takesMs: durations[stepOf(call)] as number }) },
        );
        const done: number[] = [];
        for (const { index } of analysis.chunks) {
          const ready = Math.max(0, ...analysis.edges.filter(({ to }) => to === index).map(({ from }) => done[from] as number));
          done[index] = ready + (durations[index] as number);
          expect(calls.find((call) => stepOf(call) === index)?.begunAt).toBe(ready);
        }
        expect(elapsedMs).toBe(Math.max(...done));
        expect(calls).toHaveLength(analysis.chunks.length);
        expect(end).toEqual({ kind: 'answered', text: analysis.chunks.map(({ index }) => `answer ${index}`).join('\n\n') });
      }),
    );
  });

  test('never runs more calls at once than it may, and never a step before its prerequisites', async () => {
    await fc.assert(
      fc.asyncProperty(anyPlan, fc.integer({ min: 1, max: 3 }), async ({ analysis, durations }, maxConcurrency) => {
        const { calls, mostAtOnce, elapsedMs } = await run(
          analysis,
          { maxConcurrency },
          { m: (call) => ({ text: 'x', takesMs: durations[stepOf(call)] as number }) },
        );
        expect(mostAtOnce()).toBeLessThanOrEqual(maxConcurrency);
        if (maxConcurrency === 1) expect(elapsedMs).toBe(durations.reduce((sum, duration) => sum + duration, 0));
        const begun = new Map(calls.map((call) => [stepOf(call), call.begunAt]));
        for (const { from, to } of analysis.edges) expect(begun.get(to)).toBeGreaterThanOrEqual((begun.get(from) as number) + (durations[from] as number));
      }),
    );
  });

  test('shows a step the answers of its prerequisites up to maxDepth levels back, in the order of the text', async () => {
    await fc.assert(
      fc.asyncProperty(anyPlan, fc.integer({ min: 1, max: 4 }), async ({ analysis }, maxDepth) => {
        const { calls } = await run(analysis, { maxDepth }, { m: answerStep });
        for (const call of calls) {
          let level = new Set([stepOf(call)]);
          const shown = new Set<number>();
          for (let depth = 0; depth < maxDepth; depth++) {
            level = new Set(analysis.edges.filter(({ to }) => level.has(to)).map(({ from }) => from));
            for (const from of level) shown.add(from);
          }
          expect(contents(call, 'prerequisite')).toEqual([...shown].sort((a, b) => a - b).map((from) => `answer ${from}`));
        }
      }),
    );
  });

  test('shows a step the materials that it lacks, before the prerequisites', async () => {
    const material = '```\ncode\n```';
    const analysis = analysisOf([`step 0:\n${material}\n`, 'step 1;'], [[0, 1]], [material]);
    const { calls } = await run(analysis, {}, { m: answerStep });
    expect(calls.map(({ sections }) => sections.map(({ tag }) => tag))).toEqual([['step'], ['material', 'prerequisite', 'step']]);
    expect(contents(calls[1], 'material')).toEqual([material]);
  });

  test('begins steps that wait for nothing in the order of the text', async () => {
    await fc.assert(
      fc.asyncProperty(anyPlan, fc.integer({ min: 1, max: 3 }), async ({ analysis }, maxConcurrency) => {
        const { calls } = await run(analysis, { maxConcurrency }, { m: answerStep });
        const ready = analysis.chunks.map(({ index }) => index).filter((index) => !analysis.edges.some(({ to }) => to === index));
        expect(calls.map(stepOf).filter((index) => ready.includes(index))).toEqual(ready);
      }),
    );
  });

  test('takes the steps of a cycle in the order of the text, each once', async () => {
    const analysis = stepsWith(4, [
      [0, 1],
      [1, 2],
      [2, 1],
      [2, 3],
    ]);
    const { calls, end } = await run(analysis, { maxDepth: 1 }, { m: answerStep });
    expect(calls.map(stepOf)).toEqual([0, 1, 2, 3]);
    expect(calls.map((call) => contents(call, 'prerequisite'))).toEqual([[], ['answer 0'], ['answer 1'], ['answer 2']]);
    expect(end.kind).toBe('answered');
  });

  describe('when a model fails', () => {
    const failing: Script = (call) => (stepOf(call) === 1 ? { error: 'rate-limited', takesMs: 10 } : answerStep(call));

    test('asks the fallback model the same, for that step alone', async () => {
      const { end, calls } = await run(stepsWith(3, [[0, 1]]), { fallbackModel: 'spare' }, { m: failing, spare: () => 'from the spare' });
      expect(end).toEqual({ kind: 'answered', text: 'answer 0\n\nfrom the spare\n\nanswer 2' });
      const [first, second] = calls.filter((call) => stepOf(call) === 1);
      expect([first?.model, second?.model]).toEqual(['m', 'spare']);
      expect(second?.call).toEqual(first?.call);
      expect(calls.filter((call) => call.model === 'spare')).toHaveLength(1);
    });

    test('names what failed, keeps the other answers, and still runs the steps behind it', async () => {
      const { end, calls } = await run(
        stepsWith(3, [
          [0, 1],
          [0, 2],
          [1, 2],
        ]),
        {},
        { m: failing },
      );
      expect(end).toMatchObject({ kind: 'failed', error: { kind: 'rate-limited', modelId: 'm' }, partialText: 'answer 0\n\nanswer 2' });
      expect(contents(calls.at(-1), 'prerequisite')).toEqual(['answer 0']);
    });

    test('names the failure of the fallback model when it fails, too', async () => {
      const { end } = await run(stepsWith(2), { fallbackModel: 'spare' }, { m: failing, spare: () => ({ error: 'unavailable' }) });
      expect(end).toMatchObject({ kind: 'failed', error: { kind: 'unavailable', modelId: 'spare' }, partialText: 'answer 0' });
    });

    test('does not fall back when the request was aborted', async () => {
      const controller = new AbortController();
      const slow: Script = (call) => {
        if (stepOf(call) === 1) controller.abort();
        return { text: `answer ${stepOf(call)}`, takesMs: 100 };
      };
      const { end, calls } = await run(
        stepsWith(3, [
          [0, 1],
          [1, 2],
        ]),
        { fallbackModel: 'spare' },
        { m: slow, spare: answerStep },
        { signal: controller.signal },
      );
      expect(end).toMatchObject({ kind: 'failed', error: { kind: 'cancelled' }, partialText: 'answer 0' });
      expect(calls.filter((call) => call.model === 'spare')).toHaveLength(0);
    });

    test('lets faults that are not of a model pass', async () => {
      await expect(
        run(
          stepsWith(3, [
            [0, 1],
            [1, 2],
          ]),
          { fallbackModel: 'spare' },
          { m: () => ({ error: new TypeError('bug') }), spare: answerStep },
        ),
      ).rejects.toThrow(TypeError);
    });
  });

  describe('with checkpoints', () => {
    const chain = (size: number) =>
      stepsWith(
        size,
        Array.from({ length: size - 1 }, (_, from) => [from, from + 1] as const),
      );

    test('keeps them after every so many steps', async () => {
      const checkpoints = memoryCheckpoints();
      await run(chain(5), { checkpointEvery: 2 }, { m: answerStep }, { checkpoints });
      expect(checkpoints.saved).toEqual([
        [0, 1],
        [0, 1, 2, 3],
      ]);
    });

    test('keeps what there is when a step fails, and resumes without asking for it again', async () => {
      const checkpoints = memoryCheckpoints();
      let fails = true;
      const script: Script = (call) => (fails && stepOf(call) === 2 ? { error: 'unavailable' } : answerStep(call));
      const first = await run(
        stepsWith(4, [
          [0, 1],
          [1, 2],
        ]),
        { checkpointEvery: 100 },
        { m: script },
        { checkpoints },
      );
      expect(first.end).toMatchObject({ kind: 'failed', partialText: 'answer 0\n\nanswer 1\n\nanswer 3' });
      expect(checkpoints.saved).toEqual([[0, 1, 3]]);
      fails = false;
      const second = await run(
        stepsWith(4, [
          [0, 1],
          [1, 2],
        ]),
        { checkpointEvery: 100 },
        { m: script },
        { checkpoints },
      );
      expect(second.calls.map(stepOf)).toEqual([2]);
      expect(contents(second.calls[0], 'prerequisite')).toEqual(['answer 0', 'answer 1']);
      expect(second.end).toEqual({ kind: 'answered', text: 'answer 0\n\nanswer 1\n\nanswer 2\n\nanswer 3' });
    });

    test('does not count steps that it took from a checkpoint', async () => {
      const saved: (readonly number[])[] = [];
      const known = new Map([
        [0, 'a'],
        [1, 'b'],
      ]);
      const store: CheckpointStore = { load: () => known, save: (_requestId, answers) => void saved.push([...answers.keys()]) };
      const { calls } = await run(chain(4), { checkpointEvery: 2 }, { m: answerStep }, { checkpoints: store });
      expect(calls.map(stepOf)).toEqual([2, 3]);
      expect(saved).toEqual([[0, 1, 2, 3]]);
      expect(known.size).toBe(2);
    });

    test('does not change a checkpoint that was handed to the store', async () => {
      const held: ReadonlyMap<number, string>[] = [];
      const store: CheckpointStore = { load: () => undefined, save: (_requestId, answers) => void held.push(answers) };
      await run(chain(3), { checkpointEvery: 1 }, { m: answerStep }, { checkpoints: store });
      expect(held.map((answers) => answers.size)).toEqual([1, 2, 3]);
    });
  });
});
