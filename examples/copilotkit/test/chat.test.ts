/** A person types a question into the chat: Ratchet answers it, its suggestion is shown, and the browser reaches nobody else and sees no key. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
/** One that the simulated models of `code-gen` know how to answer. */
const question =
  '`minimumNextBid(current, startPrice, steps)` returns the lowest allowed next bid, all in whole cents. With no bid so far `current` is null and the answer is `startPrice`. ' +
  'Otherwise it is `current` plus the `step` of the right entry in `steps`, an array of `{ from, step }`: the entry with the largest `from` that is not above `current`. ' +
  'The array may come in any order and must not be rearranged. Throw a RangeError if no entry fits.';
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const home = mkdtempSync(join(tmpdir(), 'ratchet-copilotkit-'));
const adminKey = `rk_example_${randomBytes(20).toString('hex')}`;
const started: ChildProcess[] = [];
let browser: Browser;
let ratchetUrl: string;
let exampleUrl: string;

/** Starts a program and gives the first line that it says. */
async function start(words: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  const child = spawn(process.execPath, words, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`${words.join(' ')} ended with ${code}`)));
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended])) as [string];
  ended.catch(() => undefined);
  return line;
}

before(async () => {
  const cli = fromHere('../../../packages/cli/src/ratchet.mjs');
  ratchetUrl = await start([cli, 'serve', '--port', '0', '--quiet'], { RATCHET_HOME: home, RATCHET_ADMIN_KEY: adminKey });
  exampleUrl = await start([fromHere('../server/serve.ts')], { RATCHET_URL: ratchetUrl, RATCHET_KEY: adminKey, PORT: '0' });
  browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', headless: true, args: flags });
});

after(async () => {
  await browser?.close();
  for (const child of started) child.kill('SIGTERM');
  await Promise.all(started.map((child) => (child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined)));
  rmSync(home, { recursive: true, force: true });
});

async function ask<Answer>(path: string, body?: object): Promise<Answer> {
  const headers = { authorization: `Bearer ${adminKey}` };
  const response = await fetch(`${ratchetUrl}${path}`, body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) });
  assert.equal(response.status, 200, path);
  return (await response.json()) as Answer;
}

/** Completions that Ratchet has answered so far. */
async function answeredCompletions(): Promise<number> {
  const lines = (await (await fetch(`${ratchetUrl}/metrics`)).text())
    .split('\n')
    .filter((line) => line.includes('/v1/chat/completions') && line.includes('200'));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** All that the page asked for, and all that it was told. */
function listenTo(page: Page) {
  const asked: string[] = [];
  const told: Promise<string>[] = [];
  const faults: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('response', (response) => told.push(response.text().catch(() => '')));
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  return { asked, told, faults };
}

test('a question is answered through the endpoint, and the suggested strategy is the one that Ratchet suggests', { timeout: 120_000 }, async () => {
  const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
  const { asked, told, faults } = listenTo(page);
  await page.goto(exampleUrl);
  await page.getByTestId('copilot-chat-textarea').fill(question);

  const expected = await ask<{ readonly strategy: string; readonly models: readonly string[] }>('/api/suggest', { request: question });
  await page.getByTestId('strategy').waitFor();
  assert.equal(await page.getByTestId('strategy').textContent(), expected.strategy);
  assert.equal(await page.getByTestId('models').textContent(), expected.models.join(', '));
  assert.equal(await answeredCompletions(), 0, 'a suggestion executes nothing');

  await page.getByTestId('copilot-send-button').click();
  const answer = page.getByTestId('copilot-assistant-message').last();
  await answer.locator('code', { hasText: 'minimumNextBid' }).first().waitFor();
  assert.match((await answer.textContent()) ?? '', /minimumNextBid/);
  assert.equal(await answeredCompletions(), 1);
  // What was suggested stays beside its answer.
  assert.equal(await page.getByTestId('strategy').textContent(), expected.strategy);
  if (process.env['SCREENSHOT'] !== undefined) await page.screenshot({ path: process.env['SCREENSHOT'] });

  const foreign = asked.filter((url) => !url.startsWith(exampleUrl) && !/^(data|blob):/.test(url));
  assert.deepEqual(foreign, [], 'the page reaches its own server only');
  const secret = adminKey.slice(-40);
  assert.equal((await Promise.all(told)).filter((text) => text.includes(secret)).length, 0, 'no answer holds the key');
  assert.deepEqual(faults, []);
  await page.close();
});

test('a Ratchet that is away is said, where the suggestion would be', { timeout: 120_000 }, async () => {
  const alone = await start([fromHere('../server/serve.ts')], { RATCHET_URL: 'http://127.0.0.1:1', RATCHET_KEY: adminKey, PORT: '0' });
  const page = await browser.newPage();
  await page.goto(alone);
  await page.getByTestId('copilot-chat-textarea').fill('Write a function.');
  const alert = page.getByRole('alert').filter({ hasText: 'No suggestion' });
  await alert.waitFor();
  assert.match((await alert.textContent()) ?? '', /Ratchet does not answer at http:\/\/127\.0\.0\.1:1/);
  await page.close();
});
