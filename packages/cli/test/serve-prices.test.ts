import { once } from 'node:events';
import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { systemClock } from '@ratchet/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveServer, liveServer } from './live-server.ts';
import { newFolder, newPlace, type Started, tinyScenario } from './ratchet.ts';

const usd = (inputUsdPerMTok: number, outputUsdPerMTok: number) => ({ inputUsdPerMTok, outputUsdPerMTok });
const clock = systemClock();

let models: LiveServer;
const started: Started[] = [];
beforeAll(async () => {
  models = await liveServer({ small: usd(1, 2), large: usd(10, 20) }, () => '## France\n\nParis, on the Seine.');
});
afterAll(async () => {
  for (const { child } of started) child.kill('SIGKILL');
  await models.close();
});

const entry = (price: ReturnType<typeof usd>) =>
  `{ provider: home, price: { inputUsdPerMTok: ${price.inputUsdPerMTok}, outputUsdPerMTok: ${price.outputUsdPerMTok}, asOf: 2026-11-01, source: a test } }`;
const catalogue = (small: ReturnType<typeof usd>): string =>
  [
    'providers:',
    `  home: { api: openai, baseUrl: "${models.baseUrl}", key: null }`,
    'models:',
    `  small: ${entry(small)}`,
    `  large: ${entry(usd(10, 20))}`,
    '',
  ].join('\n');

