import axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launchChromium } from './chromium.ts';
import { adminKey, type RunningService, runningService } from './running-service.ts';

if (chromiumPath === undefined)
  process.stderr.write('no chromium: the tests of the page in a browser are skipped (apt-get install chromium, or CHROMIUM=PATH)\n');

describe.skipIf(chromiumPath === undefined)('the page in a browser', () => {
  let browser: Browser;
  let service: RunningService;
  let context: BrowserContext;
  /** What the console said was wrong, of all pages of a test. */
  let faults: string[] = [];
  /** `EXPERIMENT/RUN` of the run that the training test makes, which later ones look at: it would cost as much again to make another. */
  let made = '';
  const madeRun = (): string => {
    expect(made, 'the run of the training test').not.toBe('');
    return made;
  };

  beforeAll(async () => {
    [browser, service] = await Promise.all([launchChromium(), runningService()]);
  });
  afterAll(async () => {
    await browser?.close();
    await service?.close();
  });
  afterEach(async () => {
    await context?.close();
    const found = faults;
    faults = [];
    expect(found).toEqual([]);
  });

  /** `expected`: what the console may say, as a request that is refused is an error to it. */
  async function open(
    fragment: string,
    { key = adminKey, dark = false, width = 1280, expected = /^$/ }: { key?: string | null; dark?: boolean; width?: number; expected?: RegExp } = {},
  ): Promise<Page> {
    context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: dark ? 'dark' : 'light', reducedMotion: 'reduce' });
    const page = await context.newPage();
    page.setDefaultTimeout(Number(process.env['PAGE_TIMEOUT_MS'] ?? 30_000));
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !expected.test(message.text())) faults.push(message.text());
    });
    if (key !== null) await page.addInitScript((own) => sessionStorage.setItem('ratchet.key', own), key);
    await page.goto(`${service.url}/${fragment}`);
    return page;
  }

  async function seriousFaults(page: Page): Promise<readonly string[]> {
    await page.evaluate(axe.source);
    const found = await page.evaluate(async () => {
      const { axe: checker } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
      };
      return (await checker.run()).violations.map(({ id, impact, nodes }) => ({ id, impact, html: nodes[0]?.html ?? '' }));
    });
    return found.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, html }) => `${id}: ${html}`);
  }

  it('asks for a key, says that a wrong one is wrong, and keeps a right one for the tab', async () => {
    const page = await open('', { key: null, expected: /401/ });
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByLabel('Key of this service').fill('hello');
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByText('this is none').waitFor();
    await page.getByLabel('Key of this service').fill('rk_nobody_abcdefghijklmnopqrstuvwxyz0123');
    await page.keyboard.press('Enter');
    await page.getByText('does not know the key').waitFor();
    await page.getByLabel('Key of this service').fill(adminKey);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Request' }).waitFor();
    expect(await page.locator('.about').textContent()).toMatch(/Code generation\s*simulated\s*generation 0 serves/);
    await page.reload();
    await page.getByRole('heading', { name: 'Request' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Key of this service').waitFor();
  });

  it('executes a request: shows the decision and the structure, streams the answer, says what it came to, and takes feedback once', async () => {
    const page = await open('#/execute');
    await page.locator('.example').last().click();
    await page.getByText(/by generation 0/).waitFor();
    expect(await page.locator('.candidates tbody tr').count()).toBeGreaterThan(2);
    await page.locator('.graph rect').first().waitFor();
    await page.getByRole('textbox', { name: 'Request' }).press('Control+Enter');
    await page.getByRole('heading', { name: 'Answer' }).waitFor();
    await page.getByText('measured, this answer').first().waitFor();
    expect(await page.locator('.answer').textContent()).not.toBe('');
    expect(await page.getByRole('region', { name: 'What it came to' }).textContent()).toMatch(/\$0\.\d+[\s\S]*\d m?s/);
    await page.getByRole('button', { name: /^good/ }).click();
    await page.getByText('Judged 0.75').waitFor();
    await page.locator('.history li').filter({ hasText: 'quality 0.75' }).waitFor();
    expect(await page.locator('.history li').count()).toBe(1);
    expect(await seriousFaults(page)).toEqual([]);
  });

  it('reproduces a view from its link', async () => {
    const page = await open('#/execute?request=Sort+a+list%2C+then+print+it.&generation=0');
    await page.getByText(/by generation 0/).waitFor();
    expect(await page.getByRole('textbox', { name: 'Request' }).inputValue()).toBe('Sort a list, then print it.');
    expect(await page.getByLabel('the one that serves').isChecked()).toBe(false);
    expect(await page.locator('.graph rect').count()).toBe(2);
  });

  it('trains: starts, follows the log, stops what runs; then runs an experiment to its end', async () => {
    const page = await open('#/training');
    await page.getByRole('spinbutton', { name: 'Tasks' }).fill('5000');
    await page.getByRole('button', { name: 'Start' }).click();
    await page
      .getByRole('log')
      .getByText(/quality/)
      .first()
      .waitFor();
    expect(await page.getByRole('button', { name: 'Start' }).isDisabled()).toBe(true);
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.locator('h2 .job-state.stopped').waitFor();
    await page.getByRole('button', { name: 'Experiment' }).click();
    await page.getByRole('combobox', { name: /^Experiment/ }).selectOption('code-gen');
    await page.getByRole('spinbutton', { name: 'Tasks at most' }).fill('8');
    await page.getByRole('spinbutton', { name: 'Seeds' }).fill('1');
    await page.getByRole('spinbutton', { name: 'Generations' }).fill('2');
    await page.getByRole('spinbutton', { name: 'Budget, US$' }).fill('1000');
    await page.getByRole('button', { name: 'Start' }).click();
    // A run of its own process: seconds, and more where the machine has much else to do.
    await page.locator('h2 .job-state.done').waitFor({ timeout: 120_000 });
    expect(await page.getByText(/of a budget of \$1,000/).count()).toBe(1);
    await page.getByRole('link', { name: "The run's report" }).click();
    await page.getByText('The answers were SIMULATED.').waitFor();
    made = decodeURIComponent(new URL(page.url()).hash).replace('#/experiments/', '');
    expect(made).toMatch(/^code-gen\/./);
  });

  it('lists runs, and shows the report of one as report.html does', async () => {
    const run = madeRun();
    const page = await open('#/experiments');
    await page.getByRole('link', { name: run }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole('searchbox').fill('nothing like that');
    await page.getByText(/No run's name has/).waitFor();
    await page.getByRole('searchbox').fill('');
    await page.getByRole('link', { name: run }).click();
    await page.locator('#plane svg').first().waitFor();
    expect(await page.locator('.report section').count()).toBeGreaterThan(8);
    // Styles in markup are refused by the policy; these are set by script.
    expect(
      await page
        .locator('.legend svg')
        .first()
        .evaluate((mark) => getComputedStyle(mark).fill),
    ).not.toBe('rgb(0, 0, 0)');
    await page.locator('.report nav a').last().click();
    expect(page.url()).toContain('#/experiments/');
  });

  it('goes through trials by keyboard, and opens one with its answer', async () => {
    const run = madeRun();
    const page = await open(`#/experiments/${run}?view=trials`);
    const list = page.getByRole('listbox', { name: 'Trials' });
    await list.getByRole('option').first().waitFor();
    const total = Number(((await page.getByRole('heading', { name: /Trials/ }).textContent())?.match(/[\d,]+/)?.[0] ?? '0').replace(/,/g, ''));
    expect(total).toBeGreaterThan(60);
    // Rows in sight only.
    expect(await list.getByRole('option').count()).toBeLessThan(40);
    await list.focus();
    await page.keyboard.press('End');
    await list.locator(`[aria-posinset="${total}"]`).getByText(/\//).first().waitFor();
    await page.getByLabel('Policy').selectOption('learned');
    await page.getByLabel('Phase').selectOption('heldout');
    await page.waitForFunction((before) => !document.querySelector('h2')?.textContent?.includes(`${before} of`), total.toLocaleString('en-US'));
    await list.getByText('learned').first().waitFor();
    await list.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /^Answer/ }).waitFor();
    await page.locator('.trace summary').first().waitFor();
    expect(await seriousFaults(page)).toEqual([]);
  });

  it('compares two policies of a run down to both answers to a task', async () => {
    const run = madeRun();
    const page = await open(`#/experiments/compare?a=${encodeURIComponent(`${run}:heuristic`)}&b=${encodeURIComponent(`${run}:learned`)}`, { dark: true });
    await page.getByRole('heading', { name: /Difference in quality/ }).waitFor();
    const tasks = page.getByRole('listbox', { name: 'Tasks compared' });
    await tasks.getByRole('option').first().click();
    await page
      .locator('.pair-sides > section')
      .nth(1)
      .getByRole('heading', { name: /^Answer/ })
      .waitFor();
    await page
      .locator('.pair-sides > section')
      .nth(0)
      .getByRole('heading', { name: /^Answer/ })
      .waitFor();
    expect(await page.locator('.pair-sides .answer').count()).toBe(4);
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Swap' }).click();
    await page.waitForFunction(() => /a=[^&]*learned/.test(decodeURIComponent(location.hash)));
  });

  it('draws what a run learned, generation by generation', async () => {
    const run = madeRun();
    const page = await open(`#/learning?run=${run}`, { dark: true });
    await page.locator('#learning-train svg.plot').first().waitFor();
    await page.locator('.film-frame svg').waitFor();
    const before = await page.locator('.film-frame svg').getAttribute('aria-label');
    await page.getByLabel('Generation that is shown').focus();
    await page.keyboard.press('Home');
    await page.waitForFunction((label) => document.querySelector('.film-frame svg')?.getAttribute('aria-label') !== label, before);
    expect(page.url()).toContain('generation=0');
    await page.getByRole('button', { name: 'Play' }).click();
    await page.waitForFunction(() => location.hash.includes('generation=1'));
    await page.locator('.figure').last().scrollIntoViewIfNeeded();
    await page.locator('#plane .wide svg.plot').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
  });

  it('shows decisions as they are made, and what generations came to', async () => {
    const page = await open('#/learning');
    await page.getByText('No decision since this view was opened').waitFor();
    await page.locator('.live canvas').nth(3).waitFor();
    await service.post('/v1/chat/completions', { model: 'ratchet/auto', messages: [{ role: 'user', content: 'Say hello.' }] });
    await page.locator('.ticker li').first().waitFor();
    await page.getByText(/1 decisions/).waitFor();
    await page.getByText('One generation has served so far').waitFor();
    await service.post('/api/policies/promote', { generation: 0, reason: 'a test' });
    await page.reload();
    await page.locator('.events').getByText('a test').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
  });

  it('says what a key without the scope cannot see, and lets it execute', async () => {
    const key = await service.newKey('infer');
    const page = await open('#/experiments', { key, expected: /403/ });
    await page.getByText(/This view needs a key with the scope "admin"/).waitFor();
    await page.getByRole('link', { name: 'Execute' }).click();
    await page.getByRole('textbox', { name: 'Request' }).fill('Say hello.');
    await page.getByRole('button', { name: 'Execute' }).click();
    await page.getByText('This key may not judge answers').waitFor();
    expect(await page.getByLabel('the one that serves').count()).toBe(0);
  });

  it('says what is not there', async () => {
    const run = madeRun();
    const page = await open('#/experiments/code-gen/no-such-run', { expected: /404/ });
    await page.getByText(/No run code-gen\/no-such-run/).waitFor();
    await page.getByRole('link', { name: 'All runs' }).click();
    await page.getByRole('link', { name: run }).waitFor();
  });

  it('fits a narrow screen without scrolling sideways', async () => {
    const run = madeRun();
    const page = await open(`#/experiments/${run}`, { width: 390 });
    await page.locator('#plane svg').first().waitFor();
    const places = [
      '#/execute',
      '#/learning',
      `#/learning?run=${run}`,
      '#/training',
      '#/experiments',
      `#/experiments/${run}?view=trials`,
      `#/experiments/${run}`,
    ];
    for (const place of places) {
      await page.evaluate((hash) => {
        location.hash = hash;
      }, place);
      if (place === '#/execute') await page.locator('.example').last().click();
      await page.waitForFunction(
        (withGraph) => document.querySelector('.spinner') === null && (!withGraph || document.querySelector('.graph rect') !== null),
        place === '#/execute',
      );
      expect(await page.evaluate(() => document.documentElement.scrollWidth), place).toBeLessThanOrEqual(390);
    }
  });

  it('says that the service is lost, and goes on by itself when it is back', async () => {
    const run = madeRun();
    const page = await open('#/experiments', { expected: /ERR_|Failed to load resource/ });
    await page.getByRole('link', { name: run }).waitFor();
    await page.getByRole('link', { name: 'Learning' }).click();
    await page.getByRole('heading', { name: 'Now' }).waitFor();
    await service.kill();
    await page.getByText('The connection to the service is lost.').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole('link', { name: 'Training' }).click();
    await page
      .getByText(/cannot be reached/)
      .first()
      .waitFor();
    await service.start();
    await page.getByText('The service is there again.').waitFor();
    await page.getByText('No job yet').waitFor();
    await page.getByRole('link', { name: 'Execute' }).click();
    await page.getByRole('textbox', { name: 'Request' }).fill('Say hello.');
    await page.getByText(/by generation 0/).waitFor();
  });
});
