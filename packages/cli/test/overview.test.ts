import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { helpOf } from '../src/command-line/help-text.ts';
import { groups } from '../src/commands/overview.ts';
import { faultOf } from './parse-only.ts';
import { newPlace } from './ratchet.ts';

describe('ratchet alone', () => {
  it('shows what it can do in 80 columns, on stdout, with exit code 0', async () => {
    const { code, stdout, stderr } = await newPlace().call([]);
    expect([code, stderr]).toEqual([0, '']);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stdout.split('\n').length).toBeLessThan(45);
  });

  it('has an example of every command', async () => {
    const named = groups.flatMap(({ examples }) => examples.map(({ words }) => words.split(' ')[0]));
    for (const { name } of (await helpOf([])).commands) expect(named, `${name}: give it an example in overview.ts`).toContain(name);
  });

  it.each(groups.flatMap(({ examples }) => examples.map(({ words }) => words)))('has no example that the command line would not take: %s', async (example) => {
    const words = [...example.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
    expect(await faultOf(words)).toBeUndefined();
  });

  it('says what comes next: a first experiment, then training, then a request', async () => {
    const place = newPlace();
    const next = async () => /^Next: (.*)$/m.exec((await place.call([])).stdout)?.[1];
    mkdirSync(join(place.results, 'code-gen', 'reference'), { recursive: true });
    expect(await next()).toMatch(/^pnpm experiment code-gen/);
    mkdirSync(join(place.results, 'code-gen', 'mine'));
    expect(await next()).toMatch(/^pnpm ratchet train code-gen/);
    mkdirSync(join(place.home, 'snapshots', 'code-gen'), { recursive: true });
    expect(await next()).toBe('pnpm ratchet execute "a request" --scenario code-gen');
  });
});
