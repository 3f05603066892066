import { type Arm, armId, armSchema } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { armGridSchema, expandArms } from '../../src/scenario/arm-grid.ts';

const expand = (...grids: readonly unknown[]): readonly Arm[] => expandArms(grids.map((grid) => armGridSchema.parse(grid)));
const ids = (...grids: readonly unknown[]): readonly string[] => expand(...grids).map(armId);
const issuesOf = (grid: unknown) => armGridSchema.safeParse(grid).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

describe('a grid of arms', () => {
  it('is one arm, with its defaults, where nothing is listed', () => {
    expect(expand({ strategy: 'direct', model: 'mini' })).toEqual([armSchema.parse({ strategy: 'direct', model: 'mini' })]);
  });

  it('is every combination of what is listed, the last field changing first', () => {
    expect(ids({ strategy: 'batch', model: { each: ['mini', 'maxi'] }, chunkSize: { each: [100, 200] } })).toEqual([
      'batch/mini?chunkSize=100',
      'batch/mini?chunkSize=200',
      'batch/maxi?chunkSize=100',
      'batch/maxi?chunkSize=200',
    ]);
  });

  it('takes lists of models as one value each', () => {
    expect(ids({ strategy: 'collaborate', models: { each: [['a', 'b'], ['c']] } }, { strategy: 'collaborate', models: ['a', 'c'] })).toEqual([
      'collaborate/a+b',
      'collaborate/c',
      'collaborate/a+c',
    ]);
  });

  it('gives each arm once, also those that say a default', () => {
    expect(ids({ strategy: 'direct', model: { each: ['mini', 'mini'] } }, { strategy: 'direct', model: 'mini', temperature: 0.7 })).toEqual(['direct/mini']);
  });

  it('has as many arms as its lists multiply to, all of them valid and different', () => {
    const lists = fc.record({
      model: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
      temperature: fc.uniqueArray(fc.constantFrom(0, 0.1, 0.7, 1.5), { minLength: 1 }),
      maxDepth: fc.uniqueArray(fc.constantFrom(1, 3, 5), { minLength: 1 }),
    });
    fc.assert(
      fc.property(lists, ({ model, temperature, maxDepth }) => {
        const arms = expand({ strategy: 'orchestrate', model: { each: model }, temperature: { each: temperature }, maxDepth: { each: maxDepth } });
        expect(new Set(arms.map(armId)).size).toBe(model.length * temperature.length * maxDepth.length);
        for (const arm of arms) expect(armSchema.parse(arm)).toEqual(arm);
      }),
    );
  });

  it.each([
    [{ strategy: 'direct', model: 'mini', temperature: { each: [0.1, 2.1] } }, 'temperature: Too big: expected number to be <=2'],
    [{ strategy: 'collaborate', models: ['mini'], numExperts: 0 }, 'numExperts: Too small: expected number to be >=1'],
    [{ strategy: 'batch', model: 'mini', chunkSize: 1.5 }, 'chunkSize: Invalid input: expected int, received number'],
    [{ strategy: 'batch' }, 'model: Invalid input: expected string, received undefined'],
    [
      { strategy: 'direct', model: 'mini', maxDepth: 2 },
      'maxDepth: the strategy direct has no "maxDepth"; it has: model, fallbackModel, draftTokens, temperature',
    ],
    [{ strategy: 'direct', model: 'mini', fallbackModel: 'maxi' }, 'draftTokens: fallbackModel and draftTokens are given together, or neither is'],
    [{ strategy: 'direct', models: ['mini'] }, 'model: Invalid input: expected string, received undefined'],
    [{ strategy: 'direct', model: { each: [] } }, 'model'],
    [{ strategy: 'direct', model: { all: ['mini'] } }, 'model'],
    [{ strategy: 'bach', model: 'mini' }, 'strategy: Invalid option'],
  ])('is refused where an arm of it would not be valid: %j', (grid, expected) => {
    expect(issuesOf(grid).join('\n')).toContain(expected);
  });
});
