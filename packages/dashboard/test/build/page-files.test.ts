import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { pageFolder, readyPage } from '../../src/build/ready-page.ts';

let html = '';
const assets = (): readonly string[] => readdirSync(join(pageFolder, 'assets'));
const bytesOf = (name: string): Buffer => readFileSync(join(pageFolder, 'assets', name));

beforeAll(async () => {
  await readyPage();
  html = readFileSync(join(pageFolder, 'index.html'), 'utf8');
});

/** What `name` loads at once, and what these load. */
function loadedWith(name: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  if (name.endsWith('.js'))
    for (const [, other = ''] of bytesOf(name)
      .toString()
      .matchAll(/\b(?:from|import)"\.\/([^"]+)"/g))
      loadedWith(other, seen);
  return seen;
}

describe('the files of the page', () => {
  it('are under 300 kB gzipped on first load, drawings included', () => {
    const first = [...html.matchAll(/assets\/([^"]+)"/g)].flatMap(([, name = '']) => [...loadedWith(name)]);
    const bytes = (names: Iterable<string>): number => [...new Set(names)].reduce((sum, name) => sum + gzipSync(bytesOf(name)).length, gzipSync(html).length);
    expect(first.length).toBeGreaterThan(2);
    // The frame alone, with which the reader sees something; and all there is, which later views load.
    expect(bytes(first)).toBeLessThan(60_000);
    expect(bytes(assets())).toBeLessThan(300_000);
  });

  it('have no script or style within the HTML, and ask nobody else for anything', () => {
    expect(html).not.toMatch(/<style|<script(?![^>]* src=)|\son\w+=|style="/);
    expect(html).not.toMatch(/(?:src|href)="(?!\/assets\/)/);
    for (const name of assets().filter((one) => one.endsWith('.css'))) expect(bytesOf(name).toString()).not.toMatch(/url\(["']?(?:https?:)?\/\//);
  });

  it('have names that change with their content, and nothing of Node in them', () => {
    for (const name of assets()) expect(name).toMatch(/-[\w-]{8}\.\w+$/);
    for (const name of assets().filter((one) => one.endsWith('.js'))) expect(bytesOf(name).toString()).not.toMatch(/linkedom|from"node:/);
  });

  it('are not made again while their sources are the same', async () => {
    let builds = 0;
    const page = await readyPage({ onBuild: () => builds++ });
    expect(page).toEqual({ folder: pageFolder, built: false });
    expect(builds).toBe(0);
  });
});
