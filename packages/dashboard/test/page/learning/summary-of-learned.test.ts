import { costQualityPlane, heatmapFilm, learningCurves } from '@ratchet/harness/figures';
import type { Learned, LearnedGeneration } from '@ratchet/service';
import { describe, expect, it } from 'vitest';
import { planeOfLearned, summaryOfLearned } from '../../../src/page/learning/summary-of-learned.ts';

const around = (mean: number) => ({ mean, low: mean * 0.9, high: mean * 1.1 });
const generation = (number: number, changes: Partial<LearnedGeneration> = {}): LearnedGeneration => ({
  generation: number,
  at: null,
  decisions: 100,
  judged: 60,
  quality: around(0.7 + number / 100),
  costUsd: around(0.1 / (number + 1)),
  latencyMs: around(1000),
  regret: around(0.1),
  strategies: { direct: 0.75, batch: 0.25 },
  explored: { decisions: 0, judged: 0, quality: null, costUsd: null, latencyMs: null },
  families: [
    { family: 'single', strategy: 'direct', share: 1, decisions: 75 },
    { family: 'list', strategy: 'batch', share: 1, decisions: 25 },
  ],
  ...changes,
});
const idle = { decisions: 0, judged: 0, quality: null, costUsd: null, latencyMs: null, regret: null, strategies: {}, families: [] };
const learned: Learned = {
  serving: 3,
  generations: [generation(0), generation(1, idle), generation(2), generation(3)],
  heuristic: { quality: around(0.7), costUsd: around(0.1), latencyMs: around(1000) },
  events: [],
};

describe('what a service learned, as a summary', () => {
  it('gives curves of the generations that served, with the heuristic as a line', async () => {
    const { panels, legend } = await learningCurves(summaryOfLearned(learned), 'train');
    const drawn = panels.filter(({ kind }) => kind === 'drawn').map(({ title }) => title);
    expect(drawn).toHaveLength(4);
    expect(drawn.some((title) => title.startsWith('Utility'))).toBe(false);
    expect(legend.map(({ label }) => label)).toEqual(['what served', 'heuristic']);
    const svg = JSON.stringify(panels);
    expect(svg).toContain('generation 2: 0.72');
    expect(svg).not.toContain('generation 1:');
  });

  it('gives a film of the same generations', async () => {
    const film = heatmapFilm(summaryOfLearned(learned));
    expect(film?.generations).toEqual([0, 2, 3]);
    const frame = await film?.frame(2);
    expect(frame).toContain('single, direct: 100% (75 of 75 decisions)');
    await expect(film?.frame(1)).rejects.toThrow('no generation 1');
  });

  it('gives a point for each generation in the plane', async () => {
    const summary = planeOfLearned(learned);
    expect(Object.keys(summary.policies)).toEqual(['heuristic', 'generation 2', 'generation 3']);
    const { panels } = await costQualityPlane(summary);
    expect(JSON.stringify(panels)).toContain('generation 3: quality 0.73');
  });

  it('is drawn without a fault where nothing is known', async () => {
    const empty: Learned = { serving: 0, generations: [generation(0, idle)], heuristic: { quality: null, costUsd: null, latencyMs: null }, events: [] };
    expect((await learningCurves(summaryOfLearned(empty), 'train')).panels.every(({ kind }) => kind === 'left-out')).toBe(true);
    expect(heatmapFilm(summaryOfLearned(empty))).toBeUndefined();
  });
});
