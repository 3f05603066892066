import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('aging-objects.ts', import.meta.url));

async function meanBytes(...words: readonly string[]): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--max-semi-space-size=1', program, ...words]);
  return Number(stdout);
}

it('a process that is to run for long has less of what is dead in its heap', async () => {
  const [usual, steady] = [await meanBytes(), await meanBytes('steady')];
  expect(steady).toBeGreaterThan(10_000_000);
  expect(steady).toBeLessThan(0.8 * usual);
}, 60_000);
