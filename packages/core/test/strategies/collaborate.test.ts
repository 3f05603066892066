import { describe, expect, test } from 'vitest';
import { type CollaborateArm, collaborateArmSchema } from '../../src/arm.ts';
import { collaborate } from '../../src/strategies/collaborate.ts';
import { silentTracer } from '../../src/tracer.ts';
import { virtualClock } from '../../src/virtual-clock.ts';
import { analysisOf } from '../analysis-of.ts';
import { contents, type ReceivedCall, type Script, scriptedModels } from '../scripted-models.ts';

async function run(parameters: Partial<CollaborateArm>, scripts: Readonly<Record<string, Script>>, signal?: AbortSignal) {
  const clock = virtualClock();
  const scripted = scriptedModels(clock, scripts);
  const arm = collaborateArmSchema.parse({ strategy: 'collaborate', models: Object.keys(scripts), ...parameters });
  const context = { models: scripted.models, clock, tracer: silentTracer, ...(signal === undefined ? {} : { signal }) };
  const end = await collaborate(analysisOf(['the request']), arm, context);
  return { end, elapsedMs: clock.now(), ...scripted };
}

const kinds = (calls: readonly ReceivedCall[]) => calls.map(({ kind }) => kind);
const asked = (calls: readonly ReceivedCall[]) => calls.map(({ model, kind, call }) => `${model} ${kind} ${call.seed}`);
/** Everybody sticks to an opinion of their own. */
const stubborn =
  (name: string): Script =>
  (call) =>
    call.kind === 'decide' ? 'the decision' : `${name}${call.call.seed % 1000}`;

