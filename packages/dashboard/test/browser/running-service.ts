/** A real service with simulated models, as `ratchet serve` starts it, with folders of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ratchet = fileURLToPath(new URL('../../../cli/src/ratchet.mjs', import.meta.url));

export const adminKey = 'rk_admin_abcdefghijklmnopqrstuvwxyz0123';

export interface RunningService {
  readonly url: string;
  /** Kills it as a crash would, and starts another at the same port with the same store when called again. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** POST with the admin key, JSON both ways. */
  post(path: string, body: object, headers?: Readonly<Record<string, string>>): Promise<unknown>;
  /** A key of these scopes. */
  newKey(scopes: string): Promise<string>;
  close(): Promise<void>;
}

export async function runningService(): Promise<RunningService> {
  const home = mkdtempSync(join(tmpdir(), 'ratchet-page-'));
  const env = { ...process.env, RATCHET_HOME: home, RATCHET_RESULTS: join(home, 'results'), RATCHET_ADMIN_KEY: adminKey, NO_COLOR: '1' };
  let child: ChildProcess;
  let port = 0;
  const start = async (): Promise<void> => {
    child = spawn(process.execPath, [ratchet, 'serve', '--json', '--port', String(port), '--learn-every-s', '1'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let errors = '';
    child.stderr?.on('data', (data: Buffer) => {
      errors += data.toString();
    });
    const line = await Promise.race([
      once(child.stdout as NodeJS.ReadableStream, 'data').then(([data]) => String(data)),
      once(child, 'exit').then(() => Promise.reject(new Error(`serve ended: ${errors}`))),
    ]);
    port = Number(new URL((JSON.parse(line) as { url: string }).url).port);
  };
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  await start();
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    kill,
    start,
    post: async (path, body, headers = {}) => {
      const response = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      const text = await response.text();
      return text.startsWith('{') ? JSON.parse(text) : text;
    },
    newKey: async (scopes) => {
      const maker = spawn(process.execPath, [ratchet, 'keys', 'create', '--scope', scopes, '--json'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
      let out = '';
      maker.stdout.on('data', (data: Buffer) => {
        out += data.toString();
      });
      await once(maker, 'close');
      const key = /rk_\w+/.exec(out)?.[0];
      if (key === undefined) throw new Error(`no key in ${out}`);
      return key;
    },
    close: async () => {
      await kill();
      rmSync(home, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
