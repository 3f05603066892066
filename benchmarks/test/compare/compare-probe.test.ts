import { describe, expect, test } from 'vitest';
import { compareProbe } from '../../src/compare/compare-probe.ts';
import { compareTable } from '../../src/compare/compare-suite.ts';
import { projectRoot } from '../../src/suite/project-root.ts';

const settings = { base: projectRoot, candidate: projectRoot, pairs: 2, mostPairs: 2, blockMs: 30, blocks: 3, threshold: 0.1, instructions: false } as const;

describe('two checkouts', () => {
  test('are measured in processes of their own; the bytes of equal code are about equal', async () => {
    const found = await compareProbe({ path: 'read chunks of its clauses', size: 100 }, settings);
    if (found.kind === 'missing') throw new Error('is there');
    expect(found.time.base).toBeGreaterThan(1);
    // Code that the compiler has hardly seen allocates more, and on a busy machine one side may be further than the other.
    expect(found.bytes.ratio).toBeGreaterThan(0.5);
    expect(found.bytes.ratio).toBeLessThan(2);
    expect(compareTable([found])).toContain(`| ${found.verdict} `);
  });

  test('of which one lacks what is measured are not compared, and it is said which', async () => {
    const found = await compareProbe({ path: 'read chunks of its clauses', size: 100 }, { ...settings, base: '/nowhere' });
    expect(found).toEqual({ kind: 'missing', path: 'read chunks of its clauses', size: 100, from: 'base' });
    expect(compareTable([found])).toContain('not in the base');
  });
});
