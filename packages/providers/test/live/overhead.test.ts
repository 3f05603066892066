import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { scriptedApi } from './scripted-api.ts';

const server = await scriptedApi();
afterAll(() => server.close());

// On a machine of its own they take 0.1 to 0.2 ms, by the same program; beside other work the figures are off by a factor of two.
test('all layers together take no more processor time than the bare SDK', async () => {
  // In a process of its own: the modules of a test run slower than those of the program.
  const program = fileURLToPath(new URL('measure-overhead.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, server.baseUrl('openai')]);
  const { bareMs, layeredMs } = JSON.parse(stdout) as { bareMs: number; layeredMs: number };
  expect(bareMs).toBeGreaterThan(0.05);
  expect(layeredMs - bareMs, stdout).toBeLessThanOrEqual(bareMs);
  expect(server.seen.length).toBe(2 * (10 + 10) * 40);
}, 180_000);
