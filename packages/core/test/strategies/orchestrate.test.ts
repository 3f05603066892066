import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Analysis } from '../../src/analysis.ts';
import { type OrchestrateArm, orchestrateArmSchema } from '../../src/arm.ts';
import type { ProgressEvent } from '../../src/progress.ts';
import { orchestrate } from '../../src/strategies/orchestrate.ts';
import type { AnswerJudge, CheckpointStore, StrategyContext } from '../../src/strategy.ts';
import { silentTracer } from '../../src/tracer.ts';
import { virtualClock } from '../../src/virtual-clock.ts';
import { analysisOf, stepsWith } from '../analysis-of.ts';
import { anyAcyclicGraph } from '../graph/any-graph.ts';
import { contents, type ReceivedCall, type Script, scriptedModels } from '../scripted-models.ts';

const stepOf = (call: ReceivedCall) => Number(/step (\d+)/.exec(contents(call, 'step')[0] as string)?.[1]);

type Setting = Partial<StrategyContext>;

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

  describe('with a cycle', () => {
    const analysis = stepsWith(4, [
      [0, 1],
      [1, 2],
      [2, 1],
      [2, 3],
    ]);
    const kinds = (calls: readonly ReceivedCall[]) => calls.map((call) => `${call.kind}${call.kind === 'prefer' ? '' : ` ${stepOf(call)}`}`);
    /** A new answer in each round; the judge prefers whatever `better` says, wherever it stands. */
    const changing =
      (better: (candidates: readonly string[]) => number): Script =>
      (call) =>
        call.kind === 'prefer' ? String(1 + better(contents(call, 'candidate'))) : `answer ${stepOf(call)} of round ${Math.floor(call.call.seed / 1000)}`;
    const roundOf = (text = '') => Number(/round (\d+)/.exec(text)?.[1]);
    const latest = changing(([a, b]) => (roundOf(a) > roundOf(b) ? 0 : 1));
    const earliest = changing(([a, b]) => (roundOf(a) < roundOf(b) ? 0 : 1));

    test('takes its steps in the order of the text, and stops after a round that changes nothing', async () => {
      const { calls, end } = await run(analysis, { maxDepth: 1, refinePatience: 1 }, { m: answerStep });
      expect(kinds(calls)).toEqual(['step 0', 'step 1', 'step 2', 'refine 1', 'refine 2', 'step 3']);
      expect(calls.map((call) => contents(call, 'prerequisite'))).toEqual([
        [],
        ['answer 0'],
        ['answer 1'],
        ['answer 0', 'answer 2'],
        ['answer 1'],
        ['answer 2'],
      ]);
      expect(calls.map((call) => contents(call, 'draft'))).toEqual([[], [], [], ['answer 1'], ['answer 2'], []]);
      expect(end).toEqual({ kind: 'answered', text: 'answer 0\n\nanswer 1\n\nanswer 2\n\nanswer 3' });
    });

    test('is patient with a model that changes nothing, unless it has no temperature', async () => {
      const rounds = async (parameters: Partial<OrchestrateArm>) =>
        (await run(analysis, parameters, { m: answerStep })).calls.filter(({ kind }) => kind === 'refine').length / 2;
      expect(await rounds({})).toBe(2);
      expect(await rounds({ refinePatience: 3 })).toBe(3);
      expect(await rounds({ refinePatience: 3, temperature: 0 })).toBe(1);
    });

    test('takes its steps once when one round is all there may be', async () => {
      expect(kinds((await run(analysis, { maxRounds: 1 }, { m: answerStep })).calls)).toEqual(['step 0', 'step 1', 'step 2', 'step 3']);
    });

    test('repeats a step that leads to itself, as one alone', async () => {
      const { calls, end } = await run(stepsWith(1, [[0, 0]]), { maxRounds: 3 }, { m: latest });
      expect(kinds(calls)).toEqual(['step 0', 'refine 0', 'prefer', 'prefer', 'refine 0', 'prefer', 'prefer']);
      expect(end).toEqual({ kind: 'answered', text: 'answer 0 of round 2' });
    });

    test('hands what the kept round says on to the steps behind it', async () => {
      const { calls, end } = await run(analysis, { maxRounds: 3, maxDepth: 1 }, { m: latest });
      expect(contents(calls.at(-1), 'prerequisite')).toEqual(['answer 2 of round 2']);
      expect(end).toMatchObject({ kind: 'answered', text: expect.stringContaining('answer 1 of round 2\n\nanswer 2 of round 2') });
    });

    test('keeps the earlier round unless the later one is preferred in both orders, and gives up after some that are not', async () => {
      const alwaysFirst = await run(stepsWith(1, [[0, 0]]), { maxRounds: 9 }, { m: changing(() => 0) });
      const alwaysSecond = await run(stepsWith(1, [[0, 0]]), { maxRounds: 9 }, { m: changing(() => 1) });
      const never = await run(stepsWith(1, [[0, 0]]), { maxRounds: 9 }, { m: earliest });
      for (const { end } of [alwaysFirst, alwaysSecond, never]) expect(end).toEqual({ kind: 'answered', text: 'answer 0 of round 0' });
      // A judge who does not prefer the later answer where it stands second is not asked again.
      expect(kinds(never.calls)).toEqual(['step 0', 'refine 0', 'prefer', 'refine 0', 'prefer']);
      expect(kinds(alwaysSecond.calls)).toEqual(['step 0', 'refine 0', 'prefer', 'prefer', 'refine 0', 'prefer', 'prefer']);
      // What was not preferred is no draft for the next round.
      expect(alwaysFirst.calls.filter(({ kind }) => kind === 'refine').map((call) => contents(call, 'draft'))).toEqual([
        ['answer 0 of round 0'],
        ['answer 0 of round 0'],
      ]);
    });

    test('keeps the round that agrees best with the others where no judge is asked', async () => {
      const wavering: Script = (call) => ['a', 'b', 'b', 'c'][Math.floor(call.call.seed / 1000)] as string;
      const { calls, end } = await run(stepsWith(1, [[0, 0]]), { judgeRounds: 0, refinePatience: 0, maxRounds: 4 }, { m: wavering });
      expect(kinds(calls)).toEqual(['step 0', 'refine 0', 'refine 0', 'refine 0']);
      expect(end).toEqual({ kind: 'answered', text: 'b' });
    });

    test('goes by the judge from outside where there is one: on while it asks for more, not once it is content', async () => {
      const scores = [0.2, 0.8, 0.5, 1];
      const seen: string[] = [];
      const judge: AnswerJudge = async (answer, { chunks }) => {
        expect(chunks).toEqual([0]);
        seen.push(answer);
        return scores[roundOf(answer)] as number;
      };
      const { calls, end } = await run(stepsWith(1, [[0, 0]]), { maxRounds: 9 }, { m: earliest }, { judge });
      expect(kinds(calls)).toEqual(['step 0', 'refine 0', 'refine 0', 'refine 0']);
      expect(calls.map((call) => contents(call, 'draft').map(roundOf))).toEqual([[], [0], [1], [1]]);
      expect(end).toEqual({ kind: 'answered', text: 'answer 0 of round 3' });
      expect(seen).toHaveLength(4);
      expect(kinds((await run(stepsWith(1, [[0, 0]]), {}, { m: answerStep }, { judge: async () => 1 })).calls)).toEqual(['step 0']);
    });

    test('never takes more rounds than it may, whatever comes', async () => {
      const { calls } = await run(analysis, { maxRounds: 5, refinePatience: 0 }, { m: latest });
      expect(calls.filter(({ kind }) => kind === 'refine')).toHaveLength(2 * 4);
    });

    test('keeps what it has when a round fails, and does not pay for a fallback', async () => {
      const breaking: Script = (call) => (call.kind === 'refine' && stepOf(call) === 2 ? { error: 'unavailable' } : answerStep(call));
      const { calls, end } = await run(analysis, { fallbackModel: 'spare' }, { m: breaking, spare: answerStep });
      expect(end).toEqual({ kind: 'answered', text: 'answer 0\n\nanswer 1\n\nanswer 2\n\nanswer 3' });
      expect(calls.filter(({ model }) => model === 'spare')).toHaveLength(0);
    });

    test('begins no round that could exceed the budget', async () => {
      const costly: Script = (call) => ({ ...(latest(call) as object), text: latest(call) as string, costUsd: 1 });
      const roundsWithin = async (maxUsd: number) => {
        const clock = virtualClock();
        const scripted = scriptedModels(clock, { m: costly });
        const arm = orchestrateArmSchema.parse({ strategy: 'orchestrate', model: 'm', maxRounds: 9 });
        const budget = { maxUsd, spentUsd: () => scripted.calls.length };
        const end = await orchestrate(stepsWith(1, [[0, 0]]), arm, { models: scripted.models, clock, tracer: silentTracer, budget });
        return { spent: scripted.calls.length, end };
      };
      // The first call costs 1, each round 3.
      expect(await roundsWithin(7)).toMatchObject({ spent: 7, end: { kind: 'answered', text: 'answer 0 of round 2' } });
      expect(await roundsWithin(6.5)).toMatchObject({ spent: 4 });
      expect(await roundsWithin(1.5)).toMatchObject({ end: { kind: 'answered' } });
    });

    test('names the steps of a cycle that have no answer, and those behind it', async () => {
      const { end } = await run(analysis, {}, { m: (call) => (stepOf(call) === 1 ? { error: 'refused' } : answerStep(call)) });
      expect(end).toMatchObject({
        kind: 'failed',
        error: { kind: 'refused' },
        partialText: 'answer 0',
        unanswered: [
          { kind: 'failed', chunks: [1] },
          { kind: 'blocked', chunks: [2], by: [1] },
          { kind: 'blocked', chunks: [3], by: [1, 2] },
        ],
      });
    });

    test('tells of each round', async () => {
      const events: ProgressEvent[] = [];
      await run(stepsWith(1, [[0, 0]]), { maxRounds: 3 }, { m: latest }, { onProgress: (event) => events.push(event) });
      expect(events.filter(({ kind }) => kind === 'round')).toEqual([1, 2].map((round) => ({ kind: 'round', what: 'cycle', round, atMost: 2 })));
    });
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

    test('answers what can be answered, and names what cannot, and why', async () => {
      const { end, calls } = await run(
        stepsWith(5, [
          [0, 1],
          [0, 2],
          [1, 2],
          [2, 3],
        ]),
        {},
        { m: failing },
      );
      expect(end).toMatchObject({
        kind: 'failed',
        error: { kind: 'rate-limited', modelId: 'm' },
        partialText: 'answer 0\n\nanswer 4',
        unanswered: [
          { kind: 'failed', chunks: [1], error: { kind: 'rate-limited' } },
          { kind: 'blocked', chunks: [2], by: [1] },
          { kind: 'blocked', chunks: [3], by: [2] },
        ],
      });
      expect(calls.map(stepOf)).toEqual([0, 4, 1]);
    });

    test('takes an empty answer for none, and asks the fallback model', async () => {
      const silent: Script = (call) => (stepOf(call) === 1 ? ' \n' : answerStep(call));
      const chain = stepsWith(3, [
        [0, 1],
        [1, 2],
      ]);
      expect((await run(chain, { fallbackModel: 'spare' }, { m: silent, spare: () => 'spare words' })).end).toEqual({
        kind: 'answered',
        text: 'answer 0\n\nspare words\n\nanswer 2',
      });
      expect((await run(chain, {}, { m: silent })).end).toMatchObject({
        kind: 'failed',
        error: { kind: 'empty', modelId: 'm' },
        unanswered: [
          { kind: 'failed', chunks: [1] },
          { kind: 'blocked', chunks: [2], by: [1] },
        ],
      });
    });

    test('gives back an answer of a megabyte whole, and shows others no more of it than a model may say', async () => {
      const huge = `begin ${'x'.repeat(1_000_000)} end`;
      const { end, calls } = await run(stepsWith(2, [[0, 1]]), { maxOutputTokens: 100 }, { m: (call) => (stepOf(call) === 0 ? huge : 'short') });
      expect(end).toEqual({ kind: 'answered', text: `${huge}\n\nshort` });
      const [shown = ''] = contents(calls[1], 'prerequisite');
      expect(shown.length).toBeLessThan(900);
      expect(shown).toMatch(/^begin x+\n\[999210 characters are left out here\]\nx+ end$/);
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

    test('goes on with a cycle where it broke off', async () => {
      const checkpoints = memoryCheckpoints();
      const looping = stepsWith(3, [
        [0, 1],
        [1, 0],
        [1, 2],
      ]);
      let fails = true;
      const script: Script = (call) => (fails && stepOf(call) === 1 ? { error: 'unavailable' } : answerStep(call));
      await run(looping, {}, { m: script }, { checkpoints });
      fails = false;
      const { calls, end } = await run(looping, { refinePatience: 1 }, { m: script }, { checkpoints });
      // Another arm: nothing is taken over.
      expect(calls.map((call) => `${call.kind} ${stepOf(call)}`)).toEqual(['step 0', 'step 1', 'refine 0', 'refine 1', 'step 2']);
      expect(end.kind).toBe('answered');
      const resumed = await run(looping, {}, { m: script }, { checkpoints });
      expect(resumed.calls.map((call) => `${call.kind} ${stepOf(call)}`).slice(0, 2)).toEqual(['step 1', 'refine 0']);
    });

    test('keeps nothing of a cycle that has not ended, whatever ends meanwhile', async () => {
      const checkpoints = memoryCheckpoints();
      const looping = stepsWith(2, [[0, 0]]);
      const slowly: Script = (call) => ({ text: `answer ${stepOf(call)}`, takesMs: stepOf(call) === 1 ? 150 : 100 });
      await run(looping, { checkpointEvery: 1 }, { m: slowly }, { checkpoints });
      expect(checkpoints.saved).toEqual([[1], [0, 1]]);
    });

    test('goes on with nothing of another request, arm or text, whatever its id', async () => {
      const checkpoints = memoryCheckpoints();
      await run(chain(5), { checkpointEvery: 1 }, { m: answerStep }, { checkpoints });
      const callsOf = async (analysis: Analysis, parameters: Partial<OrchestrateArm>) =>
        (await run(analysis, parameters, { m: answerStep }, { checkpoints })).calls.length;
      expect(await callsOf(chain(5), { checkpointEvery: 1, temperature: 0.1 })).toBe(5);
      expect(await callsOf(chain(4), { checkpointEvery: 1 })).toBe(4);
      expect(await callsOf({ ...chain(5), requestId: 'other' }, { checkpointEvery: 1 })).toBe(5);
      expect(await callsOf(chain(5), { checkpointEvery: 1 })).toBe(0);
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
