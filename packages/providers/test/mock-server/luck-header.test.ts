import { type ModelCall, seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { luckHeaderName, luckHeaders, readLuckHeader } from '../../src/mock-server/luck-header.ts';
import { WireError } from '../../src/mock-server/wire-error.ts';
import { countedAttempts } from '../../src/simulated/counted-attempts.ts';

const anyCall: fc.Arbitrary<ModelCall> = fc.record(
  {
    requestId: fc.constant('r'),
    messages: fc.array(fc.record({ role: fc.constant('user' as const), content: fc.string({ maxLength: 3 }) }), { minLength: 1, maxLength: 2 }),
    temperature: fc.constant(0),
    maxOutputTokens: fc.constant(1),
    seed: fc.integer({ min: -2, max: 2 }),
    timeoutMs: fc.double({ min: 0, noNaN: true }),
  },
  { requiredKeys: ['requestId', 'messages', 'temperature', 'maxOutputTokens', 'seed'] },
);

describe('the header that states the luck of a call', () => {
  test('is read as it was written: luck, seed, time limit, and the try that a simulated model would count', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.tuple(fc.constantFrom('a', 'b'), anyCall), { maxLength: 12 }), (seed, calls) => {
        const luck = seededRandom(seed);
        const headersOf = luckHeaders(luck);
        const counts: Readonly<Record<string, (call: ModelCall) => number>> = { a: countedAttempts(), b: countedAttempts() };
        for (const [model, call] of calls) {
          const read = readLuckHeader(headersOf(model, call)[luckHeaderName] ?? '');
          expect(read.luck.state()).toBe(luck.state());
          expect(read.seed).toBe(call.seed);
          expect(read.attempt).toBe(counts[model]?.(call));
          expect(read.timeoutMs).toBe(Number.isFinite(call.timeoutMs ?? Number.NaN) ? call.timeoutMs : undefined);
        }
      }),
    );
  });

  test.each([
    '',
    'luck=0123456789abcdef',
    'luck=0123456789abcdef; seed=0',
    'luck=0123; seed=0; attempt=0',
    'luck=0123456789abcdef; seed=0.5; attempt=0',
    'luck=0123456789abcdef; seed=0; attempt=-1',
    'luck=0123456789abcdef; seed=0; attempt=0; timeout-ms=soon',
    'luck=0123456789abcdef; seed=0; attempt=0; lucky=1',
  ])('is refused where it says "%s"', (value) => {
    expect(() => readLuckHeader(value)).toThrow(WireError);
  });
});
