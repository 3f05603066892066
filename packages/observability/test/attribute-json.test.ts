import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attributeLimits, attributeWriter } from '../src/attribute-json.ts';
import { redactor } from '../src/secrets.ts';

const { object: attributesJson } = attributeWriter((json) => json);
const read = (attributes: Readonly<Record<string, unknown>>): unknown => JSON.parse(attributesJson(attributes));

describe('attributeWriter', () => {
  test('writes whatever JSON has a form for as it is, but for names of secrets', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })), (attributes) => {
        expect(read(attributes)).toEqual(JSON.parse(JSON.stringify(attributes)));
      }),
    );
  });

  test('is JSON whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.object({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true, withNullPrototype: true }),
        (attributes) => {
          expect(() => read(attributes)).not.toThrow();
        },
      ),
    );
  });

  test.each<[string, unknown, unknown]>([
    ['a date', new Date('2025-01-01T00:00:00Z'), '2025-01-01T00:00:00.000Z'],
    ['no date', new Date(Number.NaN), 'Invalid Date'],
    ['a BigInt', 2n ** 70n, '1180591620717411303424'],
    ['a number that JSON has not', Number.NEGATIVE_INFINITY, '-Infinity'],
    [
      'a map',
      new Map<unknown, unknown>([
        ['a', 1],
        [{ b: 2 }, new Map([['c', 3]])],
      ]),
      { a: 1, '{"b":2}': { c: 3 } },
    ],
    ['a set', new Set([1, 'two']), [1, 'two']],
    [
      'an error with its cause',
      new RangeError('out', { cause: new Error('in') }),
      { name: 'RangeError', message: 'out', cause: { name: 'Error', message: 'in' } },
    ],
    ['bytes', new Uint8Array(300), '[Uint8Array of 300 bytes]'],
    ['an address', new URL('http://127.0.0.1/a'), 'http://127.0.0.1/a'],
    ['a thing with a form of its own', { toJSON: () => ({ shown: true }) }, { shown: true }],
    ['a list with gaps', [undefined, () => 1, 2], [null, null, 2]],
  ])('has a form for %s', (_what, value, shown) => {
    expect(read({ value })).toEqual({ value: shown });
  });

  test('ends a cycle where it closes, and shows what occurs twice without one as often', () => {
    const shared = { value: 1 };
    const cycle: Record<string, unknown> = { shared, again: [shared, shared] };
    cycle['self'] = { back: cycle };
    expect(read({ cycle })).toEqual({ cycle: { shared, again: [shared, shared], self: { back: '[circular]' } } });
  });

  test('what cannot be read costs its own value alone', () => {
    const attributes = {
      a: 1,
      get b(): never {
        throw new Error('no');
      },
      c: {
        toJSON: () => {
          throw new Error('no');
        },
      },
      d: 4,
    };
    expect(read(attributes)).toEqual({ a: 1, b: '[unreadable]', c: '[unreadable]', d: 4 });
  });

  test('no text, list, object or depth is larger than it may be', () => {
    let deep: unknown = 'bottom';
    for (let level = 0; level < 100; level++) deep = { deep };
    const wide = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`k${index}`, index]));
    const json = attributesJson({ text: 'x'.repeat(1e6), list: Array.from({ length: 1e5 }, () => 1), wide, deep, map: new Map(Object.entries(wide)) });
    expect(json.length).toBeLessThan(20_000);
    const shown = JSON.parse(json) as Readonly<Record<string, never>>;
    expect(shown['text']).toMatch(/^x{4000}… \[996000 more characters\]$/);
    expect(shown['list']).toHaveLength(attributeLimits.entries + 1);
    expect(shown['wide']).toMatchObject({ '[more]': 4_800 });
    expect(shown['map']).toMatchObject({ '[more]': 4_800 });
    expect(json).toContain('[too deep]');
  });

  test('shows nothing under the name of a secret, but numbers, which are counts', () => {
    expect(read({ apiKey: 'k', headers: { Authorization: 'Basic x', accept: 'json' }, secrets: ['a'], secretsFound: 2, tokens: 'plain' })).toEqual({
      apiKey: '[redacted]',
      headers: { Authorization: '[redacted]', accept: 'json' },
      secrets: '[redacted]',
      secretsFound: 2,
      tokens: 'plain',
    });
  });

  test('takes secrets out of every text and name, however often they come and however long they are', () => {
    const secret = 'correct horse "battery" staple';
    const { object: write } = attributeWriter(redactor([secret]));
    const texts = [secret, `a${secret}b`, secret.repeat(9), `${'x'.repeat(500)}${secret}`];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...texts, 'plain', 'of no interest'), { maxLength: 8 }), (values) => {
        const attributes = { values, map: new Map(values.map((value, index) => [`${index} ${value}`, value])), [values[0] ?? 'none']: new Error(values[1]) };
        const json = write(attributes);
        expect(json).not.toContain('battery');
        expect((JSON.parse(json) as { values: string[] }).values).toEqual(values.map((value) => value.replaceAll(secret, '[redacted]')));
      }),
    );
  });

  test('looks through a short text that comes again once, and forgets those that do not, so that memory does not grow', () => {
    const looked: string[] = [];
    const { object: write } = attributeWriter((json) => {
      looked.push(json);
      return json;
    });
    for (let time = 0; time < 3; time++) write({ model: 'mini' });
    expect(looked).toEqual(['"model"', '"mini"']);
    for (let index = 0; index < 5_000; index++) write({ model: `text ${index}` });
    write({ model: 'mini' });
    expect(looked.filter((json) => json === '"mini"')).toHaveLength(2);
    expect(looked.filter((json) => json === '"model"')).toHaveLength(1);
  });
});
