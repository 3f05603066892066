import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyze } from '../src/analysis/analyze.ts';
import type { Analysis } from '../src/analysis.ts';
import { type Arm, armSchema } from '../src/arm.ts';
import { type CallEstimate, estimateArm } from '../src/estimate-calls.ts';
import { executeArm } from '../src/execute-arm.ts';
import { seededRandom } from '../src/random.ts';
import { silentTracer } from '../src/tracer.ts';
import { virtualClock } from '../src/virtual-clock.ts';
import { composedText } from './analysis/any-text.ts';
import { stepsWith } from './analysis-of.ts';
import { anyArm } from './any-arm.ts';
import { anyAcyclicGraph, anyGraph } from './graph/any-graph.ts';
import { scriptedModels } from './scripted-models.ts';

const amounts = ['calls', 'inputTokens', 'outputTokens'] as const;
type Amounts = Readonly<Record<(typeof amounts)[number], number>>;

const total = (estimates: readonly Amounts[]): Amounts => ({
  calls: estimates.reduce((sum, { calls }) => sum + calls, 0),
  inputTokens: estimates.reduce((sum, { inputTokens }) => sum + inputTokens, 0),
  outputTokens: estimates.reduce((sum, { outputTokens }) => sum + outputTokens, 0),
});

function byModel(estimates: readonly CallEstimate[]): ReadonlyMap<string, Amounts> {
  return new Map(estimates.map(({ model }) => [model, total(estimates.filter((other) => other.model === model))]));
}

const arm = (input: unknown): Arm => armSchema.parse(input);
const anyAnalysis: fc.Arbitrary<Analysis> = fc.oneof(
  composedText.map(({ text }) => analyze({ id: 'request', text })),
  fc
    .oneof(anyAcyclicGraph, anyGraph)
    .filter(({ size }) => size > 0)
    .map(({ size, edges }) =>
      stepsWith(
        size,
        edges.map(({ from, to }) => [from, to]),
      ),
    ),
);

