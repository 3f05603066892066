import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import type { ShiftRun } from './live-shift-run.ts';

function inThread(): Promise<ShiftRun> {
  return new Promise((resolve, reject) => {
    new Worker(new URL('./live-shift-run.ts', import.meta.url)).once('message', resolve).once('error', reject);
  });
}

describe('a service whose models change under it, behind the wire that mock-llm speaks, with faults', () => {
  it('saves 40% of what the heuristic costs at its quality, before the shift and again within 500 requests after it, and fails no request', async () => {
    const { start, before, shift, after, struck, errors } = await inThread();
    const told = JSON.stringify({ start, before, shift, after, struck });
    expect(
      [start, before, shift, after].map(({ failed }) => failed),
      told,
    ).toEqual([0, 0, 0, 0]);
    expect(struck, told).toBeGreaterThan(10);
    // What the objective gives away of the 0.9 that the large model is right in, and two standard errors of so many answers.
    const least = 0.9 - 0.05 - 2 * Math.sqrt((0.9 * 0.1) / 120);
    for (const { quality, saved } of [before, after]) {
      expect(quality, told).toBeGreaterThan(least);
      expect(saved, told).toBeGreaterThan(0.4);
    }
    // While it is found out that the small one has turned bad, too.
    expect(shift.saved, told).toBeGreaterThan(0.4);
    expect(shift.quality, told).toBeGreaterThan(0.7);
    expect(errors).toEqual([]);
  }, 120_000);
});
