import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PageFile } from '../src/index.ts';
import { scriptedWorld, startService, type TestService } from './test-service.ts';

const file = (text: string, type: string, gzips = false): PageFile => {
  const bytes = new Uint8Array(Buffer.from(text));
  return { bytes, type, hash: createHash('sha256').update(bytes).digest('hex'), ...(gzips ? { gzipped: new Uint8Array(gzipSync(bytes)) } : {}) };
};

describe('the page', () => {
  let service: TestService;
  const script = `console.log('${'a'.repeat(500)}')`;
  const files = new Map<string, PageFile>([
    ['index.html', file('<!doctype html><title>Ratchet</title>', 'text/html; charset=utf-8')],
    ['assets/main-1a2b.js', file(script, 'text/javascript; charset=utf-8', true)],
    ['secret.txt', file('none of anybody', 'text/plain')],
  ]);
  beforeAll(async () => {
    service = await startService({ world: scriptedWorld(() => ({})), page: { file: (name) => files.get(name), howToBuild: 'Run <this>.' } });
  });
  afterAll(() => service.stop());

  it('is shown to anybody, runs no script but its own, and stands in no frame', async () => {
    const response = await service.get('/');
    expect([response.status, await response.text()]).toEqual([200, '<!doctype html><title>Ratchet</title>']);
    const policy = response.headers.get('content-security-policy') ?? '';
    for (const rule of ["default-src 'self'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'"])
      expect(policy).toContain(rule);
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('x-frame-options')).toBe('DENY');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  });

  it('is sent again only where it has changed', async () => {
    const tag = (await service.get('/')).headers.get('etag') ?? '';
    const again = await fetch(`${service.url}/`, { headers: { 'if-none-match': tag } });
    expect([again.status, await again.text(), again.headers.get('cache-control')]).toEqual([304, '', 'no-cache']);
    expect((await fetch(`${service.url}/`, { headers: { 'if-none-match': '"another"' } })).status).toBe(200);
  });

  it('has its files kept for ever, and zipped for who reads that', async () => {
    const plain = await fetch(`${service.url}/assets/main-1a2b.js`, { headers: { 'accept-encoding': 'identity' } });
    expect([await plain.text(), plain.headers.get('content-encoding')]).toEqual([script, null]);
    expect(plain.headers.get('cache-control')).toContain('immutable');
    expect(plain.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    const zipped = await fetch(`${service.url}/assets/main-1a2b.js`, { headers: { 'accept-encoding': 'gzip' } });
    // Clients undo it by themselves.
    expect([await zipped.text(), zipped.headers.get('content-encoding')]).toEqual([script, 'gzip']);
    expect(Buffer.from(gunzipSync(files.get('assets/main-1a2b.js')?.gzipped as Uint8Array)).toString()).toBe(script);
  });

  it('gives nothing else', async () => {
    for (const path of [
      '/assets/..%2fsecret.txt',
      '/assets/%2e%2e%2fsecret.txt',
      '/assets/../secret.txt',
      '/secret.txt',
      '/assets/none.js',
      '/assets/',
      '/assets/a/b.js',
      '/index.html',
    ]) {
      expect([path, (await service.get(path)).status]).toEqual([path, 404]);
    }
  });

  it('says how to build it where it is not there', async () => {
    const own = await startService({ world: scriptedWorld(() => ({})), page: { file: () => undefined, howToBuild: 'Run <this>.' } });
    const response = await own.get('/');
    expect([response.status, await response.text()]).toEqual([404, expect.stringContaining('Run &lt;this>.')]);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
    await own.stop();
  });
});
