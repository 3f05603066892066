/**
 * Measures the page in a browser, by `pnpm --filter @ratchet/dashboard measure`: the first meaningful paint, clicks with 10,000 trials and 50
 * generations, and the live view at 200 decisions a second. The page is the built one; what answers it here is made up, so that its size is known.
 */

// biome-ignore-all lint/plugin: it measures real time
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadavg } from 'node:os';
import { extname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { pageFolder, readyPage } from '../../src/build/ready-page.ts';
import { launchChromium } from './chromium.ts';
import { largeSummary, trialAt } from './large-run.ts';

const trials = 10_000;
const decisionsPerSecond = 200;
const liveSeconds = 15;
const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const summary = largeSummary(50);
const me = {
  key: 'k',
  scopes: ['infer', 'feedback', 'admin'],
  tenant: 't',
  scenario: 's',
  title: 'Measured',
  objective: '',
  arms: 9,
  serving: 1,
  provider: 'simulated',
  examples: [],
};
const run = {
  experiment: 'e',
  run: 'r',
  scenario: 's',
  title: 'Measured',
  evidence: 'simulated',
  complete: true,
  startedAt: null,
  durationMs: null,
  tasks: 1,
  seeds: 1,
  generations: 50,
  policies: ['learned'],
  gate: true,
  learned: null,
  baseline: null,
  hasTrials: true,
};

function answer(path: string, query: URLSearchParams): object | undefined {
  if (path === '/api/me') return me;
  if (path === '/api/runs') return { runs: [run] };
  if (path === '/api/runs/e/r') return { summary, manifest: {}, outcomes: [] };
  if (path === '/api/runs/e/r/trials') {
    const [offset, limit] = [Number(query.get('offset')), Number(query.get('limit'))];
    return { total: trials, trials: Array.from({ length: Math.min(limit, trials - offset) }, (_, index) => trialAt(offset + index)) };
  }
  if (path.startsWith('/api/runs/e/r/trials/')) return { trial: trialAt(1), request: 'A request', answer: 'An answer', answerFrom: 'trace', trace: null };
  if (path === '/api/learned') return { serving: 1, generations: [], heuristic: { quality: null, costUsd: null, latencyMs: null }, events: [] };
  return undefined;
}

function live(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  let sent = 0;
  const timer = setInterval(() => {
    const decisions = Array.from({ length: decisionsPerSecond / 10 }, () => ({
      id: `d${sent}`,
      at: new Date(1.7e12 + sent).toISOString(),
      arm: 'direct/mini',
      strategy: ['direct', 'batch', 'orchestrate', 'collaborate'][sent % 4],
      models: ['mini'],
      generation: 1,
      explored: sent++ % 10 === 0,
      status: 'answered',
      costUsd: 0.001 * (1 + (sent % 7)),
      latencyMs: 500 + (sent % 100),
    }));
    response.write(
      `data: ${JSON.stringify({ decisions, feedback: decisions.slice(0, 5).map(({ id }) => ({ decision: id, quality: 0.8 })), learning: [], dropped: 0 })}\n\n`,
    );
  }, 100);
  response.on('close', () => clearInterval(timer));
}

function handle(request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (pathname === '/api/live') {
    live(response);
    return;
  }
  const json = answer(pathname, searchParams);
  if (json !== undefined) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(json));
    return;
  }
  try {
    const bytes = readFileSync(join(pageFolder, pathname === '/' ? 'index.html' : pathname));
    response.writeHead(200, { 'content-type': types[extname(pathname)] ?? 'text/html' }).end(bytes);
  } catch {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"message":"not here"}}');
  }
}

/** Milliseconds from a click, or a key, to the frame that shows what came of it. */
function timeClick(page: Page, selector: string): Promise<number> {
  return page.evaluate(async (which) => {
    const element = document.querySelector<HTMLElement>(which);
    if (element === null) throw new Error(`no ${which}`);
    const begun = performance.now();
    element.click();
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
    return performance.now() - begun;
  }, selector);
}

