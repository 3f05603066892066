import { connect, type Socket } from 'node:net';
import { virtualClock } from '@ratchet/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { liveMessageSchema } from '../src/http/live-route.ts';
import type { LiveMessage } from '../src/index.ts';
import { type FeedDecision, liveFeed } from '../src/serving/live-feed.ts';
import { readUntil } from './read-events.ts';
import { scriptedWorld, startService, type TestService } from './test-service.ts';

const decisionNamed = (id: string): FeedDecision => ({
  id,
  at: '2026-01-01T00:00:00.000Z',
  armId: 'direct/small',
  generation: 0,
  explored: false,
  status: 'answered',
  costUsd: 0.001,
  latencyMs: 10,
});

describe('a watcher of the live feed', () => {
  it('gets all that came since it last looked, in order', async () => {
    const feed = liveFeed(virtualClock());
    const watcher = feed.watch();
    const { signal } = new AbortController();
    feed.decision(decisionNamed('a'));
    feed.feedback({ decision: 'a', quality: 0.5 });
    feed.decision(decisionNamed('b'));
    const batch = await watcher.next(1000, signal);
    expect([batch?.decisions.map(({ id }) => id), batch?.feedback, batch?.dropped]).toEqual([['a', 'b'], [{ decision: 'a', quality: 0.5 }], 0]);
    const next = watcher.next(1e9, signal);
    feed.learning({ kind: 'promoted', generation: 3 });
    expect((await next)?.learning).toEqual([{ kind: 'promoted', generation: 3 }]);
  });

  it('is told when nothing comes, and let go when it leaves', async () => {
    const feed = liveFeed(virtualClock());
    const watcher = feed.watch();
    expect(await watcher.next(1000, new AbortController().signal)).toBeNull();
    const leaving = new AbortController();
    const waiting = watcher.next(1e9, leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    watcher.close();
    expect(feed.watchers).toBe(0);
  });

  it('loses the oldest where it is slow, and is told how many', async () => {
    const feed = liveFeed(virtualClock());
    const [slow, quick] = [feed.watch(), feed.watch()];
    const { signal } = new AbortController();
    for (let at = 0; at < 2500; at++) {
      feed.decision(decisionNamed(`${at}`));
      if (at % 500 === 0) expect((await quick.next(1, signal))?.dropped).toBe(0);
    }
    const batch = await slow.next(1000, signal);
    expect([batch?.dropped, batch?.decisions.length, batch?.decisions[0]?.id, batch?.decisions.at(-1)?.id]).toEqual([1500, 1000, '1500', '2499']);
    feed.decision(decisionNamed('later'));
    expect(await slow.next(1000, signal)).toMatchObject({ dropped: 0, decisions: [{ id: 'later' }] });
  });
});

describe('the live view over HTTP', () => {
  let service: TestService;
  let key: string;
  beforeAll(async () => {
    service = await startService({ exploration: { share: 0 }, world: scriptedWorld(() => ({})) });
    key = await service.key();
  });
  afterAll(() => service.stop());

  it('tells of decisions and feedback, a message at most every 100 ms', async () => {
    const response = await service.get('/api/live', key);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const messages: LiveMessage[] = [];
    const reading = readUntil(response, (event) => {
      messages.push(liveMessageSchema.parse(event));
      return messages.flatMap(({ feedback }) => feedback).length === 1;
    });
    await Promise.all(Array.from({ length: 30 }, () => service.chat('Hi', key)));
    const decision = (await service.chat('Hi', key)).headers.get('x-ratchet-decision');
    await service.post('/v1/feedback', { decision, quality: 0.5 }, key);
    await reading;
    const decisions = messages.flatMap((message) => message.decisions);
    expect([decisions.length, new Set(decisions.map(({ id }) => id)).size]).toEqual([31, 31]);
    expect(decisions.at(-1)).toMatchObject({ id: decision, arm: 'direct/large', strategy: 'direct', models: ['large'], status: 'answered', costUsd: 0.001 });
    expect(messages[0]).toEqual({ decisions: [], feedback: [], learning: [], dropped: 0 });
    expect(messages.length).toBeLessThan(12);
    expect(messages.flatMap(({ feedback }) => feedback)).toEqual([{ decision, quality: 0.5 }]);
  });

  it('keeps no more for a reader who does not read, and none for one who left', async () => {
    const own = await startService({ exploration: { share: 0 }, world: scriptedWorld(() => ({ text: 'x' })) });
    const ownKey = await own.key();
    const sockets = await Promise.all(Array.from({ length: 20 }, () => unread(own, ownKey)));
    for (let round = 0; round < 20; round++) await Promise.all(Array.from({ length: 50 }, () => own.chat('Hi', ownKey)));
    for (const socket of sockets) socket.destroy();
    // Places are free again, and nobody was made to wait by those who did not read.
    expect((await own.chat('Hi', ownKey)).status).toBe(200);
    await own.stop();
    expect(own.errors).toEqual([]);
  });
});

/** A connection that asks for the live view, and then reads nothing. */
function unread({ url }: TestService, key: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(`GET /api/live HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${key}\r\n\r\n`);
      socket.pause();
      resolve(socket);
    });
    socket.on('error', reject);
  });
}
