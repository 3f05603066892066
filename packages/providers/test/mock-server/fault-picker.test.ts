import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { faultPicker, type StruckRequest } from '../../src/mock-server/fault-picker.ts';
import { faultFileSchema } from '../../src/mock-server/fault-rules.ts';

const half = { kind: 'rate-limited', probability: 0.5 };
const fileOf = (faults: readonly object[], seed = 0) => faultFileSchema.parse({ seed, faults });
const request = (content: string): StruckRequest => ({ path: '/v1/messages', model: 'sim', content });
const contents = Array.from({ length: 4000 }, (_, index) => `content ${index}`);

describe('faultPicker', () => {
  test('strikes at its share of the requests', () => {
    for (const probability of [0, 0.05, 0.5, 1]) {
      const pick = faultPicker(fileOf([{ ...half, probability }]));
      const struck = contents.filter((content) => pick(request(content)) !== undefined).length / contents.length;
      expect(Math.abs(struck - probability)).toBeLessThanOrEqual(4 * Math.sqrt((probability * (1 - probability)) / contents.length));
    }
  });

  test('does not let what strikes a request depend on the order of requests', () => {
    const some = contents.slice(0, 30);
    fc.assert(
      fc.property(fc.shuffledSubarray(some, { minLength: 30 }), fc.integer(), (shuffled, seed) => {
        const outcomes = (order: readonly string[]) => {
          const pick = faultPicker(fileOf([half, { ...half, kind: 'empty-body' }], seed));
          return new Map(order.map((content) => [content, pick(request(content))?.kind]));
        };
        const [straight, other] = [outcomes(some), outcomes(shuffled)];
        for (const content of some) expect(other.get(content)).toBe(straight.get(content));
      }),
      { numRuns: 40 },
    );
  });

  test('draws anew when a request comes again, and for another seed', () => {
    const kinds = (seed: number) => {
      const pick = faultPicker(fileOf([half], seed));
      return Array.from({ length: 64 }, () => pick(request('again'))?.kind);
    };
    expect(kinds(0)).toEqual(kinds(0));
    expect(kinds(0)).not.toEqual(kinds(1));
    expect(new Set(kinds(0)).size).toBe(2);
  });

  test('strikes no more often than its count, and leaves the rest to the rules after it', () => {
    const pick = faultPicker(
      fileOf([
        { kind: 'server-error', count: 2 },
        { kind: 'empty-body', count: 1 },
      ]),
    );
    expect(contents.slice(0, 5).map((content) => pick(request(content))?.kind)).toEqual(['server-error', 'server-error', 'empty-body', undefined, undefined]);
  });

  test('looks at the model and the path', () => {
    const pick = faultPicker(
      fileOf([
        { kind: 'server-error', model: 'a' },
        { kind: 'empty-body', path: '/p' },
      ]),
    );
    expect(pick({ path: '/q', model: 'a', content: '' })?.kind).toBe('server-error');
    expect(pick({ path: '/p', model: 'b', content: '' })?.kind).toBe('empty-body');
    expect(pick({ path: '/p', model: undefined, content: '' })?.kind).toBe('empty-body');
    expect(pick({ path: '/q', model: undefined, content: '' })).toBeUndefined();
  });
});

describe('a file of faults', () => {
  test.each<[string, object]>([
    ['no faults', { faults: [] }],
    ['an unknown kind', { faults: [{ kind: 'earthquake' }] }],
    ['a key of another kind', { faults: [{ kind: 'empty-body', delayMs: 3 }] }],
    ['a probability above 1', { faults: [{ kind: 'empty-body', probability: 2 }] }],
    ['a status that is none of the server', { faults: [{ kind: 'server-error', status: 404 }] }],
    ['an unknown key', { faults: [{ kind: 'empty-body' }], seeds: 3 }],
  ])('with %s is refused', (_what, file) => {
    expect(faultFileSchema.safeParse(file).success).toBe(false);
  });
});
