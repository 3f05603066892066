/** Finds models by id. */
import { type LanguageModel, type ModelDirectory, ModelError } from '@ratchet/core';

/** Makes each model when it is first asked for. Throws a `ModelError` of kind `unknown-model` for another id. */
export function modelDirectory(factories: ReadonlyMap<string, () => LanguageModel>): ModelDirectory {
  const made = new Map<string, LanguageModel>();
  return (id) => {
    let model = made.get(id);
    if (model === undefined) {
      const factory = factories.get(id);
      if (factory === undefined) throw new ModelError('unknown-model', id, `there is no model "${id}" here; known are: ${[...factories.keys()].join(', ')}`);
      model = factory();
      made.set(id, model);
    }
    return model;
  };
}
