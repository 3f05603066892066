import { expect, test } from 'vitest';
import { prompts } from '../../src/prompts/prompts.ts';
import { hashPrompts, promptsHash } from '../../src/prompts/prompts-hash.ts';

test('the hash of the prompts changes with the wording of each', () => {
  const hashes = Object.keys(prompts).map((kind) => hashPrompts({ ...prompts, [kind]: `${prompts[kind as keyof typeof prompts]} ` }));
  expect(new Set([promptsHash, ...hashes]).size).toBe(hashes.length + 1);
  for (const hash of [promptsHash, ...hashes]) expect(hash).toMatch(/^[0-9a-f]{64}$/);
});

test('it does not change with their order', () => {
  expect(hashPrompts(Object.fromEntries(Object.entries(prompts).reverse()))).toBe(promptsHash);
});
