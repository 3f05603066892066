import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Arm, armId, armSchema, modelsOf, parametersOf, parseArmId, strategyNames } from '../src/arm.ts';
import { anyArm, anyArmInput } from './any-arm.ts';

const arm = (input: unknown): Arm => armSchema.parse(input);

describe('armId', () => {
  test('names strategy and model, and then only what differs from the defaults, by name', () => {
    expect(armId(arm({ strategy: 'direct', model: 'large' }))).toBe('direct/large');
    expect(armId(arm({ strategy: 'direct', model: 'small', fallbackModel: 'large', draftTokens: 20 }))).toBe('direct/small+large?draftTokens=20');
    expect(armId(arm({ strategy: 'direct', model: 'vendor/large', temperature: 0, cacheSeconds: 60 }))).toBe(
      'direct/vendor/large?cacheSeconds=60&temperature=0',
    );
    expect(armId(arm({ strategy: 'orchestrate', model: 'a', fallbackModel: 'b' }))).toBe('orchestrate/a+b');
    expect(armId(arm({ strategy: 'collaborate', models: ['a', 'b', 'a'], numExperts: 4 }))).toBe('collaborate/a+b+a?numExperts=4');
  });

  test('is equal for equal arms, however they were written', () => {
    fc.assert(
      fc.property(anyArmInput, (input) => {
        const parsed = arm(input);
        const reversed = Object.fromEntries(Object.entries(input).reverse());
        expect(armId(arm(reversed))).toBe(armId(parsed));
        // The defaults, written out.
        expect(armId(arm({ ...parsed }))).toBe(armId(parsed));
      }),
    );
  });

  test('differs for arms that differ', () => {
    fc.assert(
      fc.property(anyArm, anyArm, (one, other) => {
        const equal = fc.stringify(Object.entries(one).sort()) === fc.stringify(Object.entries(other).sort());
        expect(armId(one) === armId(other)).toBe(equal);
      }),
      { numRuns: 400 },
    );
  });

  test('tells models whose names hold the signs of an id from several models', () => {
    const ids = [['a', 'b'], ['a+b'], ['a?b'], ['a%2Bb'], ['a%3Fb']].map((models) => armId(arm({ strategy: 'collaborate', models })));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('parseArmId', () => {
  test('gives back the arm of every id', () => {
    fc.assert(
      fc.property(anyArm, (one) => {
        expect(parseArmId(armId(one))).toStrictEqual(one);
      }),
      { numRuns: 400 },
    );
  });

  test('fills in defaults, and takes parameters in any order', () => {
    expect(parseArmId('batch/m?temperature=0.1&chunkSize=40')).toStrictEqual(arm({ strategy: 'batch', model: 'm', chunkSize: 40, temperature: 0.1 }));
  });

  test.each([
    '',
    'direct',
    'direct/',
    '/m',
    'guess/m',
    'direct/a+b',
    'direct/a+b+c?draftTokens=9',
    'batch/a+b',
    'orchestrate/a+b+c',
    'orchestrate/a+',
    'collaborate/a++b',
    'direct/m?temperature',
    'direct/m?temperature=',
    'direct/m?temperature=hot',
    'direct/m?temperature=3',
    'direct/m?temperature=1=1',
    'direct/m?maxConcurrency=2',
    'direct/m?strategy=1',
    'direct/m?model=1',
    'batch/m?chunkSize=1.5',
  ])('refuses %o with a RangeError that names it', (id) => {
    expect(() => parseArmId(id)).toThrow(RangeError);
    expect(() => parseArmId(id)).toThrow(`"${id}" is not the id of an arm`);
  });
});

describe('armSchema', () => {
  test.each([
    ['an unknown key', { strategy: 'direct', model: 'm', chunkSize: 3 }],
    ['a strategy that does not exist', { strategy: 'guess', model: 'm' }],
    ['a fallback model without the length of a draft', { strategy: 'direct', model: 'm', fallbackModel: 'n' }],
    ['the length of a draft without a fallback model', { strategy: 'direct', model: 'm', draftTokens: 9 }],
    ['an empty model', { strategy: 'direct', model: '' }],
    ['no experts', { strategy: 'collaborate', models: [] }],
    ['a temperature above 2', { strategy: 'batch', model: 'm', temperature: 2.1 }],
    ['half a chunk', { strategy: 'batch', model: 'm', chunkSize: 0.5 }],
  ])('refuses %s', (_name, input) => {
    expect(armSchema.safeParse(input).success).toBe(false);
  });
});

describe('modelsOf and parametersOf', () => {
  test('name every model once each time it is called upon, and every number, and nothing else', () => {
    fc.assert(
      fc.property(anyArm, (one) => {
        const models = 'models' in one ? one.models : [one.model];
        expect(modelsOf(one)).toEqual('fallbackModel' in one && one.fallbackModel !== undefined ? [...models, one.fallbackModel] : models);
        const { strategy: _strategy, ...rest } = one;
        const numbers = Object.entries(rest).filter(([name]) => !['model', 'models', 'fallbackModel'].includes(name));
        expect(Object.entries(parametersOf(one)).sort()).toEqual(numbers.sort());
        expect(strategyNames).toContain(one.strategy);
      }),
    );
  });
});
