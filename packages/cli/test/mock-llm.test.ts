import { once } from 'node:events';
import { createInterface } from 'node:readline';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { logsOf, newFolder, newPlace, type Started, tinyExperiment, tinyScenario } from './ratchet.ts';

const running = new Set<Started>();
afterEach(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await Promise.all([...running].map(({ ended }) => ended));
  running.clear();
});

/** The command, once it listens; `line` is the first of its stdout. */
async function serve(...words: readonly string[]): Promise<Started & { readonly line: string }> {
  const started = newPlace().start(['mock-llm', '--scenario', tinyScenario, '--port', '0', ...words]);
  running.add(started);
  const lines = createInterface({ input: started.child.stdout as NodeJS.ReadableStream });
  const first = await Promise.race([once(lines, 'line'), started.ended]);
  if (!Array.isArray(first)) throw new Error(`it ended: ${JSON.stringify(first)}`);
  return { ...started, line: first[0] as string };
}

const messages = [{ role: 'user' as const, content: 'Hello?' }];

describe('ratchet mock-llm', () => {
  it('says where it listens, answers both SDKs, and ends well when it is interrupted', async () => {
    const { line, child, ended } = await serve();
    expect(line).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const openai = new OpenAI({ apiKey: 'any', baseURL: `${line}/v1` });
    const anthropic = new Anthropic({ apiKey: 'any', baseURL: line });
    const answer = await openai.chat.completions.create({ model: 'small', messages });
    expect(answer.choices[0]?.message.content).toContain('Nothing in this request');
    expect((await anthropic.messages.create({ model: 'large', max_tokens: 100, messages })).stop_reason).toBe('end_turn');
    child.kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    expect([code, stdout]).toEqual([0, `${line}\n`]);
    expect(stderr).toContain(`OPENAI_BASE_URL=${line}/v1 ANTHROPIC_BASE_URL=${line}`);
  });

  it('says it as JSON, and nothing else where it is to be quiet', async () => {
    const { line, child, ended } = await serve('--json', '--quiet');
    expect(JSON.parse(line)).toMatchObject({ url: expect.stringMatching(/^http:/), models: ['small', 'large'], luckHeader: 'x-ratchet-luck' });
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('finishes what is under way first, and ends at once when it is interrupted again', async () => {
    const { line, child, ended } = await serve('--time-scale', '1000');
    const openai = new OpenAI({ apiKey: 'any', baseURL: `${line}/v1`, maxRetries: 0 });
    const pending = openai.chat.completions.create({ model: 'small', messages }).catch((error: unknown) => error);
    // Until it is there: another request is answered after it.
    await fetch(line);
    child.kill('SIGINT');
    const stopped = await Promise.race([
      ended,
      new Promise((resolve) => child.stderr?.on('data', (text) => String(text).includes('once more') && resolve('waits'))),
    ]);
    expect(stopped).toBe('waits');
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    expect(await pending).toBeInstanceOf(OpenAI.APIConnectionError);
  });

  it('as the provider of a live experiment gives the scores, costs and tokens of the simulated one, trial by trial', async () => {
    const { line } = await serve();
    const words = ['experiment', tinyExperiment({ policies: '[heuristic, random]', generations: '0' }), '--quiet'];
    const none = { OPENAI_API_KEY: '', OPENAI_BASE_URL: '', ANTHROPIC_API_KEY: '', ANTHROPIC_BASE_URL: '', GEMINI_API_KEY: '', GEMINI_BASE_URL: '' };
    const logs = async (more: readonly string[], env: Readonly<Record<string, string>> = {}) => {
      const place = newPlace();
      const { code, stderr } = await place.run([...words, ...more], { env: { ...none, ...env } });
      if (code !== 0) throw new Error(stderr);
      // Costs are summed in the order in which calls end.
      return Object.values(logsOf(place)).map((log) =>
        String(log)
          .split('\n')
          .filter((text) => text !== '')
          .map(
            (text) =>
              JSON.parse(text, (key, value) => (key === 'latencyMs' ? undefined : key === 'costUsd' ? Number(Number(value).toFixed(11)) : value)) as object,
          ),
      );
    };
    const simulated = await logs([]);
    expect(simulated.flat().length).toBeGreaterThan(10);
    expect(await logs(['--provider', 'live'], { OPENAI_BASE_URL: `${line}/v1` })).toEqual(simulated);
    expect(await logs(['--provider', 'live'], { ANTHROPIC_BASE_URL: line })).toEqual(simulated);
  });

  it('makes the faults of a file, and says so', async () => {
    const folder = newFolder({ 'faults.yaml': 'faults:\n  - { kind: server-error, status: 503, model: small, count: 1 }\n' });
    const { line, child, ended } = await serve('--faults', `${folder}/faults.yaml`);
    const openai = new OpenAI({ apiKey: 'any', baseURL: `${line}/v1`, maxRetries: 0 });
    await openai.chat.completions.create({ model: 'large', messages });
    await expect(openai.chat.completions.create({ model: 'small', messages })).rejects.toMatchObject({ status: 503 });
    await openai.chat.completions.create({ model: 'small', messages });
    child.kill('SIGINT');
    expect((await ended).stderr.match(/^fault: .*$/gm)).toEqual(['fault: server-error at /v1/chat/completions']);
  });

  it.concurrent.each<[string, () => readonly string[], readonly string[]]>([
    ['a file of faults that is not there', () => ['--faults', 'nowhere.yaml'], ['nowhere.yaml', 'no such file']],
    [
      'a fault with a key that it has not',
      () => ['--faults', `${newFolder({ 'f.yaml': 'faults:\n  - { kind: slow-first-byte, delayMS: 3 }\n' })}/f.yaml`],
      ['f.yaml:2:', 'unknown key "delayMS"', 'Did you mean "delayMs"?'],
    ],
    [
      'a fault of a model that is not there',
      () => ['--faults', `${newFolder({ 'f.yaml': 'faults:\n  - { kind: empty-body, model: smal }\n' })}/f.yaml`],
      ['f.yaml:2:', 'no simulated model "smal"', 'Did you mean "small"?'],
    ],
    ['a port that is none', () => ['--port', '70000'], ['70000']],
    ['a host that is not its own', () => ['--host', '192.0.2.1'], ['192.0.2.1, port 4010, cannot be listened on']],
    ['a scale of time below 0', () => ['--time-scale=-1'], ['--time-scale takes an amount from 0 on']],
  ])('refuses %s', async (_what, words, said) => {
    const { code, stdout, stderr } = await newPlace().run(['mock-llm', '--scenario', tinyScenario, ...words()]);
    expect([code, stdout]).toEqual([2, '']);
    for (const text of said) expect(stderr).toContain(text);
  });

  it('refuses a port that is taken', async () => {
    const { line } = await serve();
    const port = line.slice(line.lastIndexOf(':') + 1);
    const { code, stderr } = await newPlace().run(['mock-llm', '--scenario', tinyScenario, '--port', port]);
    expect(code).toBe(2);
    expect(stderr).toContain(`port ${port}, cannot be listened on`);
  });

  it('refuses a scenario without simulated models', async () => {
    const scenario = newFolder({
      'scenario.yaml':
        'name: bare\ntitle: Bare\ndescription: Bare\nscorer: { kind: exact }\nbaseline: random\nutility: { cost: 0, latency: 0 }\narms:\n  - { strategy: direct, model: small }\n',
      'tasks/tasks.yaml': 'tasks:\n  - { id: a, request: Say a, expected: a }\n',
    });
    const { code, stderr } = await newPlace().run(['mock-llm', '--scenario', scenario]);
    expect(code).toBe(2);
    expect(stderr).toContain('has no `simulation`');
  });
});
