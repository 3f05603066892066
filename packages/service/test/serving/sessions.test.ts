import { virtualClock } from '@ratchet/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { warmSessions } from '../../src/serving/warm-sessions.ts';
import { scriptedWorld, startService, type TestService, twoModels } from '../test-service.ts';

describe('warm sessions', () => {
  it('keep their arm for five minutes after its last use', async () => {
    const [arm] = twoModels.arms;
    const [clock, sessions] = [virtualClock(), warmSessions()];
    sessions.touch('s', arm as never, clock.now());
    await clock.sleep(299_999);
    expect(sessions.arm('s', clock.now())).toBe(arm);
    sessions.touch('s', arm as never, clock.now());
    await clock.sleep(299_999);
    expect(sessions.arm('s', clock.now())).toBe(arm);
    await clock.sleep(1);
    expect(sessions.arm('s', clock.now())).toBeUndefined();
    expect(sessions.arm('other', clock.now())).toBeUndefined();
  });

  it('are forgotten, the longest unused first, beyond ten thousand', () => {
    const [arm] = twoModels.arms;
    const sessions = warmSessions();
    for (let index = 0; index <= 10_000; index++) sessions.touch(`s${index}`, arm as never, 0);
    expect([sessions.arm('s0', 0), sessions.arm('s1', 0), sessions.arm('s10000', 0)]).toEqual([undefined, arm, arm]);
  });
});

describe('sessions of a service that explores all the time', () => {
  let service: TestService;
  let key: string;
  beforeAll(async () => {
    service = await startService({ world: scriptedWorld((_call, model) => ({ text: model })), exploration: { share: 1, extraCost: 1 } });
    key = await service.key();
  });
  afterAll(() => service.stop());
  const armsOf = async (times: number, headers: Record<string, string>, own = key) => {
    const arms: (string | null)[] = [];
    for (let index = 0; index < times; index++) {
      const body = { model: 'ratchet/auto', messages: [{ role: 'user', content: `Question ${index}?` }] };
      arms.push((await service.post('/v1/chat/completions', body, own, headers)).headers.get('x-ratchet-arm'));
    }
    return new Set(arms).size;
  };

  it('stay with one arm, where other requests change theirs', async () => {
    expect(await armsOf(15, {})).toBe(2);
    expect(await armsOf(15, { 'x-ratchet-session': 'one' })).toBe(1);
  });

  it('teach nothing but by their first request, and belong to one tenant', async () => {
    const entries = (await service.store.entriesAfter(0, 1000)).filter(({ decision }) => decision.session === 'one');
    expect(entries.filter(({ decision }) => decision.learnable)).toHaveLength(1);
    const names = await Promise.all(
      Array.from({ length: 12 }, async (_, index) => {
        const own = await service.key({ tenant: `tenant-${index}` });
        const body = { model: 'ratchet/auto', messages: [{ role: 'user', content: 'Hello?' }] };
        return (await service.post('/v1/chat/completions', body, own, { 'x-ratchet-session': 'one' })).headers.get('x-ratchet-arm');
      }),
    );
    expect(new Set(names).size).toBe(2);
  });

  it('spend nothing where nothing may be spent', async () => {
    const body = { model: 'small', messages: [{ role: 'user', content: 'Hello?' }] };
    expect((await service.post('/v1/chat/completions', body, key, { 'x-ratchet-budget-usd': '0' })).status).toBe(402);
  });
});