describe('collaborate', () => {
  test('asks the models in turn, those asked again with another seed, all at the same time', async () => {
    const { calls, elapsedMs } = await run(
      { models: ['a', 'b'], numExperts: 3, debateRounds: 0, consensusThreshold: 0, temperature: 0.4 },
      {
        a: () => ({ text: 'x', takesMs: 100 }),
        b: () => ({ text: 'x', takesMs: 70 }),
      },
    );
    expect(asked(calls)).toEqual(['a answer 0', 'b answer 0', 'a answer 1']);
    expect(elapsedMs).toBe(100);
    for (const { sections, call } of calls) {
      expect(sections).toEqual([{ tag: 'request', content: 'the request' }]);
      expect(call).toMatchObject({ requestId: 'request', temperature: 0.4, maxOutputTokens: 4096 });
    }
  });

  test('stops at once when the experts agree, with the answer on which they do', async () => {
    const { end, calls } = await run({ numExperts: 3 }, { a: () => 'the same' });
    expect(end).toEqual({ kind: 'answered', text: 'the same' });
    expect(kinds(calls)).toEqual(['answer', 'answer', 'answer']);
  });

  test('lets a majority decide as soon as it agrees enough', async () => {
    const { end, calls } = await run({ numExperts: 3, consensusThreshold: 0.5 }, { a: () => 'wrong', b: () => 'right', c: () => 'right' });
    expect(end).toEqual({ kind: 'answered', text: 'right' });
    expect(calls).toHaveLength(3);
  });

  test('debates for as many rounds as it may, then leaves the decision to the first model', async () => {
    const { end, calls } = await run({ numExperts: 2, debateRounds: 2 }, { a: stubborn('a'), b: stubborn('b') });
    expect(asked(calls)).toEqual(['a answer 0', 'b answer 0', 'a revise 1000', 'b revise 1000', 'a revise 2000', 'b revise 2000', 'a decide 0']);
    expect(end).toEqual({ kind: 'answered', text: 'the decision' });
    expect(calls.at(-1)?.sections).toEqual([
      { tag: 'request', content: 'the request' },
      { tag: 'candidate', content: 'a0' },
      { tag: 'candidate', content: 'b0' },
    ]);
  });

  test('shows each expert its own draft and the answers of the others, and never one of them as its own', async () => {
    const { calls } = await run({ numExperts: 3, debateRounds: 1, models: ['a', 'b'] }, { a: stubborn('a'), b: stubborn('b') });
    expect(calls.filter(({ kind }) => kind === 'revise').map(({ sections }) => sections.map(({ tag, content }) => `${tag} ${content}`))).toEqual([
      ['request the request', 'draft a0', 'peer b0', 'peer a1'],
      ['request the request', 'draft b0', 'peer a0', 'peer a1'],
      ['request the request', 'draft a1', 'peer a0', 'peer b0'],
    ]);
  });

  test('stops the debate in the round in which the experts come to agree', async () => {
    const persuaded: Script = (call) => (call.call.seed >= 2000 ? 'agreed' : `mine ${call.call.seed}`);
    const { end, calls } = await run({ numExperts: 2, debateRounds: 5 }, { a: persuaded });
    expect(kinds(calls)).toEqual(['answer', 'answer', 'revise', 'revise', 'revise', 'revise']);
    expect(end).toEqual({ kind: 'answered', text: 'agreed' });
  });

  test('shows the drafts of the last round, not of the first, in the next', async () => {
    const counting: Script = (call) => (call.kind === 'decide' ? 'done' : `${call.model}, seed ${call.call.seed}`);
    const { calls } = await run({ numExperts: 2, debateRounds: 2 }, { a: counting, b: counting });
    const lastRound = calls.filter(({ call }) => call.seed >= 2000);
    expect(lastRound.map((call) => [...contents(call, 'draft'), ...contents(call, 'peer')])).toEqual([
      ['a, seed 1000', 'b, seed 1000'],
      ['b, seed 1000', 'a, seed 1000'],
    ]);
  });

  test('lets a lone expert look at its own draft again in every round, and decides nothing', async () => {
    const { end, calls } = await run({ numExperts: 1, debateRounds: 2 }, { a: (call) => `draft ${call.call.seed}` });
    expect(asked(calls)).toEqual(['a answer 0', 'a revise 1000', 'a revise 2000']);
    expect(calls[2]?.sections).toEqual([
      { tag: 'request', content: 'the request' },
      { tag: 'draft', content: 'draft 1000' },
    ]);
    expect(end).toEqual({ kind: 'answered', text: 'draft 2000' });
  });

  test('goes on without an expert that fails', async () => {
    const { end, calls } = await run({ numExperts: 3, debateRounds: 0 }, { a: () => 'x', b: () => ({ error: 'unavailable' }), c: () => 'x' });
    expect(end).toEqual({ kind: 'answered', text: 'x' });
    expect(calls).toHaveLength(3);
  });

  test('keeps the draft of an expert that fails to revise it', async () => {
    const { calls, end } = await run(
      { numExperts: 2, debateRounds: 1 },
      {
        a: stubborn('a'),
        b: (call) => (call.kind === 'revise' ? { error: 'timeout' } : 'b at first'),
      },
    );
    expect(contents(calls.at(-1), 'candidate')).toEqual(['a0', 'b at first']);
    expect(end).toEqual({ kind: 'answered', text: 'the decision' });
  });

  test('falls back to the vote when the decision fails', async () => {
    const undecided =
      (name: string): Script =>
      (call) =>
        call.kind === 'decide' ? { error: 'timeout' } : name;
    const { end } = await run({ numExperts: 3, debateRounds: 0, consensusThreshold: 0.9 }, { a: undecided('x'), b: undecided('y'), c: undecided('y') });
    expect(end).toEqual({ kind: 'answered', text: 'y' });
  });

  describe('with a judge who sees the leading answers in both orders', () => {
    const experts = (judge: Script): Readonly<Record<string, Script>> => ({
      a: (call) => (call.kind === 'prefer' ? judge(call) : 'alpha'),
      b: () => 'alpha',
      c: () => 'beta',
      d: () => 'gamma',
    });
    const parameters = { numExperts: 4, debateRounds: 0, judgeOrders: 2 };
    const preferring =
      (wanted: string): Script =>
      (call) =>
        String(1 + contents(call, 'candidate').indexOf(wanted));

    test('asks it twice about the two of them, and takes the rival when it is preferred in both', async () => {
      const { calls, end } = await run(parameters, experts(preferring('beta')));
      expect(asked(calls).slice(4)).toEqual(['a prefer 0', 'a prefer 1']);
      expect(calls.slice(4).map((call) => contents(call, 'candidate'))).toEqual([
        ['alpha', 'beta'],
        ['beta', 'alpha'],
      ]);
      expect(end).toEqual({ kind: 'answered', text: 'beta' });
    });

    test('keeps to the vote when the judge holds to it, to a place, or to nothing', async () => {
      for (const judge of [preferring('alpha'), () => '1', () => '2', () => '0', () => 'I cannot tell', () => ({ error: 'timeout' }) as const]) {
        expect((await run(parameters, experts(judge))).end).toEqual({ kind: 'answered', text: 'alpha' });
      }
    });

    test('asks nothing where the experts agree', async () => {
      const { calls } = await run({ ...parameters, consensusThreshold: 0.1 }, experts(preferring('beta')));
      expect(kinds(calls)).toEqual(['answer', 'answer', 'answer', 'answer']);
    });
  });

  test('does not count an expert who says nothing', async () => {
    const { end } = await run({ numExperts: 2, debateRounds: 0 }, { a: () => '', b: () => 'words' });
    expect(end).toEqual({ kind: 'answered', text: 'words' });
  });

  test('fails only when every expert does, and names the first failure', async () => {
    const { end, calls } = await run({ numExperts: 2 }, { a: () => ({ error: 'refused' }), b: () => ({ error: 'timeout' }) });
    expect(end).toMatchObject({ kind: 'failed', error: { kind: 'refused', modelId: 'a' }, partialText: '' });
    expect(calls).toHaveLength(2);
  });

  test('hands the signal on to every call', async () => {
    const controller = new AbortController();
    const { calls } = await run({ numExperts: 2, debateRounds: 1 }, { a: stubborn('a'), b: stubborn('b') }, controller.signal);
    expect(calls).toHaveLength(5);
    for (const { signal } of calls) expect(signal).toBe(controller.signal);
  });

  test('lets faults that are not of a model pass', async () => {
    await expect(run({ numExperts: 2 }, { a: () => 'x', b: () => ({ error: new TypeError('bug') }) })).rejects.toThrow(TypeError);
  });
});