describe('the price file of ratchet serve', () => {
  it('is taken for the next requests when it changes; a bad one changes nothing, is told of, and is forgotten when it is mended', async () => {
    const file = join(newFolder({ 'prices.yaml': catalogue(usd(1, 2)) }), 'prices.yaml');
    // As editors and deployments do it: nobody sees half of it.
    const write = (text: string): void => {
      writeFileSync(`${file}.new`, text);
      renameSync(`${file}.new`, file);
    };
    const place = newPlace();
    const service = place.start(['serve', '--scenario', tinyScenario, '--provider', 'live', '--models', file, '--port', '0', '--json']);
    started.push(service);
    let said = '';
    service.child.stderr?.on('data', (data: Buffer) => (said += data));
    const first = await Promise.race([once(createInterface({ input: service.child.stdout as NodeJS.ReadableStream }), 'line'), service.ended]);
    if (!Array.isArray(first)) throw new Error(`it ended: ${JSON.stringify(first)}`);
    const { url, adminKey } = JSON.parse(first[0] as string) as { readonly url: string; readonly adminKey: string };
    const headers = { authorization: `Bearer ${adminKey}` };

    interface Ready {
      readonly status: string;
      readonly prices: { readonly version: string; readonly asOf: string; readonly fault: string | null };
    }
    const ready = async (): Promise<Ready> => {
      const response = await fetch(`${url}/readyz`);
      expect(response.status).toBe(200);
      return (await response.json()) as Ready;
    };
    const until = async (what: (state: Ready['prices']) => boolean): Promise<Ready['prices']> => {
      for (let tries = 0; ; tries++) {
        const { prices } = await ready();
        if (what(prices)) return prices;
        if (tries > 1000) throw new Error(`it did not come: ${JSON.stringify(prices)}\n${said}`);
        await clock.sleep(20);
      }
    };
    const tellOfIt = (): void => void service.child.kill('SIGHUP');
    /** What an answer cost, for each dollar that it would have cost by these prices. */
    const costBy = async (price: ReturnType<typeof usd>): Promise<number> => {
      const body = JSON.stringify({ model: 'small', messages: [{ role: 'user', content: 'Hello?' }] });
      const response = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body });
      const { usage } = (await response.json()) as { readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number } };
      const expected = (usage.prompt_tokens * price.inputUsdPerMTok + usage.completion_tokens * price.outputUsdPerMTok) / 1e6;
      return Number(response.headers.get('x-ratchet-cost-usd')) / expected;
    };
    const listed = async (): Promise<unknown> => {
      const { data } = (await (await fetch(`${url}/v1/models`, { headers })).json()) as {
        readonly data: readonly { readonly id: string; readonly price?: object }[];
      };
      return data.find(({ id }) => id === 'small')?.price;
    };
    const metrics = async (): Promise<string> => (await fetch(`${url}/metrics`)).text();

    const before = await until(() => true);
    expect(before).toEqual({ version: expect.stringMatching(/^[0-9a-f]{12}$/), asOf: '2026-11-01', fault: null });
    expect(await costBy(usd(1, 2))).toBeCloseTo(1, 2);

    write(catalogue(usd(7, 3)));
    tellOfIt();
    const { version } = await until((prices) => prices.version !== before.version);
    expect(await costBy(usd(7, 3))).toBeCloseTo(1, 2);
    expect(await listed()).toEqual(usd(7, 3));
    expect(said).toContain(`has new ones for small: version ${version}`);

    const good = catalogue(usd(5, 5));
    const faults: readonly (readonly [string | null, RegExp])[] = [
      ['models: [', /^prices.yaml:1:\d+: not valid YAML/],
      [good.replace('source: a test', 'source: a test, asOff: 1'), /^prices.yaml:4:\d+: unknown key "asOff".*Did you mean "asOf"/],
      [good.replace('inputUsdPerMTok: 5', 'inputUsdPerMTok: -5'), /^prices.yaml:4:\d+: .*>=0/],
      [good.replace('inputUsdPerMTok: 5', 'inputUsdPerMTok: .nan'), /^prices.yaml:4:\d+: .*expected number, received NaN/],
      [good.replace(/ {2}small: .*\n/, ''), /^prices.yaml:4:\d+: the model "small", which is in use, is missing/],
      [good.replace(/, price: [^}]*}/, ''), /^prices.yaml:4:\d+: the model "small", which is in use, has no price any more/],
      [null, /^prices.yaml: there is no such file/],
    ];
    for (const [text, fault] of faults) {
      if (text === null) rmSync(file);
      else write(text);
      tellOfIt();
      expect(await until((prices) => fault.test(prices.fault ?? ''))).toMatchObject({ version });
    }
    expect(await costBy(usd(7, 3))).toBeCloseTo(1, 2);
    expect(await listed()).toEqual(usd(7, 3));
    expect((await ready()).status).toBe('ready');
    expect(await metrics()).toMatch(
      /ratchet_price_files_total\{outcome="taken"\} 1\n[\s\S]*outcome="refused"\} ([7-9]|1\d)\n[\s\S]*ratchet_price_file_fault 1\n/,
    );
    expect(await metrics()).toContain(`ratchet_prices_info{version="${version}",as_of="2026-11-01"} 1`);
    expect(said.split(`${file}: there is no such file`)).toHaveLength(2);

    // Mended, and nobody tells the service of it.
    write(good);
    expect(await until(({ fault }) => fault === null)).not.toMatchObject({ version });
    expect(await costBy(usd(5, 5))).toBeCloseTo(1, 2);
    expect(await metrics()).toContain('ratchet_price_file_fault 0\n');
    service.child.kill('SIGTERM');
    expect((await service.ended).code).toBe(0);
    // The store has what each answer cost: no file beside it grows by a line with every call.
    expect(readdirSync(join(place.home, 'service')).filter((name) => name.endsWith('.jsonl'))).toEqual([]);
  });

  it('that is bad when the service starts keeps it from starting: where, what, and exit code 2', async () => {
    const file = join(newFolder({ 'prices.yaml': catalogue(usd(1, 2)).replace('outputUsdPerMTok: 2,', 'outputUsdPerMTok: cheap,') }), 'prices.yaml');
    const serve = (models: string) => newPlace().call(['serve', '--scenario', tinyScenario, '--provider', 'live', '--models', models, '--port', '0']);
    const bad = await serve(file);
    expect([bad.code, bad.stdout, bad.stderr]).toEqual([2, '', expect.stringMatching(/prices\.yaml:4:\d+: .*expected number/)]);
    const none = await serve(`${file}.gone`);
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('prices.yaml.gone: there is no such file')]);
  });
});