describe('estimateArm', () => {
  test('never puts the least above the expected, nor that above the worst, for any model of any arm', () => {
    fc.assert(
      fc.property(anyAnalysis, anyArm, fc.integer({ min: 1, max: 5 }), (analysis, one, attempts) => {
        const { low, expected, worst } = estimateArm(analysis, one, attempts);
        for (const [less, more] of [
          [low, expected],
          [expected, worst],
        ] as const) {
          const most = byModel(more);
          for (const [model, amount] of byModel(less)) {
            for (const name of amounts) {
              expect(amount[name]).toBeGreaterThanOrEqual(0);
              expect(amount[name]).toBeLessThanOrEqual((most.get(model) as Amounts)[name] + 1e-6);
            }
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  test('bounds what executing an arm really takes, whatever its models do', async () => {
    /** Long enough to count, short enough to build answers of. */
    const anySmallArm = fc.tuple(anyArm, fc.integer({ min: 1, max: 40 })).map(([one, maxOutputTokens]) => ({ ...one, maxOutputTokens }));
    await fc.assert(
      fc.asyncProperty(anyAnalysis, anySmallArm, fc.integer(), fc.constantFrom(0, 0.3, 1), async (analysis, one, seed, failureRate) => {
        const random = seededRandom(seed);
        const clock = virtualClock();
        const fullAnswer = (index: number) => `${index} ${'x'.repeat(4 * one.maxOutputTokens)}`.slice(0, 4 * one.maxOutputTokens);
        const { models, calls } = scriptedModels(
          clock,
          new Proxy({}, { get: () => () => (random.uniform('fails', calls.length) < failureRate ? { error: 'timeout' } : fullAnswer(calls.length)) }),
        );
        await executeArm(analysis, one, { models, clock, tracer: silentTracer });
        const { low, worst } = estimateArm(analysis, one, 1);
        const taken: Amounts = {
          calls: calls.length,
          // The estimate counts what stands around the sections apart.
          inputTokens: calls.reduce((sum, { sections }) => sum + sections.reduce((characters, { content }) => characters + content.length, 0), 0) / 4,
          outputTokens: calls.reduce((sum, { call }) => sum + call.maxOutputTokens, 0),
        };
        for (const name of amounts) expect(taken[name]).toBeLessThanOrEqual(total(worst)[name]);
        if (failureRate === 0) expect(taken.calls).toBeGreaterThanOrEqual(total(low).calls);
      }),
      { numRuns: 150 },
    );
  });

  test('counts what retries repeat in the worst case, and there alone', () => {
    const once = estimateArm(stepsWith(3), arm({ strategy: 'direct', model: 'm' }), 1);
    const thrice = estimateArm(stepsWith(3), arm({ strategy: 'direct', model: 'm' }), 3);
    expect(thrice.low).toEqual(once.low);
    expect(thrice.expected).toEqual(once.expected);
    expect(total(thrice.worst).calls).toBe(3);
    expect(total(thrice.worst).outputTokens).toBe(3 * total(once.worst).outputTokens);
  });

  test('counts a draft by its length, and its fallback at the worst and by half', () => {
    const { low, expected, worst } = estimateArm(stepsWith(2), arm({ strategy: 'direct', model: 'm', fallbackModel: 'n', draftTokens: 20 }), 1);
    const plain = estimateArm(stepsWith(2), arm({ strategy: 'direct', model: 'n' }), 1);
    expect([low, expected, worst].map(([draft]) => [draft?.model, draft?.outputTokens])).toEqual([
      ['m', 20],
      ['m', 20],
      ['m', 20],
    ]);
    expect(low).toHaveLength(1);
    expect(worst[1]).toEqual(plain.worst[0]);
    expect(expected[1]?.calls).toBe(0.5);
  });

  test('expects a longer answer where more is asked for', () => {
    const expected = (chunks: number, strategy: string) => total(estimateArm(stepsWith(chunks), arm({ strategy, model: 'm' }), 1).expected).outputTokens;
    for (const strategy of ['direct', 'batch', 'orchestrate']) expect(expected(4, strategy)).toBe(4 * expected(1, strategy));
  });

  test('names the models of a collaboration as often as they are asked, and the first once more to decide', () => {
    const { low, worst } = estimateArm(stepsWith(1), arm({ strategy: 'collaborate', models: ['a', 'b'], numExperts: 3, debateRounds: 2 }), 1);
    const calls = (estimates: readonly CallEstimate[]) => Object.fromEntries([...byModel(estimates)].map(([model, amount]) => [model, amount.calls]));
    expect(calls(low)).toEqual({ a: 2, b: 1 });
    expect(calls(worst)).toEqual({ a: 7, b: 3 });
  });

  test('counts the fallback model in the worst case alone', () => {
    const { low, expected, worst } = estimateArm(stepsWith(4), arm({ strategy: 'orchestrate', model: 'm', fallbackModel: 'spare' }), 1);
    expect([...byModel(low).keys(), ...byModel(expected).keys()]).toEqual(['m', 'm']);
    expect(byModel(worst).get('spare')?.calls).toBe(4);
  });

  test('counts all rounds of a cycle in the worst case, with what they are judged by, and none at the least', () => {
    const looping = stepsWith(3, [
      [0, 1],
      [1, 0],
      [2, 2],
    ]);
    const calls = (parameters: object) => {
      const { low, expected, worst } = estimateArm(looping, arm({ strategy: 'orchestrate', model: 'm', maxRounds: 5, ...parameters }), 1);
      return [low, expected, worst].map((estimates) => total(estimates).calls);
    };
    // Four more rounds of three steps, and two verdicts on each of two cycles.
    expect(calls({})).toEqual([3, 3 + 2 * (3 + 4), 3 + 4 * (3 + 4)]);
    expect(calls({ judgeRounds: 0 })).toEqual([3, 3 + 2 * 3, 3 + 4 * 3]);
    expect(calls({ maxRounds: 1 })).toEqual([3, 3, 3]);
  });

  test('counts both verdicts of a judge in place of a decision', () => {
    const of = (judgeOrders: number) =>
      total(estimateArm(stepsWith(1), arm({ strategy: 'collaborate', models: ['a'], debateRounds: 0, judgeOrders }), 1).worst).calls;
    expect([of(1), of(2)]).toEqual([4, 5]);
  });

  test('counts the answers that steps are shown', () => {
    const withAnswers = (edges: readonly (readonly [number, number])[]) =>
      total(estimateArm(stepsWith(4, edges), arm({ strategy: 'orchestrate', model: 'm', maxDepth: 1, maxOutputTokens: 1000 }), 1).worst).inputTokens;
    expect(
      withAnswers([
        [0, 3],
        [1, 3],
        [2, 3],
      ]) - withAnswers([]),
    ).toBe(3000);
  });
});