/** The longest time between two frames while `ms` pass. */
function longestGap(page: Page, ms: number): Promise<number> {
  return page.evaluate(
    (length) =>
      new Promise<number>((resolve) => {
        const begun = performance.now();
        let [last, longest] = [begun, 0];
        const frame = (): void => {
          const at = performance.now();
          longest = Math.max(longest, at - last);
          last = at;
          if (at - begun > length) resolve(longest);
          else requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
      }),
    ms,
  );
}

const print = (name: string, ms: readonly number[], goal: number): void => {
  const sorted = [...ms].sort((a, b) => a - b);
  const worst = sorted.at(-1) ?? 0;
  process.stdout.write(
    `${name}: median ${(sorted[sorted.length >> 1] ?? 0).toFixed(0)} ms, worst ${worst.toFixed(0)} ms of ${ms.length} (goal ${goal} ms): ${worst <= goal ? 'reached' : 'not reached'}\n`,
  );
};

process.stdout.write(`load of the machine: ${loadavg()[0]?.toFixed(1)}\n`);
await readyPage();
const server = createServer(handle).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
const browser = await launchChromium();
const paints: number[] = [];
for (let attempt = 0; attempt < 5; attempt++) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(() => {
    sessionStorage.setItem('ratchet.key', 'rk_a_b');
    const observer = new MutationObserver(() => {
      if (document.querySelector('#request') === null) return;
      observer.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => performance.mark('request-field')));
    });
    observer.observe(document, { childList: true, subtree: true });
  });
  await page.goto(`${url}#/execute`);
  await page.waitForFunction(() => performance.getEntriesByName('request-field').length > 0);
  // The frame after the request field came: the first paint alone may be an empty page.
  paints.push(await page.evaluate(() => performance.getEntriesByName('request-field')[0]?.startTime ?? Number.NaN));
  await context.close();
}
print('first meaningful paint, nothing cached', paints, 1000);

const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
await page.addInitScript(() => sessionStorage.setItem('ratchet.key', 'rk_a_b'));
await page.goto(`${url}#/experiments/e/r?view=trials`);
await page.locator('.virtual [role=option]').first().waitFor();
const clicks: number[] = [];
for (let index = 1; index <= 10; index++) clicks.push(await timeClick(page, `.virtual [aria-posinset="${index}"]`));
print(`opening a trial of ${trials}`, clicks, 100);
const jumps: number[] = [];
for (const share of [0.2, 0.9, 0.5, 0.99, 0.01]) {
  jumps.push(
    await page.evaluate(async (part) => {
      const list = document.querySelector('.virtual') as HTMLElement;
      const begun = performance.now();
      list.scrollTop = list.scrollHeight * part;
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
      return performance.now() - begun;
    }, share),
  );
  await page.waitForTimeout(150);
}
print(`scrolling through ${trials} trials`, jumps, 100);

await page.goto(`${url}#/learning?run=e%2Fr`);
await page.locator('.film-frame svg').waitFor();
await page.locator('.figure svg.plot').first().waitFor();
await page.waitForTimeout(1500);
const moves: number[] = [];
for (let generation = 0; generation < 50; generation += 5) {
  moves.push(
    await page.evaluate(async (value) => {
      const slider = document.querySelector('.film-controls input') as HTMLInputElement;
      const before = document.querySelector('.film-frame svg')?.getAttribute('aria-label');
      const begun = performance.now();
      slider.value = String(value);
      slider.dispatchEvent(new Event('input', { bubbles: true }));
      while (value !== 50 && document.querySelector('.film-frame svg')?.getAttribute('aria-label') === before && performance.now() - begun < 1000)
        await new Promise((resolve) => requestAnimationFrame(resolve));
      return performance.now() - begun;
    }, generation),
  );
}
print('moving through 50 generations', moves, 100);

await page.goto(`${url}#/learning`);
await page.reload();
await page.locator('.ticker li').first().waitFor();
await page.waitForTimeout(1000);
const session = await page.context().newCDPSession(page);
await session.send('Performance.enable', { timeDomain: 'threadTicks' });
/** Seconds of the processor that the page's thread has had. */
const threadSeconds = async (): Promise<number> =>
  (await session.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
const before = await threadSeconds();
print(`longest time between two frames in ${liveSeconds} s of ${decisionsPerSecond} decisions a second`, [await longestGap(page, liveSeconds * 1000)], 100);
process.stdout.write(`for that its thread had the processor for ${((((await threadSeconds()) - before) / liveSeconds) * 100).toFixed(0)}% of the time\n`);
const empty = await browser.newPage();
print(`for comparison, on an empty page in ${liveSeconds} s`, [await longestGap(empty, liveSeconds * 1000)], 100);
process.stdout.write(`${(await page.locator('.totals').textContent()) ?? ''}\n`.replace(/\n+/g, ' ').trim());
process.stdout.write('\n');
await browser.close();
server.closeAllConnections();
server.close();
