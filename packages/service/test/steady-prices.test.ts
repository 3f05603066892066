import { ModelError } from '@ratchet/core';
import type { World } from '@ratchet/harness';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scriptedWorld, startService, type TestService } from './test-service.ts';

/** A world in which any answer costs as many dollars as a million tokens do, by prices that change. */
function changingWorld(answer: (model: string) => Promise<void>) {
  let usd = 1;
  const at = (price: number): World => ({
    ...scriptedWorld(async (_call, model) => {
      await answer(model);
      return { costUsd: price };
    }),
    tokenPrice: () => ({ inputUsdPerMTok: price, outputUsdPerMTok: price }),
  });
  const world: World = { ...at(usd), open: (...how) => at(usd).open(...how), tokenPrice: () => at(usd).tokenPrice?.(''), steady: () => at(usd) };
  return {
    world,
    reprice: (next: number) => {
      usd = next;
    },
  };
}

describe('prices that change in service', () => {
  let service: TestService;
  let changing: ReturnType<typeof changingWorld>;
  let onAsked: (model: string) => Promise<void> = async () => undefined;
  beforeAll(async () => {
    changing = changingWorld((model) => onAsked(model));
    service = await startService({
      world: changing.world,
      exploration: { share: 0 },
      prices: () => ({ version: 'v1', asOf: '2026-11-01', fault: 'prices.yaml:3:1: broken', taken: 2, refused: 1 }),
    });
  });
  afterAll(() => service.stop());

  it('do not change for a request that is under way, nor for what answers in its place; the next one has the new ones', async () => {
    const key = await service.key();
    const reached = Promise.withResolvers<void>();
    const changed = Promise.withResolvers<void>();
    onAsked = async (model) => {
      reached.resolve();
      await changed.promise;
      if (model === 'large') throw new ModelError('unavailable', model, 'down');
    };
    const answering = service.chat('Hello?', key);
    await reached.promise;
    changing.reprice(7);
    changed.resolve();
    const { headers } = await answering;
    expect([headers.get('x-ratchet-fallbacks'), Number(headers.get('x-ratchet-cost-usd'))]).toEqual(['1', 1]);
    onAsked = async () => undefined;
    expect(Number((await service.chat('Hello?', key)).headers.get('x-ratchet-cost-usd'))).toBe(7);
  });

  it('are those that budgets and the list of models go by', async () => {
    changing.reprice(1);
    // Some 4,100 tokens at the worst.
    const key = await service.key({ budgetUsd: 1.1 });
    expect((await service.chat('Hello?', key)).status).toBe(200);
    const poor = await service.key({ budgetUsd: 0.1 });
    changing.reprice(100);
    expect((await service.chat('Hello?', poor)).status).toBe(429);
    const { data } = (await (await service.get('/v1/models', poor)).json()) as { readonly data: readonly { readonly id: string; readonly price?: object }[] };
    expect(data.map(({ id, price }) => [id, price])).toEqual([
      ['ratchet/auto', undefined],
      ['large', { inputUsdPerMTok: 100, outputUsdPerMTok: 100 }],
      ['small', { inputUsdPerMTok: 100, outputUsdPerMTok: 100 }],
    ]);
  });

  it('are told of where readiness and metrics are: a service with a bad price file is ready', async () => {
    const ready = await service.get('/readyz');
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: 'ready', prices: { version: 'v1', asOf: '2026-11-01', fault: 'prices.yaml:3:1: broken' } },
    ]);
    for (let scrape = 0; scrape < 2; scrape++) {
      const text = await (await service.get('/metrics')).text();
      expect(text).toContain('ratchet_prices_info{version="v1",as_of="2026-11-01"} 1');
      expect(text).toContain('ratchet_price_files_total{outcome="taken"} 2');
      expect(text).toContain('ratchet_price_files_total{outcome="refused"} 1');
      expect(text).toContain('ratchet_price_file_fault 1');
    }
  });
});
