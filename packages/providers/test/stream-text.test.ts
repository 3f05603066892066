import { virtualClock } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { streamText } from '../src/stream-text.ts';

const anyMs = fc.double({ min: 0, max: 1e5, noNaN: true });

describe('a text that is streamed', () => {
  test('is given as a whole, whatever the time it takes and however that is rounded', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), anyMs, anyMs, async (text, one, other) => {
        const pieces: string[] = [];
        const timing = { modelId: 'm', clock: virtualClock(), latencyMs: Math.max(one, other), firstMs: Math.min(one, other) };
        await streamText(text, timing, { onDelta: (delta) => delta.kind === 'text' && pieces.push(delta.text) });
        expect(pieces.join('')).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  test('is cut short by a limit, at a piece of it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 16, maxLength: 60 }), fc.double({ min: 0.1, max: 0.9, noNaN: true }), async (text, share) => {
        const pieces: string[] = [];
        const clock = virtualClock();
        await streamText(
          text,
          { modelId: 'm', clock, latencyMs: 1000, firstMs: 10, limitMs: 1000 * share },
          { onDelta: (delta) => delta.kind === 'text' && pieces.push(delta.text) },
        );
        expect(text.startsWith(pieces.join(''))).toBe(true);
        expect(pieces.join('').length).toBeLessThan(text.length);
        expect(pieces.length).toBeGreaterThan(0);
        expect(clock.now()).toBe(1000 * share);
      }),
      { numRuns: 100 },
    );
  });
});
