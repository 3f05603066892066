import { type Arm, analyze, armId, type Candidate, type Policy, parseArmId, seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Generation } from '../../src/serving/generation.ts';
import { trainingPolicy } from '../../src/serving/training-policy.ts';
import { twoModels } from '../test-service.ts';

/** Many arms, none of which is one that generation 0 serves with. */
const arms: readonly Arm[] = Array.from({ length: 20 }, (_, index) => parseArmId(`direct/model-${index}`));
const task = { ...twoModels, arms };
const first = armId(twoModels.heuristic?.direct as Arm);
const policyOf = (candidates: readonly Candidate[]): Policy => ({
  name: 'fixed',
  decide: () => ({ arm: parseArmId(candidates[0]?.armId as string), ...(candidates[0] as Candidate), candidates }),
});
const everyArm = arms.map((arm) => ({ armId: armId(arm), propensity: 1 / arms.length }));
const generationThatTakes = (id: string, explored: readonly Candidate[] = everyArm) =>
  ({ generation: 1, exploit: policyOf([{ armId: id, propensity: 1 }]), explore: policyOf(explored) }) as unknown as Generation;
const policy = (serving: Generation, candidate: Generation | null) =>
  trainingPolicy(task, { current: () => serving, candidate: () => candidate } as unknown as Parameters<typeof trainingPolicy>[1]);
const analysis = analyze({ id: 'a', text: 'Name the rivers.' });
const shareOf = (candidates: readonly Candidate[], id: string) => candidates.find((one) => one.armId === id)?.propensity ?? 0;

describe('what decides on tasks that are executed to learn', () => {
  it('takes two decisions of three as what serves and the candidate would, however many arms there are to explore', () => {
    const { candidates } = policy(generationThatTakes(first), generationThatTakes('direct/model-3')).decide(analysis, seededRandom('train', 1));
    expect(shareOf(candidates, first)).toBeCloseTo(1 / 3, 12);
    expect(shareOf(candidates, 'direct/model-3')).toBeCloseTo(1 / 3 + 1 / 60, 12);
    expect(shareOf(candidates, 'direct/model-4')).toBeCloseTo(1 / 60, 12);
  });

  it('explores as the newest generation does: what serves only while there is none', () => {
    const narrow = [{ armId: 'direct/model-7', propensity: 1 }];
    const serving = generationThatTakes(first);
    const explored = (candidate: Generation | null) => policy(serving, candidate).decide(analysis, seededRandom('train', 1)).candidates;
    expect(shareOf(explored(generationThatTakes(first, narrow)), 'direct/model-7')).toBeCloseTo(1 / 3, 12);
    expect(shareOf(explored(null), 'direct/model-7')).toBeCloseTo(1 / 60, 12);
    expect(shareOf(explored(null), first)).toBeCloseTo(2 / 3, 12);
  });

  it('says of each decision how likely it was, and decides so', () => {
    const own = policy(generationThatTakes(first), generationThatTakes('direct/model-3'));
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { arm, armId: id, propensity, candidates } = own.decide(analysis, seededRandom('train', seed));
        expect(armId(arm)).toBe(id);
        expect(shareOf(candidates, id)).toBe(propensity);
        expect(candidates.reduce((sum, one) => sum + one.propensity, 0)).toBeCloseTo(1, 12);
      }),
    );
    const taken = Array.from({ length: 3000 }, (_, seed) => own.decide(analysis, seededRandom('train', seed)).armId);
    const served = taken.filter((id) => id === first).length / taken.length;
    // Five standard errors.
    expect(Math.abs(served - 1 / 3)).toBeLessThan(0.043);
  });
});
