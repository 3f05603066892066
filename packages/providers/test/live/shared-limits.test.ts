import { type RateLimits, seededRandom, systemClock } from '@ratchet/core';
import { afterAll, expect, test } from 'vitest';
import { catalogueSchema } from '../../src/catalogue/catalogue-schema.ts';
import { liveModels } from '../../src/live/live-models.ts';
import { spending } from '../../src/resilience/spending.ts';
import { callWith } from '../scripted-model.ts';
import { key, price } from './live-subject.ts';
import { scriptedApi } from './scripted-api.ts';

const server = await scriptedApi();
afterAll(() => server.close());

test('live models that share limits ask for each call, by the name of what the limit is of, and give back what it did not use', async () => {
  const catalogue = catalogueSchema.parse({
    providers: { p: { api: 'openai', baseUrl: server.baseUrl('openai'), key: 'P_KEY', limits: { requestsPerMinute: 600, tokensPerMinute: 90_000 } } },
    models: { m: { provider: 'p', price }, n: { provider: 'p', price, limits: { requestsPerMinute: 60 } } },
  });
  const asked: [string, RateLimits][] = [];
  const taken: number[] = [];
  const given: number[] = [];
  const rate = (name: string, limits: RateLimits) => {
    asked.push([name, limits]);
    return {
      take: async (tokens: number) => {
        taken.push(tokens);
        return 0;
      },
      giveBack: async (tokens: number) => {
        given.push(tokens);
      },
      pause: async () => undefined,
    };
  };
  const live = liveModels({ catalogue, environment: { P_KEY: key }, served: {} }, { clock: systemClock(), shared: { rate, onFault: () => undefined } });
  const account = { spending: spending(1), random: seededRandom('shared') };
  server.script('none', 'none');
  const first = await live.model('m', account).complete(callWith());
  await live.model('n', account).complete(callWith());
  expect(asked).toEqual([
    ['provider p', { requestsPerMinute: 600, tokensPerMinute: 90_000 }],
    ['model n', { requestsPerMinute: 60 }],
  ]);
  const used = first.usage.inputTokens + first.usage.outputTokens;
  expect(given[0]).toBe((taken[0] as number) - used);
  await live.close();
});
