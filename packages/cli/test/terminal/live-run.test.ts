import { tallyOf } from '@ratchet/harness';
import { describe, expect, it } from 'vitest';
import { generationRows, policyRows } from '../../src/terminal/live-run.ts';

const tally = (policy: string, phase: 'train' | 'heldout' | 'validation', generation: number, quality: number) =>
  tallyOf({ policy, phase, generation, quality, costUsd: 0.01, latencyMs: null, strategy: 'direct' });

describe('rows of a live run', () => {
  it('show the training of a policy that learns until it is judged at the end, and at once what stands as it is', () => {
    const begun = [
      tally('random', 'heldout', 0, 0.4),
      tally('learned', 'heldout', 0, 0.5),
      tally('learned', 'train', 1, 0.7),
      tally('learned', 'train', 0, 0.6),
    ];
    const rows = policyRows([...begun, tally('learned', 'validation', 2, 0.9)], 2);
    expect(rows.map(({ label, of, quality, qualityCurve }) => [label, of, quality, qualityCurve])).toEqual([
      ['random', 'held-out', 0.4, []],
      ['learned', 'gen 2/2', 0.7, [0.6, 0.7]],
    ]);
    expect(policyRows([...begun, tally('learned', 'heldout', 2, 0.8)], 2)[1]).toMatchObject({
      of: 'held-out',
      quality: 0.8,
      qualityCurve: [0.6, 0.7],
      latencyMs: null,
    });
  });

  it('are one for each generation where one policy is trained, with the curves beside the last', () => {
    const rows = generationRows([tally('learned', 'train', 0, 0.5), tally('learned', 'train', 1, 0.7)], 9);
    expect(rows.map(({ of, qualityCurve }) => [of, qualityCurve])).toEqual([
      ['gen 1/9', []],
      ['gen 2/9', [0.5, 0.7]],
    ]);
  });
});
