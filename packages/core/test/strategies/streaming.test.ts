import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Arm, armSchema } from '../../src/arm.ts';
import { executeArm } from '../../src/execute-arm.ts';
import type { AnswerDelta } from '../../src/language-model.ts';
import { seededRandom } from '../../src/random.ts';
import type { StrategyContext } from '../../src/strategy.ts';
import { silentTracer } from '../../src/tracer.ts';
import { virtualClock } from '../../src/virtual-clock.ts';
import { stepsWith } from '../analysis-of.ts';
import { anyArm } from '../any-arm.ts';
import { anyGraph } from '../graph/any-graph.ts';
import { contents, type Script, scriptedModels } from '../scripted-models.ts';

/** What is left of the pieces: a withdrawal takes back all before it. */
const joined = (deltas: readonly AnswerDelta[]) => deltas.reduce((text, delta) => (delta.kind === 'text' ? text + delta.text : ''), '');

/** Every model answers as the script says. */
async function run(analysis: ReturnType<typeof stepsWith>, arm: Arm, script: Script, setting: Partial<StrategyContext> = {}) {
  const clock = virtualClock();
  const { models, calls } = scriptedModels(clock, new Proxy({}, { get: () => script }));
  const deltas: (AnswerDelta & { readonly at: number })[] = [];
  const end = await executeArm(analysis, arm, {
    models,
    clock,
    tracer: silentTracer,
    onDelta: (delta) => deltas.push({ ...delta, at: clock.now() }),
    ...setting,
  });
  return { end, deltas, calls, elapsedMs: clock.now() };
}

const arm = (input: object): Arm => armSchema.parse(input);

describe('what a strategy streams', () => {
  test('is the text of its end, whatever the arm, the graph and the faults, with a deadline or without', async () => {
    const anyAnalysis = anyGraph
      .filter(({ size }) => size > 0)
      .map(({ size, edges }) =>
        stepsWith(
          size,
          edges.map(({ from, to }) => [from, to]),
        ),
      );
    await fc.assert(
      fc.asyncProperty(
        anyAnalysis,
        anyArm,
        fc.integer(),
        fc.constantFrom(0, 0.3),
        fc.option(fc.integer({ min: 1, max: 300 })),
        async (analysis, one, seed, faults, deadlineAt) => {
          const random = seededRandom(seed);
          const draw = (call: Parameters<Script>[0], what: string) =>
            random.uniform(what, call.kind ?? '', call.call.seed, call.call.messages[1]?.content.length ?? 0);
          const { end, deltas } = await run(
            analysis,
            one,
            (call) => ({
              text: call.kind === 'prefer' ? '2' : draw(call, 'empty') < faults / 3 ? '' : `answer ${Math.floor(3 * draw(call, 'text'))}`,
              takesMs: Math.floor(100 * draw(call, 'ms')),
              ...(draw(call, 'fault') < faults ? { error: 'unavailable' } : {}),
            }),
            deadlineAt === null ? {} : { deadlineAt },
          );
          expect(joined(deltas)).toBe(end.kind === 'answered' ? end.text : end.partialText);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('comes while the model still speaks: direct, and the decision of a debate', async () => {
    const slow: Script = (call) => ({ text: call.kind === 'decide' ? 'the decision' : `opinion ${call.call.seed}`, takesMs: 100 });
    const direct = await run(stepsWith(1), arm({ strategy: 'direct', model: 'm' }), slow);
    expect(direct.deltas.map(({ at }) => at)).toEqual([50, 100]);
    const debate = await run(stepsWith(1), arm({ strategy: 'collaborate', models: ['m'], debateRounds: 0 }), slow);
    expect(debate.deltas.map(({ at }) => at)).toEqual([150, 200]);
    expect(joined(debate.deltas)).toBe('the decision');
  });

  test('comes step by step, in order, as soon as all before it are there', async () => {
    const durations = [100, 10, 300, 20];
    const script: Script = (call) => {
      const step = Number(/\d+/.exec(contents(call, 'step')[0] as string)?.[0]);
      return { text: `answer ${step}`, takesMs: durations[step] as number };
    };
    for (const strategy of ['batch', 'orchestrate']) {
      const { deltas } = await run(stepsWith(4), arm({ strategy, model: 'm', ...(strategy === 'batch' ? { chunkSize: 1 } : {}) }), script);
      expect(deltas.map(({ at }) => at)).toEqual([100, 100, 300, 300]);
      expect(joined(deltas)).toBe('answer 0\n\nanswer 1\n\nanswer 2\n\nanswer 3');
    }
  });

  test('is withdrawn when a decision breaks off, and the vote takes its place', async () => {
    const { end, deltas } = await run(stepsWith(1), arm({ strategy: 'collaborate', models: ['m'], debateRounds: 0 }), (call) =>
      call.kind === 'decide' ? { text: 'the decis', error: 'unavailable', takesMs: 10 } : `opinion ${call.call.seed}`,
    );
    expect(deltas.map(({ kind }) => kind)).toEqual(['text', 'withdrawn', 'text']);
    expect(end).toEqual({ kind: 'answered', text: 'opinion 0' });
    expect(joined(deltas)).toBe('opinion 0');
  });

  test('changes nothing of what is answered, of its calls, or of the time it takes', async () => {
    const script: Script = (call) => ({ text: `${call.kind} ${call.call.seed}`, takesMs: 8 });
    for (const strategy of ['direct', 'batch', 'orchestrate', 'collaborate']) {
      const one = arm(strategy === 'collaborate' ? { strategy, models: ['m'] } : { strategy, model: 'm' });
      const streamed = await run(stepsWith(3, [[0, 2]]), one, script);
      const quiet = await run(stepsWith(3, [[0, 2]]), one, script, { onDelta: undefined });
      expect({ ...streamed, deltas: [], calls: streamed.calls.map(({ call }) => call) }).toEqual({
        ...quiet,
        deltas: [],
        calls: quiet.calls.map(({ call }) => call),
      });
    }
  });
});
