import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { systemClock } from '@ratchet/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JsonAnswer } from '../../src/http/json-answer.ts';
import type { Route } from '../../src/http/route.ts';
import { straightAnswers } from '../../src/http/straight-answers.ts';
import { scriptedWorld, startService, type TestService } from '../test-service.ts';

const clock = systemClock();
const body = JSON.stringify({ model: 'ratchet/auto', messages: [{ role: 'user', content: 'Grüße?' }] });

function chat(key: string, text = body, target = '/v1/chat/completions'): string {
  return `POST ${target} HTTP/1.1\r\nhost: here\r\nauthorization: Bearer ${key}\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}

describe('the route that is asked most', () => {
  let service: TestService;
  let key: string;
  const asked: string[] = [];
  beforeAll(async () => {
    service = await startService({
      exploration: { share: 0 },
      world: scriptedWorld((call) => {
        asked.push(call.messages.at(-1)?.content ?? '');
        return { text: 'Grüße!' };
      }),
    });
    key = await service.key();
  });
  afterAll(() => service.stop());

  const connected = async (): Promise<Socket> => {
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  };
  /** Status lines and bodies of so many answers on the connection. */
  const answers = async (socket: Socket, count: number): Promise<readonly { readonly status: number; readonly body: string }[]> => {
    let text = '';
    const got: { status: number; body: string }[] = [];
    for await (const piece of socket) {
      text += (piece as Buffer).toString('latin1');
      for (;;) {
        const head = text.indexOf('\r\n\r\n');
        const length = Number(/content-length: (\d+)/i.exec(text)?.[1]);
        if (head < 0 || text.length < head + 4 + length) break;
        got.push({ status: Number(text.slice(9, 12)), body: Buffer.from(text.slice(head + 4, head + 4 + length), 'latin1').toString('utf8') });
        text = text.slice(head + 4 + length);
      }
      if (got.length >= count) break;
    }
    return got;
  };

  it('goes on with a connection after a refusal whose body nobody read', async () => {
    const socket = await connected();
    socket.write(chat('nobody') + chat(key));
    const got = await answers(socket, 2);
    expect(got.map(({ status }) => status)).toEqual([401, 200]);
    expect(JSON.parse(got[1]?.body ?? '').choices[0].message.content).toBe('Grüße!');
    expect(asked.at(-1)).toContain('Grüße?');
  });

  it('reads a body that comes in pieces, cut inside a character, and one with a mark of the order of its bytes', async () => {
    const socket = await connected();
    const whole = Buffer.from(chat(key, `\uFEFF${body}`));
    const cut = whole.indexOf(0xc3) + 1;
    socket.write(whole.subarray(0, cut));
    await clock.sleep(20);
    socket.write(whole.subarray(cut));
    expect((await answers(socket, 1))[0]?.status).toBe(200);
    expect(asked.at(-1)).toContain('Grüße?');
  });

  it('asks no model for a client that leaves in the middle of its body, and answers the next', async () => {
    const before = asked.length;
    const socket = await connected();
    socket.write(chat(key).slice(0, -5));
    await clock.sleep(20);
    socket.destroy();
    expect((await service.chat('Next?', key)).status).toBe(200);
    expect(asked.slice(before)).toHaveLength(1);
  });

  it('has the same answer by its longer way', async () => {
    const socket = await connected();
    socket.write(chat(key, body, '/v1/chat/completions?by=another'));
    const [got] = await answers(socket, 1);
    expect(got?.status).toBe(200);
    expect(JSON.parse(got?.body ?? '').choices[0].message.content).toBe('Grüße!');
  });
});

describe('requests of one turn of the event loop', () => {
  const steps: string[] = [];
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const answer = async (_route: Route, { req, env }: Parameters<Parameters<typeof straightAnswers>[1]['answer']>[1]): Promise<JsonAnswer> => {
    env.incoming.on('end', () => {
      steps.push('read');
      // biome-ignore lint/plugin: the end of the turn, as the event loop has it
      setImmediate(() => steps.push('the turn ends'));
    });
    const name = await req.text();
    steps.push(`${name} begins`);
    await (name === 'slow' ? released : undefined);
    steps.push(`${name} is answered`);
    return new JsonAnswer({});
  };
  const ask = { method: 'post', path: '/ask', straight: true } as Route;
  const onError = (error: unknown): void => {
    steps.push(String(error));
  };
  const answers = straightAnswers([ask], { answer, mostBodyBytes: 100, onError });
  const server = createServer((incoming, outgoing) => answers(incoming, outgoing));
  beforeAll(() => once(server.listen(0, '127.0.0.1'), 'listening'));
  afterAll(() => server.close());

  const asked = async (names: readonly string[]): Promise<readonly string[]> => {
    steps.length = 0;
    const sockets: Socket[] = [];
    for (const _name of names) {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
      // A turn of the event loop takes one new connection.
      await Promise.all([once(socket, 'connect'), once(server, 'connection')]);
      sockets.push(socket);
    }
    const answered = Promise.all(sockets.map((socket) => once(socket, 'data')));
    for (const [index, name] of names.entries()) {
      sockets[index]?.write(`POST /ask HTTP/1.1\r\nhost: here\r\nconnection: close\r\ncontent-length: ${name.length}\r\n\r\n${name}`);
    }
    await answered;
    return [...steps];
  };

  it('go on in the same turn where there is one alone', async () => {
    expect((await asked(['a'])).slice(0, 4)).toEqual(['read', 'a begins', 'a is answered', 'the turn ends']);
  });

  it('are read first where others are under way, and then go on step by step together', async () => {
    const slow = asked(['slow']);
    while (!steps.includes('slow begins')) await clock.sleep(1);
    const together = await asked(['a', 'b', 'c']);
    release();
    await slow;
    expect(together.filter((step) => step !== 'the turn ends')).toEqual([
      ...['read', 'read', 'read'],
      ...['a begins', 'b begins', 'c begins'],
      ...['a is answered', 'b is answered', 'c is answered'],
    ]);
  });
});
