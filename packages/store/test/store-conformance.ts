/** What every store promises, whatever it writes to. */
import { type Store, type StoredKey, StoreError } from '@ratchet/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decisionNamed } from './decision-named.ts';

const keyNamed = (id: string, changes: Partial<StoredKey> = {}): StoredKey => ({
  id,
  name: 'a key',
  secretHash: 'ab',
  scopes: ['infer', 'feedback'],
  tenant: 'acme',
  shares: true,
  requestsPerMinute: null,
  budgetUsd: 1,
  createdAtMs: 1,
  revokedAtMs: null,
  ...changes,
});

const feedbackOn = (decisionId: string, quality = 0.5, id = 'f1', tenant = 'acme') => ({ id, decisionId, keyId: 'k1', tenant, quality, atMs: 2 });

export function storeConformance(name: string, open: () => Promise<Store>): void {
  describe(`${name} is a store`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    it('gives back a decision as it was recorded, and appends its execution to the log once', async () => {
      const decision = decisionNamed('d1', { text: `'; DROP TABLE decisions; -- " \\ \u{1f600} \n`, tenant: `o'neil%_` });
      await Promise.all([store.recordDecision(decision), store.recordDecision(decision)]);
      expect(await store.decision('d1')).toEqual({ decision, quality: null });
      expect(await store.decision(`d1' OR '1'='1`)).toBeUndefined();
      expect(await store.entriesAfter(0, 10)).toEqual([{ sequence: expect.any(Number), decision, quality: null }]);
    });

    it('records feedback once, whatever comes again, and only of the tenant who got the answer', async () => {
      await store.recordDecision(decisionNamed('d1'));
      expect(await store.recordFeedback(feedbackOn('d1', 0.5, 'f1', 'other'))).toBe('no-decision');
      expect(await store.recordFeedback(feedbackOn('d2'))).toBe('no-decision');
      expect(await Promise.all([1, 2, 3].map(() => store.recordFeedback(feedbackOn('d1'))))).toEqual(['recorded', 'known', 'known']);
      expect(await store.recordFeedback(feedbackOn('d1', 1, 'f2'))).toBe('conflict');
      expect(await store.recordFeedback(feedbackOn('d1', 0.75))).toBe('conflict');
      expect((await store.decision('d1'))?.quality).toBe(0.5);
      expect((await store.entriesAfter(0, 10)).map(({ quality }) => quality)).toEqual([null, 0.5]);
    });

    it('counts judgements after an entry', async () => {
      for (const id of ['d1', 'd2', 'd3']) await store.recordDecision(decisionNamed(id));
      expect(await store.judgedAfter(0)).toBe(0);
      await store.recordFeedback(feedbackOn('d1'));
      const between = await store.lastSequence();
      await store.recordFeedback(feedbackOn('d2', 1, 'f2'));
      expect([await store.judgedAfter(0), await store.judgedAfter(between), await store.judgedAfter(between + 1)]).toEqual([2, 1, 0]);
    });

    it('takes feedback on a decision that is being recorded', async () => {
      const recorded = store.recordDecision(decisionNamed('d1'));
      expect(await store.recordFeedback(feedbackOn('d1'))).toBe('recorded');
      await recorded;
    });

    it('takes feedback that comes together as if each came after the other', async () => {
      await Promise.all(['d1', 'd2', 'd3'].map((id) => store.recordDecision(decisionNamed(id))));
      await store.recordFeedback(feedbackOn('d3', 1, 'f0'));
      const ends = await Promise.all([
        store.recordFeedback(feedbackOn('d1', 0.5, 'f1')),
        store.recordFeedback(feedbackOn('d2', 0.25, 'f2')),
        store.recordFeedback(feedbackOn('d1', 0.75, 'f1')),
        store.recordFeedback(feedbackOn('d2', 0.25, 'f2')),
        store.recordFeedback(feedbackOn('d3', 1, 'f0')),
        store.recordFeedback(feedbackOn('d3', 1, 'f3')),
        store.recordFeedback(feedbackOn('d1', 0.5, 'f1', 'other')),
        store.recordFeedback(feedbackOn('d4', 0.5, 'f4')),
      ]);
      expect(ends).toEqual(['recorded', 'recorded', 'conflict', 'known', 'known', 'conflict', 'no-decision', 'no-decision']);
      expect((await store.entriesAfter(4, 10)).map(({ decision, quality }) => [decision.id, quality])).toEqual([
        ['d1', 0.5],
        ['d2', 0.25],
      ]);
    });

    it('reads while others go on writing', async () => {
      let [read, written] = [false, 0];
      const writing = Array.from({ length: 4 }, async (_, writer) => {
        while (!read && written < 1000) await store.recordDecision(decisionNamed(`d${writer}-${written++}`));
      });
      await store.recordDecision(decisionNamed('mine'));
      expect((await store.decision('mine'))?.decision.id).toBe('mine');
      read = true;
      await Promise.all(writing);
      expect(written).toBeLessThan(1000);
    });

    it('reads its log in pages, each entry once, in one order', async () => {
      await Promise.all(Array.from({ length: 25 }, (_, index) => store.recordDecision(decisionNamed(`d${index}`))));
      const seen: string[] = [];
      let after = 0;
      for (;;) {
        const page = await store.entriesAfter(after, 10);
        if (page.length === 0) break;
        seen.push(...page.map(({ decision }) => decision.id));
        for (const { sequence } of page) {
          expect(sequence).toBeGreaterThan(after);
          after = sequence;
        }
      }
      expect(new Set(seen).size).toBe(25);
      expect(seen.length).toBe(25);
      expect(await store.lastSequence()).toBe(after);
    });

    it('gives the history of a tenant, the newest first, in pages, with what was judged since', async () => {
      for (const index of [0, 1, 2, 3, 4, 5]) await store.recordDecision(decisionNamed(`d${index}`, { tenant: index % 2 === 0 ? 'acme' : `o'neil%_` }));
      await store.recordFeedback(feedbackOn('d2', 0.25));
      const first = await store.executionsOf('acme', { before: Number.MAX_SAFE_INTEGER, limit: 2 });
      expect(first.map(({ decision, quality }) => [decision.id, quality])).toEqual([
        ['d4', null],
        ['d2', 0.25],
      ]);
      const second = await store.executionsOf('acme', { before: first.at(-1)?.sequence ?? 0, limit: 2 });
      expect(second.map(({ decision }) => decision.id)).toEqual(['d0']);
      expect((await store.executionsOf(`o'neil%_`, { before: Number.MAX_SAFE_INTEGER, limit: 9 })).map(({ decision }) => decision.id)).toEqual([
        'd5',
        'd3',
        'd1',
      ]);
      expect(await store.executionsOf('%', { before: Number.MAX_SAFE_INTEGER, limit: 9 })).toEqual([]);
    });

    it('lets one writer add a generation, and no second', async () => {
      const snapshot = { generation: 1, sequence: 7, atMs: 3, json: '{"a":1}' };
      expect((await Promise.all([store.addSnapshot(snapshot), store.addSnapshot({ ...snapshot, json: '{"b":2}' })])).filter(Boolean)).toHaveLength(1);
      await store.addSnapshot({ ...snapshot, generation: 0 });
      expect(await store.snapshot(9)).toBeUndefined();
      expect(await store.snapshot(1)).toMatchObject({ generation: 1, sequence: 7, atMs: 3 });
      await store.quarantine(1, 'NaN');
      expect(await store.snapshots()).toEqual([
        { generation: 0, sequence: 7, atMs: 3, quarantined: null },
        { generation: 1, sequence: 7, atMs: 3, quarantined: 'NaN' },
      ]);
    });

    it('knows which generation serves, and which did', async () => {
      expect(await store.servings(5)).toEqual([]);
      await store.setServing({ generation: 0, atMs: 1, reason: 'first' });
      await store.setServing({ generation: 3, atMs: 2, reason: 'promoted' });
      expect(await store.servings(1)).toEqual([{ generation: 3, atMs: 2, reason: 'promoted' }]);
      expect((await store.servings(5)).map(({ generation }) => generation)).toEqual([3, 0]);
    });

    it('keeps keys, and revokes each once', async () => {
      const key = keyNamed('k1', { shares: false, requestsPerMinute: 30, budgetUsd: null, scopes: ['admin'] });
      await store.addKey(key);
      await expect(store.addKey(key)).rejects.toThrow(StoreError);
      expect(await store.key('k1')).toEqual(key);
      expect(await store.key('k2')).toBeUndefined();
      expect(await store.revokeKey('k1', 9)).toBe(true);
      expect(await store.revokeKey('k1', 10)).toBe(false);
      expect(await store.keys()).toEqual([{ ...key, revokedAtMs: 9 }]);
    });

    it('adds up what many requests of several keys spend at once, and gives back all that was set aside for them', async () => {
      const amounts = Array.from({ length: 24 }, (_, index) => ({ id: `r${index}`, keyId: `k${index % 2}`, usd: index / 1024 }));
      for (const id of ['k0', 'k1']) await store.addKey(keyNamed(id, { budgetUsd: 0.5 }));
      for (const { id, keyId } of amounts) expect(await store.reserve({ id, keyId, usd: 1 / 32, atMs: 0 })).toBe(true);
      await Promise.all(amounts.map(({ id, keyId, usd }) => store.settle(id, { keyId, usd })));
      const spent = { k0: 132 / 1024, k1: 144 / 1024 };
      for (const [keyId, usd] of Object.entries(spent)) {
        expect(await store.spentUsd(keyId)).toBe(usd);
        expect(await store.reserve({ id: `all of ${keyId}`, keyId, usd: 0.5 - usd, atMs: 0 })).toBe(true);
        expect(await store.reserve({ id: `more of ${keyId}`, keyId, usd: 1 / 1024, atMs: 0 })).toBe(false);
      }
    });

    it('adds up what requests spend for which nothing was set aside', async () => {
      await Promise.all(['k0', 'k1', 'k0', 'k0'].map((keyId) => store.settle(null, { keyId, usd: 0.25 })));
      expect([await store.spentUsd('k0'), await store.spentUsd('k1')]).toEqual([0.75, 0.25]);
      await store.settle(null, { keyId: 'k0', usd: 0.25 });
      expect(await store.spentUsd('k0')).toBe(1);
    });

    it('never lets reservations and spending together go beyond the budget, however many come at once', async () => {
      await store.addKey(keyNamed('k1', { budgetUsd: 0.25 }));
      const ends = await Promise.all(Array.from({ length: 20 }, (_, index) => store.reserve({ id: `r${index}`, keyId: 'k1', usd: 0.0625, atMs: 10 })));
      expect(ends.filter(Boolean)).toHaveLength(4);
      const first = ends.indexOf(true);
      await store.settle(`r${first}`, { keyId: 'k1', usd: 0 });
      expect(await store.reserve({ id: 's', keyId: 'k1', usd: 0.0625, atMs: 10 })).toBe(true);
      await store.settle('s', { keyId: 'k1', usd: 0.0625 });
      expect(await store.reserve({ id: 't', keyId: 'k1', usd: 0.03125, atMs: 10 })).toBe(false);
      expect(await store.spentUsd('k1')).toBe(0.0625);
      expect(await store.reserve({ id: 'u', keyId: 'nobody', usd: 0, atMs: 10 })).toBe(false);
    });

    it('lets go of money that a process which is gone set aside, after an hour', async () => {
      await store.addKey(keyNamed('k1', { budgetUsd: 1 }));
      expect(await store.reserve({ id: 'a', keyId: 'k1', usd: 1, atMs: 0 })).toBe(true);
      expect(await store.reserve({ id: 'b', keyId: 'k1', usd: 1, atMs: 3_599_999 })).toBe(false);
      expect(await store.reserve({ id: 'c', keyId: 'k1', usd: 1, atMs: 3_600_000 })).toBe(true);
    });

    it('keeps an audit trail, the newest first', async () => {
      await store.audit({ atMs: 1, keyId: 'k1', action: 'promote', detail: '3' });
      await store.audit({ atMs: 2, keyId: '-', action: 'refused', detail: '' });
      expect((await store.audits(5)).map(({ action }) => action)).toEqual(['refused', 'promote']);
      expect(await store.audits(1)).toHaveLength(1);
    });

    it('refuses work once it is closed', async () => {
      await store.close();
      await expect(store.recordDecision(decisionNamed('d1'))).rejects.toThrow(StoreError);
      await expect(store.decision('d1')).rejects.toThrow(StoreError);
    });
  });
}
