import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { machineSchema } from '../../src/suite/machine.ts';
import { markdownTable } from '../../src/suite/markdown-table.ts';
import { projectRoot } from '../../src/suite/project-root.ts';

const folder = mkdtempSync(join(tmpdir(), 'ratchet-bench-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bench = (...words: readonly string[]) =>
  spawnSync(process.execPath, [join(projectRoot, 'benchmarks/src/bench.ts'), ...words], {
    encoding: 'utf8',
    env: { ...process.env, RATCHET_PYTHON: '/nowhere' },
  });

describe('pnpm bench', () => {
  test('runs the suite that is named, prints its figures as JSON, and writes them with the machine', () => {
    const { status, stdout, stderr } = bench('hot-paths', '--only', 'append', '--quick', '--json', '--out', folder);
    expect([status, stderr]).toEqual([0, expect.stringContaining('append outcomes')]);
    const { curves } = JSON.parse(stdout)['hot-paths'];
    expect(curves).toHaveLength(1);
    const written = JSON.parse(readFileSync(join(folder, 'hot-paths.json'), 'utf8'));
    expect(machineSchema.parse(written.machine).processors).toBeGreaterThan(0);
    expect(written).toMatchObject({ suite: 'hot-paths', quick: true, figures: { curves } });
    expect(readFileSync(join(folder, 'hot-paths.md'), 'utf8')).toMatch(/^# Hot paths\n/);
  });

  test('says what there is when a suite is not, and writes nothing', () => {
    const { status, stdout, stderr } = bench('nothing', '--out', join(folder, 'none'));
    expect([status, stdout, stderr]).toEqual([2, '', expect.stringContaining('there is no suite "nothing"')]);
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });
});

describe('markdownTable', () => {
  test('has lines of one width, whatever stands in its cells', () => {
    const lines = markdownTable(
      ['a', 'b'],
      [
        ['x|y', 'long'],
        ['z', ''],
      ],
    ).split('\n');
    expect(lines).toHaveLength(4);
    expect(new Set(lines.map(({ length }) => length)).size).toBe(1);
    expect(lines[2]).toContain('x\\|y');
  });
});
