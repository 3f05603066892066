import { type Arm, analyze, type Candidate, type Policy, parseArmId, seededRandom } from '@ratchet/core';
import { describe, expect, it } from 'vitest';
import type { Ask } from '../../src/serving/ask.ts';
import { chooseArm } from '../../src/serving/choose-arm.ts';
import { explorationSettings } from '../../src/serving/exploration.ts';
import type { Generation } from '../../src/serving/generation.ts';
import { twoModels } from '../test-service.ts';

/** US dollars per million tokens, of input and output alike. */
const usdPerMTok = { cheap: 1, dear: 20, dearest: 200 } as const;
const arms = Object.keys(usdPerMTok).map((model) => parseArmId(`direct/${model}`));
const byId = new Map<string, Arm>(arms.map((arm) => [`direct/${arm.strategy === 'direct' ? arm.model : ''}`, arm]));
const policyOf = (candidates: readonly Candidate[]): Policy => ({
  name: 'fixed',
  decide: () => ({ arm: byId.get(candidates[0]?.armId as string) as Arm, ...(candidates[0] as Candidate), candidates }),
});
const takes = (id: string): Policy => policyOf([{ armId: id, propensity: 1 }]);
const alike = policyOf([...byId.keys()].map((id) => ({ armId: id, propensity: 1 / byId.size })));
const generation = (exploit: Policy) => ({ generation: 0, exploit, explore: alike, predict: () => null, state: { scale: null } }) as unknown as Generation;
const analysis = analyze({ id: 'a', text: 'Name the rivers of the north.' });
const priceOf = (model: string) => {
  const usd = usdPerMTok[model as keyof typeof usdPerMTok];
  return { inputUsdPerMTok: usd, outputUsdPerMTok: usd, asOf: '2026-01-01', source: 'none' };
};

/** Arms that have a chance, where the cheap one serves. */
function chances(usualUsd: number | null, candidate: Generation | null): ReadonlyMap<string, number> {
  const ask = { id: 'a', model: 'auto' } as Ask;
  const ground = { generation: generation(takes('direct/cheap')), byId, exploration: explorationSettings, candidate, usualUsd, priceOf, warm: undefined };
  const { candidates } = chooseArm(ask, analysis, { ...ground, prices: twoModels.prices, random: seededRandom('choose', 1) });
  return new Map(candidates.map((one) => [one.armId, one.propensity]));
}

describe('what may be explored', () => {
  it('is not dearer than what serves, as long as that is all that is known', () => {
    expect([...chances(null, null).keys()]).toEqual(['direct/cheap']);
    expect([...chances(0, generation(takes('direct/dear'))).keys()]).toEqual(['direct/cheap']);
  });

  it('may cost here what recent requests cost on the mean: a candidate may spend otherwise what others cost, and is judged by it', () => {
    const found = chances(0.02, generation(takes('direct/dear')));
    expect([...found.keys()].sort()).toEqual(['direct/cheap', 'direct/dear']);
    const { share, canaryShare } = explorationSettings;
    expect(found.get('direct/dear')).toBeCloseTo((1 - share) * canaryShare + share / 2, 12);
  });
});
