import { type Analysis, type Arm, analyze, armSchema, executeArm, type LanguageModel, seededRandom, silentTracer } from '@ratchet/core';
import { describe, expect, test } from 'vitest';
import { retryingModel } from '../../src/retrying-model.ts';
import { simulate, words } from './example-world.ts';

const lucks = Array.from({ length: 20 }, (_, luck) => luck);
type Edge = readonly [from: number, to: number];

/** Chunks that ask for the same, with these edges. */
function sameSteps(size: number, edges: readonly Edge[] = []): Analysis {
  const text = `${words.format}.\n`;
  return {
    ...analyze({ id: 'parallel', text }),
    text: text.repeat(size),
    chunks: Array.from({ length: size }, (_, index) => ({ index, start: index * text.length, end: (index + 1) * text.length, text, operation: null })),
    edges: edges.map(([from, to]) => ({ from, to, reason: 'order' })),
    materials: [],
  };
}

/** Executes on a simulated model with its usual spread of latencies, its faults and its retries; how long each step took, in virtual milliseconds. */
async function timed(analysis: Analysis, arm: Arm, luck: number) {
  const { model, clock } = simulate({ luck, profile: { rateLimitedShare: 0.01, cutOffShare: 0.01 } });
  const retrying = retryingModel(model, { clock, random: seededRandom('retries', luck) });
  const begunAt: number[] = [];
  const endedAt: number[] = [];
  let steps = 0;
  const watched: LanguageModel = {
    id: model.id,
    complete: async (call, options) => {
      steps++;
      begunAt.push(clock.now());
      const answer = await retrying.complete(call, options);
      endedAt.push(clock.now());
      return answer;
    },
  };
  const events = new Map<number, { begun: number; ended: number }>();
  const end = await executeArm(analysis, arm, {
    models: () => watched,
    clock,
    tracer: silentTracer,
    onProgress: (event) => {
      if (event.kind !== 'step') return;
      const times = events.get(event.step) ?? { begun: clock.now(), ended: 0 };
      times.ended = clock.now();
      events.set(event.step, times);
    },
  });
  expect(end.kind).toBe('answered');
  expect(steps).toBe(analysis.chunks.length);
  return { elapsedMs: clock.now(), durationsMs: analysis.chunks.map(({ index }) => (events.get(index)?.ended ?? 0) - (events.get(index)?.begun ?? 0)) };
}

function criticalPathMs({ chunks, edges }: Analysis, durationsMs: readonly number[]): number {
  const doneMs: number[] = [];
  for (const { index } of chunks) {
    const ready = Math.max(0, ...edges.filter(({ to }) => to === index).map(({ from }) => doneMs[from] as number));
    doneMs[index] = ready + (durationsMs[index] as number);
  }
  return Math.max(...doneMs);
}

describe('parallel gain on simulated models, by the virtual clock', () => {
  test('orchestrate finishes within 1.1 times the critical path, given enough concurrency', async () => {
    const arm = armSchema.parse({ strategy: 'orchestrate', model: 'sim', maxConcurrency: 32, maxDepth: 1 });
    const random = seededRandom('graphs');
    for (const luck of lucks) {
      const size = 4 + Math.floor(20 * random.uniform('size', luck));
      const edges = Array.from({ length: size }, (_, to) =>
        Array.from({ length: to }, (_, from): Edge => [from, to]).filter(([from]) => random.uniform(luck, from, to) < 2 / size),
      ).flat();
      const analysis = sameSteps(size, edges);
      const { elapsedMs, durationsMs } = await timed(analysis, arm, luck);
      expect(elapsedMs).toBeLessThanOrEqual(1.1 * criticalPathMs(analysis, durationsMs));
      // So that there is something to gain.
      expect(elapsedMs).toBeLessThan(durationsMs.reduce((sum, ms) => sum + ms, 0));
    }
  });

  test('batch takes 32 equal chunks at concurrency 8 within 1.2 times the ideal', async () => {
    const arm = armSchema.parse({ strategy: 'batch', model: 'sim', maxConcurrency: 8, chunkSize: 1 });
    const ratios = await Promise.all(
      lucks.map(async (luck) => {
        const { elapsedMs, durationsMs } = await timed(sameSteps(32), arm, luck);
        // Eight calls at once, all the time.
        return elapsedMs / (durationsMs.reduce((sum, ms) => sum + ms, 0) / 8);
      }),
    );
    // The last calls end when they end: calls of one length differ by a quarter in what they take.
    expect(Math.max(...ratios)).toBeLessThanOrEqual(1.3);
    expect(ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length).toBeLessThanOrEqual(1.2);
  });
});
