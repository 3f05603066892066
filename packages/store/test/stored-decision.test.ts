import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decisionText, readDecision } from '../src/stored-decision.ts';
import { decisionNamed } from './decision-named.ts';

const propensity = fc.constantFrom(0.004545454545454548, 0.25, 0.5, Number.MIN_VALUE, 1);
const candidates = fc.array(fc.record({ armId: fc.string({ minLength: 1 }), propensity }), { maxLength: 40 });

describe('the text of a decision', () => {
  it('gives it back, every candidate in its place with its exact probability', () => {
    fc.assert(
      fc.property(candidates, (all) => {
        const decision = decisionNamed('d1', { candidates: all });
        expect(readDecision(decisionText(decision))).toEqual(decision);
        // As it was written before.
        expect(readDecision(JSON.stringify(decision))).toEqual(decision);
      }),
    );
  });

  it('has the tools that were offered, and none where it was written before there were any', () => {
    const tools = { names: ['get_weather'], parameters: 1, schemaCharacters: 90 };
    expect(readDecision(decisionText(decisionNamed('d1', { tools }))).tools).toEqual(tools);
    const { tools: _tools, ...before } = decisionNamed('d1');
    expect(readDecision(JSON.stringify(before))).toEqual(decisionNamed('d1'));
    for (const wrong of [{ ...tools, names: [7] }, { ...tools, parameters: -1 }, { names: [] }])
      expect(() => readDecision(JSON.stringify({ ...before, tools: wrong }))).toThrow(expect.objectContaining({ kind: 'damaged' }));
  });

  it('names a probability once for all arms in a row that have it', () => {
    const all = ['a', 'b', 'c'].map((armId) => ({ armId, propensity: 0.125 }));
    expect(JSON.parse(decisionText(decisionNamed('d1', { candidates: [{ armId: 'z', propensity: 0.625 }, ...all] }))).candidates).toEqual([
      [0.625, ['z']],
      [0.125, ['a', 'b', 'c']],
    ]);
  });

  it.each([
    ['no list', 7],
    ['a run without arms in a list', [[0.5, 'a']]],
    ['a run with half a probability', [['0.5', ['a']]]],
    ['a run with a probability above 1', [[1.5, ['a']]]],
    ['a run with an arm that has no name', [[0.5, ['']]]],
    ['nothing of both', [[]]],
  ])('is damaged where its candidates are %s', (_what, given) => {
    const text = JSON.stringify({ ...decisionNamed('d1'), candidates: given });
    expect(() => readDecision(text)).toThrow(expect.objectContaining({ kind: 'damaged' }));
  });
});
