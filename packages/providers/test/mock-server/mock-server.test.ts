import { connect } from 'node:net';
import { systemClock } from '@ratchet/core';
import { describe, expect, test } from 'vitest';
import { startMockServer } from '../../src/mock-server/mock-server.ts';
import { networkClock } from '../network-clock.ts';
import { exampleModels, serve, startedAt } from './served-models.ts';

async function post(url: string, path: string, body: string): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(`${url}${path}`, { method: 'POST', body });
  return { status: response.status, body: await response.json() };
}

describe('a mock server', () => {
  test('listens on the loopback interface, on a free port unless one is named', async () => {
    const [one, other] = [await serve(), await serve()];
    expect(one.server.url).toBe(`http://127.0.0.1:${one.server.port}`);
    expect(other.server.port).not.toBe(one.server.port);
    const taken = startMockServer(exampleModels(), { clock: systemClock(), wallClock: () => startedAt, port: one.server.port });
    await expect(taken).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('says what it is, and by which header it is told its luck', async () => {
    const { server } = await serve();
    expect(await (await fetch(`${server.url}/v1`)).json()).toEqual({ name: 'ratchet mock-llm', models: ['sim', 'other'], luckHeader: 'x-ratchet-luck' });
  });

  test.each<[string, string, number]>([
    ['{"model": "sim"', 'not JSON', 400],
    ['[]', 'the body', 400],
    ['{}', 'model', 400],
    [`"${'x'.repeat(33 * 1024 * 1024)}"`, '32', 413],
  ])('refuses a body of %.20s in the way of each API', async (body, message, status) => {
    const { server } = await serve();
    const [openai, anthropic] = [await post(server.url, '/v1/chat/completions', body), await post(server.url, '/v1/messages', body)];
    expect(openai).toMatchObject({ status, body: { error: { type: 'invalid_request_error', message: expect.stringContaining(message) } } });
    const type = status === 400 ? 'invalid_request_error' : 'request_too_large';
    expect(anthropic).toMatchObject({ status, body: { type: 'error', error: { type, message: expect.stringContaining(message) } } });
  });

  test('refuses paths and methods that are not there', async () => {
    const { server } = await serve();
    expect(await post(server.url, '/v1/embeddings', '{}')).toMatchObject({
      status: 404,
      body: { error: { message: expect.stringContaining('/v1/embeddings') } },
    });
    expect((await fetch(`${server.url}/v1/messages`)).status).toBe(404);
    expect((await fetch(`${server.url}/v1/models/%E0`)).status).toBe(404);
  });

  test('refuses a header of luck that it cannot read, instead of another luck', async () => {
    const { openai } = await serve();
    const request = { model: 'sim', messages: [{ role: 'user' as const, content: 'x' }] };
    await expect(openai.chat.completions.create(request, { headers: { 'x-ratchet-luck': 'good' } })).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('x-ratchet-luck'),
    });
  });

  test('answers what is under way before it closes, and takes nothing new', async () => {
    let [underWay, mayEnd] = [false, false];
    // Asked as soon as somebody waits for it.
    const clock = networkClock(() => {
      underWay = true;
      return mayEnd;
    });
    const { openai, server } = await serve({ timeScale: 1, profile: { firstTokenMs: 600 }, clock });
    const request = { model: 'sim', messages: [{ role: 'user' as const, content: 'Hello?' }] };
    const pending = openai.chat.completions.create(request);
    await expect.poll(() => underWay).toBe(true);
    const closed = server.close();
    await expect(openai.chat.completions.create(request)).rejects.toThrow('Connection error');
    mayEnd = true;
    expect((await pending).choices[0]?.finish_reason).toBe('stop');
    await closed;
  });

  test('survives a client that says nothing sensible, or goes away within its request', async () => {
    const { openai, server } = await serve();
    await new Promise<void>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => socket.end('POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"mo'));
      socket
        .on('close', () => resolve())
        .on('error', () => resolve())
        .resume();
    });
    const request = { model: 'sim', messages: [{ role: 'user' as const, content: 'Hello?' }] };
    expect((await openai.chat.completions.create(request)).model).toBe('sim');
  });
});
