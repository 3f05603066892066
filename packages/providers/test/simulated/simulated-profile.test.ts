import { describe, expect, test } from 'vitest';
import { simulatedProfileSchema, simulationSchema } from '../../src/simulated/simulated-profile.ts';

const profile = { id: 'a', pricedAs: 'gpt', skill: { '*': 1 }, firstTokenMs: 400, tokensPerSecond: 60, source: 'a paper' };
const world = { source: 'another' };

describe('simulatedProfileSchema', () => {
  test('needs no more than who it is, what it can, how fast it is, and where that comes from', () => {
    const parsed = simulatedProfileSchema.parse(profile);
    expect(parsed).toMatchObject(profile);
    for (const [name, value] of Object.entries(parsed)) if (name.endsWith('Share') || name.endsWith('Rate')) expect(value).toBeLessThan(1);
    expect(parsed.rateLimitedShare + parsed.timeoutShare + parsed.cutOffShare).toBeLessThan(0.05);
  });

  test.each<[string, Record<string, unknown>]>([
    ['no source', { source: '' }],
    ['no speed', { tokensPerSecond: 0 }],
    ['a share above 1', { timeoutShare: 1.1 }],
    ['a skill that is no number', { skill: { code: 'high' } }],
    ['a key that nobody knows', { firstTokenMS: 3 }],
  ])('refuses a profile with %s', (_what, changes) => {
    expect(simulatedProfileSchema.safeParse({ ...profile, ...changes }).success).toBe(false);
  });
});

describe('simulationSchema', () => {
  test('refuses a second model with the same id, and says where it stands', () => {
    const result = simulationSchema.safeParse({ models: [profile, { ...profile, id: 'b' }, profile], world });
    expect(result.error?.issues).toMatchObject([{ path: ['models', 2, 'id'], message: expect.stringContaining('"a"') }]);
    expect(simulationSchema.safeParse({ models: [profile, { ...profile, id: 'b' }], world }).success).toBe(true);
  });

  test('refuses a world without models, or without a source', () => {
    expect(simulationSchema.safeParse({ models: [], world }).success).toBe(false);
    expect(simulationSchema.safeParse({ models: [profile], world: {} }).success).toBe(false);
  });
});
