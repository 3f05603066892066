import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { newFolder, newPlace } from './ratchet.ts';

/** Without the keys and addresses that the person who tests may have. */
const noKeys = {
  OPENAI_API_KEY: '',
  ANTHROPIC_API_KEY: '',
  GEMINI_API_KEY: '',
  OPENROUTER_API_KEY: '',
  TOGETHER_API_KEY: '',
  OPENAI_BASE_URL: '',
  ANTHROPIC_BASE_URL: '',
  GEMINI_BASE_URL: '',
};
const rowsOf = (stdout: string) => JSON.parse(stdout) as { id: string; status: { kind: string; variable?: string }; price?: object }[];

describe('ratchet models', () => {
  test('says of each model whether it can be called, and what is missing', async () => {
    const ended = await newPlace().run(['models', '--json'], { env: { ...noKeys, ANTHROPIC_API_KEY: 'sk-canary-1' } });
    expect(ended.code).toBe(0);
    const status = (id: string) => rowsOf(ended.stdout).find((row) => row.id === id)?.status;
    expect(status('gpt-4-0613')).toEqual({ kind: 'no-key', variable: 'OPENAI_API_KEY' });
    expect(status('claude-haiku-4-5-20251001')).toEqual({ kind: 'usable' });
    expect(status('claude-3-opus-20240229')).toEqual({ kind: 'retired' });
    expect(ended.stdout + ended.stderr).not.toContain('sk-canary');
  });

  test('takes keys from .env where the person stands, and models from their file', async () => {
    const cwd = newFolder({
      '.env': 'LOCAL_KEY=sk-canary-2\n',
      'ratchet.models.yaml':
        'providers:\n  mine: { api: openai, baseUrl: "https://models.example/v1", key: LOCAL_KEY }\nmodels:\n  my-model: { provider: mine }\n',
    });
    const ended = await newPlace().call(['models'], { cwd, env: noKeys });
    expect(ended.stdout).toMatch(/^my-model +mine +usable +price not known$/m);
    expect(ended.stdout + ended.stderr).not.toContain('sk-canary');
  });

  test('says where a file of models is wrong', async () => {
    const cwd = newFolder({ 'mine.yaml': 'models:\n  a: { provider: nobody }\n' });
    expect(await newPlace().call(['models', '--models', 'mine.yaml'], { cwd, env: noKeys })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/mine\.yaml:2:18: .*"nobody"/),
    });
  });

  test('lists what a server of the person serves', async () => {
    const server = createServer((_request, response) => response.end(JSON.stringify({ object: 'list', data: [{ id: 'qwen' }, { id: 'llama' }] })));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const ended = await newPlace().call(['models', '--json'], {
      env: { ...noKeys, OPENAI_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` },
    });
    server.close();
    expect(
      rowsOf(ended.stdout)
        .filter(({ status }) => status.kind === 'usable')
        .map(({ id }) => id),
    ).toEqual(['qwen', 'llama']);
  });
});
