import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { pageFiles } from '../src/page-files.ts';
import { newFolder } from './ratchet.ts';

describe('files of the page', () => {
  const build = () =>
    newFolder({
      'dist/index.html': '<!doctype html>',
      'dist/assets/a-1.js': 'x'.repeat(500),
      'dist/assets/notes.txt': 'no',
      'dist/assets/deep/b.js': 'y',
      'secret.js': 'z',
    });

  it('are those of the build that a page has, by their names alone', () => {
    const page = pageFiles(join(build(), 'dist'));
    const script = page.file('assets/a-1.js');
    expect([script?.type, script?.bytes.length]).toEqual(['text/javascript; charset=utf-8', 500]);
    expect(gunzipSync(script?.gzipped as Uint8Array).toString()).toBe('x'.repeat(500));
    expect(page.file('index.html')?.gzipped).toBeUndefined();
    for (const name of ['assets/../secret.js', '../secret.js', 'assets/notes.txt', 'assets/deep/b.js', 'assets', '', '/etc/passwd', '__proto__'])
      expect([name, page.file(name)]).toEqual([name, undefined]);
  });

  it('are read anew when they were built anew, and may be missing', () => {
    const dist = join(build(), 'dist');
    const page = pageFiles(dist);
    const before = page.file('index.html')?.hash;
    writeFileSync(join(dist, 'index.html'), '<!doctype html><title>new</title>');
    utimesSync(join(dist, 'index.html'), 1, 1);
    expect(page.file('index.html')?.hash).not.toBe(before);
    rmSync(dist, { recursive: true });
    expect(page.file('index.html')).toBeUndefined();
    expect(page.howToBuild).toContain('build');
    mkdirSync(dist);
    expect(page.file('assets/a-1.js')).toBeUndefined();
  });
});
