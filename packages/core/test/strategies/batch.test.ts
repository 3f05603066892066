import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BatchArm, batchArmSchema } from '../../src/arm.ts';
import { batch, packChunks } from '../../src/strategies/batch.ts';
import { silentTracer } from '../../src/tracer.ts';
import { virtualClock } from '../../src/virtual-clock.ts';
import { analysisOf, stepsWith } from '../analysis-of.ts';
import { contents, type Script, scriptedModels } from '../scripted-models.ts';

const armWith = (parameters: Partial<BatchArm>) => batchArmSchema.parse({ strategy: 'batch', model: 'm', ...parameters });

async function run(analysis: Parameters<typeof batch>[0], parameters: Partial<BatchArm>, script: Script) {
  const clock = virtualClock();
  const scripted = scriptedModels(clock, { m: script });
  const end = await batch(analysis, armWith(parameters), { models: scripted.models, clock, tracer: silentTracer });
  return { end, elapsedMs: clock.now(), ...scripted };
}

describe('packChunks', () => {
  const anyChunks = fc.array(fc.nat(40), { minLength: 1, maxLength: 15 }).map((lengths) => analysisOf(lengths.map((length) => 'x'.repeat(length))).chunks);
  const tokens = (group: readonly { readonly text: string }[]) => group.reduce((sum, chunk) => sum + chunk.text.length / 4, 0);

  test('keeps every chunk, in order, and groups within the limit unless a single chunk exceeds it', () => {
    fc.assert(
      fc.property(anyChunks, fc.integer({ min: 1, max: 20 }), (chunks, chunkSize) => {
        const groups = packChunks(chunks, chunkSize);
        expect(groups.flat()).toEqual(chunks);
        groups.forEach((group, index) => {
          expect(group).not.toHaveLength(0);
          if (group.length > 1) expect(tokens(group)).toBeLessThanOrEqual(chunkSize);
          const next = groups[index + 1]?.[0];
          if (next !== undefined) expect(tokens([...group, next])).toBeGreaterThan(chunkSize);
        });
      }),
    );
  });
});

describe('batch', () => {
  test('asks for each chunk in a call of its own, with the parameters of the arm', async () => {
    const { end, calls } = await run(
      stepsWith(2),
      { chunkSize: 1, temperature: 0.3, maxOutputTokens: 77, timeoutMs: 5000 },
      (call) => `answer to ${contents(call, 'step')}`,
    );
    expect(end).toEqual({ kind: 'answered', text: 'answer to step 0;\n\nanswer to step 1;' });
    expect(calls.map(({ kind, sections }) => ({ kind, sections }))).toEqual([
      { kind: 'step', sections: [{ tag: 'step', content: 'step 0;' }] },
      { kind: 'step', sections: [{ tag: 'step', content: 'step 1;' }] },
    ]);
    expect(calls[0]?.call).toMatchObject({ requestId: 'request', temperature: 0.3, maxOutputTokens: 77, timeoutMs: 5000, seed: 0 });
  });

  test('lets small chunks share a call', async () => {
    const { calls } = await run(stepsWith(5), { chunkSize: 4 }, () => 'ok');
    expect(calls.map((call) => contents(call, 'step'))).toEqual([['step 0;\n\nstep 1;'], ['step 2;\n\nstep 3;'], ['step 4;']]);
  });

  test('shows each call the materials that its own chunks lack, and no others', async () => {
    const material = '"""\ndata\n"""';
    const analysis = analysisOf(['Explain it. ', `Sum it up.\n${material}\n`], [], [material]);
    const { calls } = await run(analysis, { chunkSize: 1 }, () => 'ok');
    expect(calls.map(({ sections }) => sections)).toEqual([
      [
        { tag: 'material', content: material },
        { tag: 'step', content: 'Explain it.' },
      ],
      [{ tag: 'step', content: `Sum it up.\n${material}` }],
    ]);
  });

  test('keeps answers in the order of the chunks and calls within the limit, whatever they take', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 9 }),
        fc.integer({ min: 1, max: 5 }),
        async (durations, maxConcurrency) => {
          const { end, calls, mostAtOnce, elapsedMs } = await run(stepsWith(durations.length), { chunkSize: 1, maxConcurrency }, (call) => {
            const index = Number(/\d+/.exec(contents(call, 'step')[0] as string)?.[0]);
            return { text: `answer ${index}`, takesMs: durations[index] as number };
          });
          expect(end).toEqual({ kind: 'answered', text: durations.map((_duration, index) => `answer ${index}`).join('\n\n') });
          expect(calls).toHaveLength(durations.length);
          expect(mostAtOnce()).toBe(Math.min(maxConcurrency, durations.length));
          // Each slot takes the next chunk as soon as it is free.
          const slots = Array.from({ length: maxConcurrency }, () => 0);
          for (const duration of durations) {
            slots.sort((a, b) => a - b);
            slots[0] = (slots[0] as number) + duration;
          }
          expect(elapsedMs).toBe(Math.max(...slots));
        },
      ),
    );
  });

  test('keeps the other answers when a call fails, and names the first failure', async () => {
    const { end } = await run(stepsWith(3), { chunkSize: 1 }, (call) => (contents(call, 'step')[0] === 'step 0;' ? 'first' : { error: 'timeout' }));
    expect(end).toMatchObject({ kind: 'failed', error: { kind: 'timeout', modelId: 'm' }, partialText: 'first' });
  });

  test('lets faults that are not of a model pass', async () => {
    await expect(run(stepsWith(2), {}, () => ({ error: new TypeError('bug') }))).rejects.toThrow(TypeError);
  });
});
