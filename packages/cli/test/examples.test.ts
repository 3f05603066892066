import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newPlace, projectRoot } from './ratchet.ts';

const place = newPlace();
const example = (name: string) => join(projectRoot, 'examples', name);

describe('examples/own-logs', () => {
  it('is learned from, late judgements included: cheaper than the best single arm, and as good as far as its log can say', async () => {
    const { code, stdout, stderr } = await place.call(['learn', '--log', join(example('own-logs'), 'outcomes.jsonl'), '--name', 'shop', '--json']);
    expect([code, stderr.includes('warning')]).toEqual([0, false]);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ lines: 606, outcomes: 600, lateFeedback: 6, unjudged: 4, arms: 2, bestArms: ['direct/gpt-4o-2024-08-06'] });
    const { costUsd, quality } = report.difference;
    expect(costUsd.high).toBeLessThan(0);
    expect(quality.high).toBeGreaterThan(0);
  });
});

describe('examples/embedding', () => {
  const asked: string[] = [];
  let server: Server;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const { model } = (await json(request)) as { readonly model: string };
      asked.push(`${request.url} ${request.headers.authorization} ${model}`);
      const answer = {
        choices: [{ message: { content: `an answer of ${model}` }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 1000, completion_tokens: 100 },
      };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    env = { ...process.env, OPENAI_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, OPENAI_API_KEY: 'sk-example' };
  });
  afterAll(() => server.close());

  it('answers each request with the model that was learned for it, and logs what came of it', async () => {
    const log = join(place.home, 'calls.jsonl');
    const main = join(example('embedding'), 'src', 'main.ts');
    const run = promisify(execFile);
    const answers: string[] = [];
    for (const request of [
      'How long is the guarantee on the kettle?',
      'Plan the recall of the kettle: whom to tell first, what to say to shops, how to handle returns. Then draft the letter.',
    ]) {
      const { stdout } = await run(process.execPath, [main, join(place.home, 'learned', 'shop'), request, log], { env });
      answers.push(stdout.trim());
    }
    const [small, large] = ['gpt-4o-mini-2024-07-18', 'gpt-4o-2024-08-06'];
    expect(answers).toEqual([`an answer of ${small}`, `an answer of ${large}`]);
    expect(asked).toEqual([small, large].map((model) => `/v1/chat/completions Bearer sk-example ${model}`));
    const lines = readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    // List prices: 1,000 tokens read and 100 written.
    expect(lines).toMatchObject([
      { arm: `direct/${small}`, propensity: 1, quality: null, costUsd: 0.00021 },
      { arm: `direct/${large}`, propensity: 1, quality: null, costUsd: 0.0035 },
    ]);
    const report = JSON.parse((await place.call(['learn', '--log', log, '--name', 'again', '--json'])).stdout);
    expect(report).toMatchObject({ lines: 2, outcomes: 2, unjudged: 2 });
  });
});

describe('examples/copilotkit', () => {
  it('has an installation of its own, of exact versions, which the project never makes', () => {
    const workspace = readFileSync(join(projectRoot, 'pnpm-workspace.yaml'), 'utf8');
    expect(workspace).not.toMatch(/examples\/(\*|copilotkit)/);
    expect(readFileSync(join(projectRoot, 'pnpm-lock.yaml'), 'utf8')).not.toContain('@copilotkit/');
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(example('copilotkit'), 'package.json'), 'utf8'));
    const lock = readFileSync(join(example('copilotkit'), 'pnpm-lock.yaml'), 'utf8');
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
      expect(lock).toContain(`specifier: ${version}`);
    }
  });
});
