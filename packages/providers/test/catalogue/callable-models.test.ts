import { systemClock } from '@ratchet/core';
import { describe, expect, test } from 'vitest';
import { availabilityOf, chooseLiveModel, type ModelGround, withServedModels } from '../../src/catalogue/callable-models.ts';
import { catalogueFile } from '../../src/catalogue/catalogue-file.ts';
import { catalogueSchema } from '../../src/catalogue/catalogue-schema.ts';
import { catalogueFaults, mergeCatalogues } from '../../src/catalogue/merge-catalogues.ts';
import { type Served, servedModels } from '../../src/catalogue/served-models.ts';

function ground(environment: Record<string, string>, served: Served = {}, use: Record<string, string> = {}): ModelGround {
  const catalogue = withServedModels({ ...catalogueFile, use }, served);
  return { catalogue, environment, served };
}
const listed = (...names: readonly string[]) => ({ kind: 'listed', names, takesLuck: false }) as const;
const own = { OPENAI_BASE_URL: 'http://127.0.0.1:8000/v1' };

describe('the shipped catalogue', () => {
  test('names nothing that it lacks, and prices every model with a day and a source', () => {
    expect(catalogueFaults(catalogueFile)).toEqual([]);
    for (const { price } of Object.values(catalogueFile.models))
      expect(price).toMatchObject({ asOf: expect.stringMatching(/^20\d\d-/), source: expect.any(String) });
  });

  test('has for every model that is retired one to stand in for it, whichever of the three keys a person has', () => {
    for (const [id, { retired }] of Object.entries(catalogueFile.models)) {
      if (!retired) continue;
      for (const key of ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'GEMINI_API_KEY']) {
        expect([id, key, chooseLiveModel('mini', id, ground({ [key]: 'k' }))?.kind]).toEqual([id, key, 'stand-in']);
      }
    }
  });
});

describe('mergeCatalogues', () => {
  test("adds a user's entries, and replaces those of the same name whole", () => {
    const mine = catalogueSchema.parse({
      providers: { local: { api: 'openai', baseUrl: 'http://127.0.0.1:11434/v1', key: null } },
      models: { 'my-model': { provider: 'local' }, 'gpt-4-0613': { provider: 'local' } },
    });
    const merged = mergeCatalogues(catalogueFile, mine);
    expect(merged.models['my-model']?.provider).toBe('local');
    expect(merged.models['gpt-4-0613']).toEqual(mine.models['gpt-4-0613']);
    expect(merged.models['gpt-4o-2024-08-06']).toEqual(catalogueFile.models['gpt-4o-2024-08-06']);
  });

  test.each([
    [{ models: { m: { provider: 'nowhere' } } }, ['models', 'm', 'provider']],
    [{ models: { 'gpt-4-0613': { provider: 'openai', fallback: 'none' } } }, ['models', 'gpt-4-0613', 'fallback']],
    [{ use: { mini: 'none' } }, ['use', 'mini']],
  ])('a name that leads nowhere is a fault with its place: %j', (given, at) => {
    expect(catalogueFaults(mergeCatalogues(catalogueFile, catalogueSchema.parse(given)))).toContainEqual(expect.objectContaining({ at }));
  });
});

describe('availabilityOf', () => {
  test('a hosted model needs the key of its provider', () => {
    expect(availabilityOf('gpt-4-0613', ground({}))).toEqual({ kind: 'no-key', variable: 'OPENAI_API_KEY' });
    expect(availabilityOf('gpt-4-0613', ground({ OPENAI_API_KEY: '  ' }))).toMatchObject({ kind: 'no-key' });
    expect(availabilityOf('gpt-4-0613', ground({ OPENAI_API_KEY: 'k' }))).toEqual({ kind: 'usable' });
    expect(availabilityOf('claude-3-opus-20240229', ground({ ANTHROPIC_API_KEY: 'k' }))).toEqual({ kind: 'retired' });
  });

  test('a server of the user has what it lists, and needs no key', () => {
    const here = ground(own, { openai: listed('llama') });
    expect(availabilityOf('llama', here)).toEqual({ kind: 'usable' });
    expect(availabilityOf('gpt-4-0613', here)).toMatchObject({ kind: 'not-served' });
    expect(availabilityOf('gpt-4-0613', ground(own, { openai: { kind: 'unknown', why: 'down' } }))).toEqual({ kind: 'not-served', why: 'down' });
  });
});

describe('chooseLiveModel', () => {
  const choose = (name: string, meant: string, ...given: Parameters<typeof ground>) => chooseLiveModel(name, meant, ground(...given));

  test('takes what the scenario means where it can be called', () => {
    expect(choose('mini', 'gpt-4o-mini-2024-07-18', { OPENAI_API_KEY: 'k' })).toEqual({ modelId: 'gpt-4o-mini-2024-07-18', kind: 'named' });
  });

  test('takes a stand-in where it cannot, and says so', () => {
    expect(choose('opus', 'claude-3-opus-20240229', { OPENAI_API_KEY: 'k' })).toEqual({ modelId: 'gpt-4.1-2025-04-14', kind: 'stand-in' });
    expect(choose('opus', 'claude-3-opus-20240229', {})).toBeUndefined();
  });

  test('a server that serves the very name comes first, that of the model meant before others', () => {
    const both = { ...own, ANTHROPIC_BASE_URL: 'http://127.0.0.1:8000', OPENAI_API_KEY: 'k' };
    const served = { openai: listed('mini', 'opus'), anthropic: listed('mini', 'opus') };
    expect(choose('mini', 'gpt-4o-mini-2024-07-18', both, served)).toEqual({ modelId: 'mini', kind: 'named' });
    expect(choose('opus', 'claude-3-opus-20240229', both, served)).toEqual({ modelId: 'anthropic/opus', kind: 'named' });
  });

  test('with one model at home, everything goes to it; with several, nothing does unless `use` says which', () => {
    expect(choose('opus', 'claude-3-opus-20240229', own, { openai: listed('llama') })).toEqual({ modelId: 'llama', kind: 'stand-in' });
    expect(choose('opus', 'claude-3-opus-20240229', own, { openai: listed('llama', 'qwen') })).toBeUndefined();
    expect(choose('opus', 'claude-3-opus-20240229', own, { openai: listed('llama', 'qwen') }, { '*': 'qwen', opus: 'llama' })).toEqual({
      modelId: 'llama',
      kind: 'chosen',
    });
    expect(choose('mini', 'gpt-4o-mini-2024-07-18', own, { openai: listed('llama', 'qwen') }, { '*': 'qwen', opus: 'llama' })).toEqual({
      modelId: 'qwen',
      kind: 'chosen',
    });
  });
});

test('a server that is not there is told of, and no reason to fail', async () => {
  const served = await servedModels(catalogueFile, { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' }, systemClock());
  expect(served).toEqual({ openai: { kind: 'unknown', why: expect.stringContaining('gave no list') } });
});
