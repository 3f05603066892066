import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@ratchet/core';
import { openSqliteStore } from '@ratchet/store';
import { describe, expect, it } from 'vitest';
import { newFolder, newPlace } from './ratchet.ts';

/** None of what the machine of the test happens to have. */
const nothing = Object.fromEntries(
  [
    'OPENAI_API_KEY',
    'OPENAI_BASE_URL',
    'ANTHROPIC_API_KEY',
    'ANTHROPIC_BASE_URL',
    'GEMINI_API_KEY',
    'GEMINI_BASE_URL',
    'OPENROUTER_API_KEY',
    'TOGETHER_API_KEY',
    'DATABASE_URL',
    'WEAVE_PROJECT',
    'WANDB_API_KEY',
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  ].map((name) => [name, '']),
);

async function look(env: Readonly<Record<string, string>>, words: readonly string[] = [], place = newPlace()) {
  const ended = await place.call(['doctor', '--json', ...words], { env: { ...nothing, npm_config_user_agent: 'pnpm/12.21.0 node/v24', ...env } });
  const report = JSON.parse(ended.stdout) as {
    ok: boolean;
    warnings: number;
    faults: number;
    checks: { name: string; state: string; found: string; todo?: string }[];
  };
  return { ...ended, report, check: (name: string) => report.checks.find((one) => one.name === name) };
}

describe('ratchet doctor', () => {
  it('looks at everything, changes nothing, and asks for nothing where all is in order', async () => {
    const place = newPlace();
    const { code, report } = await look({}, [], place);
    expect([code, report.ok, report.faults]).toEqual([0, true, 0]);
    expect(report.checks.map(({ name }) => name).filter((name) => name !== '.env')).toEqual([
      'Node',
      'pnpm',
      'results',
      '.ratchet',
      'disk',
      'keys',
      'store',
      'traces',
      'Python',
    ]);
    for (const { state, todo } of report.checks) expect([state, todo === undefined]).toEqual([state, state === 'ok']);
    expect([existsSync(place.results), existsSync(place.home)]).toEqual([false, false]);
  });

  it('knows keys that cannot be right by their form, and never shows one', async () => {
    const secrets = {
      OPENAI_API_KEY: 'sk-ant-this-is-the-key-of-another',
      ANTHROPIC_API_KEY: '"sk-ant-quoted-quoted-quoted-quoted"',
      GEMINI_API_KEY: '...',
      OPENROUTER_API_KEY: 'sk-or-v1-right-right-right-right',
    };
    const { code, stdout, check } = await look({ ...secrets, WEAVE_PROJECT: 'team/project', WANDB_API_KEY: 'short-one' });
    expect(check('key of openai')).toMatchObject({ state: 'warning', found: expect.stringContaining("is it another provider's?") });
    expect(check('key of anthropic')).toMatchObject({ state: 'warning', found: expect.stringContaining('spaces or quotes') });
    expect(check('key of gemini')).toMatchObject({ state: 'warning', found: expect.stringContaining('does not look like a key (3 characters)') });
    expect(check('key of openrouter')).toMatchObject({ state: 'ok' });
    expect(check('traces')).toMatchObject({ state: 'warning', found: expect.stringContaining('WANDB_API_KEY does not look like a key') });
    for (const secret of [...Object.values(secrets).filter((one) => one !== '...'), 'short-one']) expect(stdout).not.toContain(secret.replaceAll('"', ''));
    // A warning is no fault.
    expect(code).toBe(0);
  });

  it('says what is wrong with the setting, each with what to do, and ends with exit code 2', async () => {
    const place = newPlace();
    const blocked = join(newFolder({ file: '' }), 'file', 'results');
    const { code, report, stdout, check } = await look(
      {
        DATABASE_URL: 'postgresql://someone:pass-word@127.0.0.1:1/ratchet',
        WEAVE_PROJECT: 'no-slash',
        RATCHET_RESULTS: blocked,
        RATCHET_PYTHON: 'no-such-python',
        OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
      },
      [],
      place,
    );
    expect(check('store')).toMatchObject({
      state: 'fault',
      found: expect.stringContaining('PostgreSQL at 127.0.0.1:1/ratchet: '),
      todo: expect.stringContaining('DATABASE_URL'),
    });
    expect(check('traces')).toMatchObject({ state: 'fault', found: expect.stringContaining('entity/project') });
    expect(check('results')).toMatchObject({ state: 'fault', todo: expect.stringContaining('RATCHET_RESULTS') });
    expect(check('Python')).toMatchObject({ state: 'warning', todo: expect.stringContaining('RATCHET_PYTHON') });
    expect(check('server of openai')).toMatchObject({ state: 'warning', found: expect.stringContaining('gave no list') });
    expect([code, report.ok]).toEqual([2, false]);
    expect(stdout).not.toContain('pass-word');
  });

  it("opens a service's store, tells one that is none, and leaves both as they are", async () => {
    const place = newPlace();
    mkdirSync(join(place.home, 'service'), { recursive: true });
    const [good, bad] = [join(place.home, 'service', 'good.sqlite'), join(place.home, 'service', 'bad.sqlite')];
    await openSqliteStore({ file: good, clock: systemClock() }).close();
    writeFileSync(bad, 'this is no database, but a text of some length, so that it is not taken for an empty one');
    const before = readFileSync(good);
    const { code, report } = await look({}, [], place);
    expect(report.checks.filter(({ name }) => name === 'store').map(({ state, found }) => [state, found])).toEqual([
      ['fault', expect.stringContaining('file is not a database')],
      ['ok', `${good} opens and can be written to`],
    ]);
    expect(code).toBe(2);
    expect(readFileSync(good)).toEqual(before);
    expect((await look({}, ['--store', good], place)).code).toBe(0);
  });

  it('warns of a file of keys that others can read', async () => {
    const cwd = newFolder({ '.env': 'OPENAI_API_KEY=sk-aaaaaaaaaaaaaaaaaaaaaaaa\n' });
    chmodSync(join(cwd, '.env'), 0o644);
    const place = newPlace();
    const words = ['doctor', '--quiet'];
    const env = { ...nothing, OPENAI_API_KEY: 'sk-aaaaaaaaaaaaaaaaaaaaaaaa', npm_config_user_agent: 'pnpm/12.21.0' };
    const open = await place.call(words, { cwd, env });
    expect(open.stdout).toMatch(/^warning {2}\.env .*can be read by other users/m);
    // With --quiet, what is in order is not told.
    expect(open.stdout).not.toMatch(/^ok /m);
    chmodSync(join(cwd, '.env'), 0o600);
    expect((await place.call(words, { cwd, env })).stdout).not.toContain('.env');
  });

  it('names the place of a fault in a catalogue', async () => {
    const cwd = newFolder({ 'ratchet.models.yaml': 'providers: {}\nmodles: {}\n' });
    const { code, stdout } = await newPlace().call(['doctor'], { cwd, env: nothing });
    expect(code).toBe(2);
    expect(stdout).toMatch(/^fault {4}models .*ratchet\.models\.yaml:2:1: unknown key "modles"\. Did you mean "models"\?/m);
  });
});
