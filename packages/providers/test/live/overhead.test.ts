import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { scriptedApi } from './scripted-api.ts';

const server = await scriptedApi();
afterAll(() => server.close());

/** What the bare SDK takes on the machine that the limit is for. */
const usualBareMs = 0.6;

test('all layers together take at most 0.2 ms of processor time a call more than the bare SDK, in proportion on a slower machine', async () => {
  // In a process of its own: the modules of a test run slower than those of the program.
  const program = fileURLToPath(new URL('measure-overhead.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, server.baseUrl('openai')]);
  const { bareMs, layeredMs } = JSON.parse(stdout) as { bareMs: number; layeredMs: number };
  expect(bareMs).toBeGreaterThan(0.05);
  expect(layeredMs - bareMs, stdout).toBeLessThanOrEqual(0.2 * Math.max(1, bareMs / usualBareMs));
  expect(server.seen.length).toBe(2 * (16 + 12) * 40);
}, 180_000);
