import { promptsHash } from '@ratchet/core';
import { afterEach, expect, it, vi } from 'vitest';

afterEach(() => {
  vi.doUnmock('@ratchet/core');
  vi.resetModules();
});

/** The id of the tiny experiment's plan, in a program whose prompts have this hash. */
async function idWith(hash: string, change: object = {}): Promise<string> {
  vi.resetModules();
  vi.doMock('@ratchet/core', async (original) => ({ ...(await original<object>()), promptsHash: hash }));
  const { tiny, tinyPlan } = await import('./tiny-experiment.ts');
  return tinyPlan({}, {}, { ...tiny, ...change }).id;
}

it('is another plan with other prompts, so that no run goes on with answers to another wording', async () => {
  const id = await idWith(promptsHash);
  expect(await idWith(promptsHash)).toBe(id);
  expect(await idWith('other')).not.toBe(id);
});

it('is the same plan where answers were recorded, which no prompt of ours asked for', async () => {
  const recorded = { recording: { kind: 'recorded-answers', answers: { text: () => undefined } } };
  expect(await idWith('other', recorded)).toBe(await idWith(promptsHash, recorded));
});
