import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { canCountInstructions, instructionsIn, instructionsPerRun } from '../../src/compare/count-instructions.ts';

const folder = mkdtempSync(join(tmpdir(), 'ratchet-perf-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A perf that says that whatever it runs took as many instructions as the last word of its command, times 1,000, and 5 million. */
function perf(name: string, line: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\nfor last; do :; done\ncase "$last" in *[!0-9]*) last=1;; esac\n${line}\n`);
  chmodSync(file, 0o755);
  return file;
}
const counting = perf('counting', 'echo "$((5000000 + 1000 * last)),,instructions:u,123,100.00,," >&3');
const withoutCounters = perf('without', 'echo "<not supported>,,instructions:u,0,100.00,," >&3');

describe('instructions', () => {
  test('are read from what perf prints, unless it could not count them', () => {
    expect(instructionsIn('1234567,,instructions:u,100,100.00,,\n')).toBe(1234567);
    for (const text of ['<not supported>,,instructions:u,0,100.00,,', '<not counted>,,instructions,0,0.00,,', '', '99,,cycles:u,1,1,,'])
      expect(instructionsIn(text)).toBeUndefined();
  });

  test('of one run leave out what a process takes to begin', () => {
    const probe = { path: 'any', size: 10 };
    expect(instructionsPerRun(probe, { checkout: '/', runs: 100, perf: counting })).toBe(1000);
    expect(instructionsPerRun(probe, { checkout: '/', runs: 100, perf: withoutCounters })).toBeUndefined();
  });

  test('cannot be counted without perf, or without counters', () => {
    expect([counting, withoutCounters, join(folder, 'nothing')].map((file) => canCountInstructions(file))).toEqual([true, false, false]);
  });
});
