import { type LanguageModel, ModelError } from '@ratchet/core';
import { describe, expect, test } from 'vitest';
import { modelDirectory } from '../src/model-directory.ts';

const modelCalled = (id: string): LanguageModel => ({ id, complete: () => Promise.reject(new Error('not called here')) });

describe('modelDirectory', () => {
  test('finds each model by its id', () => {
    const models = modelDirectory(
      new Map([
        ['a', () => modelCalled('a')],
        ['b', () => modelCalled('b')],
      ]),
    );
    expect([models('b').id, models('a').id]).toEqual(['b', 'a']);
  });

  test('makes a model when it is first asked for, and once', () => {
    const made: string[] = [];
    const factory = (id: string) => () => {
      made.push(id);
      return modelCalled(id);
    };
    const models = modelDirectory(
      new Map([
        ['a', factory('a')],
        ['b', factory('b')],
      ]),
    );
    expect(made).toEqual([]);
    expect(models('b')).toBe(models('b'));
    expect(made).toEqual(['b']);
  });

  test.each(['c', '', 'constructor', '__proto__'])('refuses an id that it does not know with an error that names those it does: "%s"', (id) => {
    const models = modelDirectory(
      new Map([
        ['a', () => modelCalled('a')],
        ['b', () => modelCalled('b')],
      ]),
    );
    expect(() => models(id)).toThrow(ModelError);
    expect(() => models(id)).toThrow(expect.objectContaining({ kind: 'unknown-model', modelId: id, transient: false }));
    expect(() => models(id)).toThrow(`"${id}" here; known are: a, b`);
  });
});
