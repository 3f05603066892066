import { describe, expect, it } from 'vitest';
import { renderForestReport } from '../../src/forest/forest-report.ts';
import { compareSpeed } from '../../src/forest/speed.ts';

describe('the benchmark of forests', () => {
  it('measures ours alone where there is no scikit-learn, and says so', async () => {
    const speed = await compareSpeed(undefined, { sizes: [60], runs: 1 });
    expect(speed.map(({ task }) => task)).toEqual(['classifier', 'regressor']);
    for (const row of speed) {
      expect(row.oursMs).toBeGreaterThan(0);
      expect(row.scikitLearnMs).toBeUndefined();
    }
    const text = renderForestReport({ speed, outputs: [], accuracy: [] });
    expect(text).toContain('no Python with scikit-learn was found');
    expect(text).toMatch(/\| classifier +\| 60 +\| 50 +\| \d+ ms +\| +\| +\|/);
    expect(text).not.toContain('Accuracy');
  });
});
