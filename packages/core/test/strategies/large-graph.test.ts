import { describe, expect, test } from 'vitest';
import { armSchema } from '../../src/arm.ts';
import { estimateArm } from '../../src/estimate-calls.ts';
import { executeArm } from '../../src/execute-arm.ts';
import { silentTracer } from '../../src/tracer.ts';
import { virtualClock } from '../../src/virtual-clock.ts';
import { stepsWith } from '../analysis-of.ts';
import { scriptedModels } from '../scripted-models.ts';

const arm = armSchema.parse({ strategy: 'orchestrate', model: 'm', maxConcurrency: 256, maxDepth: 3 });

/** A band of edges, so that each step needs the four before it; and a loop of the last one. */
function band(size: number) {
  const edges = Array.from({ length: size }, (_, to) => [1, 2, 3, 4].flatMap((back) => (to >= back ? [[to - back, to] as const] : []))).flat();
  return stepsWith(size, [...edges, [size - 1, size - 1]]);
}

/** Milliseconds of processor time for executing and estimating, models apart: other work of the machine is not in them. */
async function spent(size: number): Promise<number> {
  const analysis = band(size);
  const clock = virtualClock();
  const { models, calls } = scriptedModels(clock, { m: () => 'done' });
  const begun = process.cpuUsage();
  estimateArm(analysis, arm, 3);
  const end = await executeArm(analysis, arm, { models, clock, tracer: silentTracer });
  const { user, system } = process.cpuUsage(begun);
  expect(end.kind).toBe('answered');
  expect(calls.length).toBeGreaterThan(size);
  return (user + system) / 1000;
}

describe('a graph of 1,000 chunks', () => {
  test('is executed in time that grows with its size, and not with its square', async () => {
    await spent(250);
    let [small, large] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let round = 0; round < 4; round++) [small, large] = [Math.min(small, await spent(250)), Math.min(large, await spent(1000))];
    // Four times the chunks: 4 for linear growth, 16 for quadratic.
    expect(large / small).toBeLessThan(10);
    expect(large).toBeLessThan(3000);
  });
});
