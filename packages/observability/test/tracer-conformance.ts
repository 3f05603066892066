/** What every `Tracer` must do, whatever it writes to: a suite that is given a factory. */
import type { Attributes, Span, Tracer } from '@ratchet/core';
import { describe, expect, test } from 'vitest';

/** `open` makes a fresh tracer for each test. */
export function describeTracer(name: string, open: () => Tracer): void {
  describe(`${name} as a tracer`, () => {
    test('gives back what the work gives, itself and not a copy', async () => {
      const result = { kept: true };
      expect(await open().span('step', {}, async () => result)).toBe(result);
    });

    test('does the work once', async () => {
      let times = 0;
      await open().span('step', { a: 1 }, async (span) => {
        times++;
        span.set({ b: 2 });
      });
      expect(times).toBe(1);
    });

    test.each<[string, unknown]>([
      ['an error', new Error('fault')],
      ['a text', 'fault'],
      ['nothing', undefined],
      ['null', null],
      ['a thing without a text', Object.create(null)],
    ])('lets through what the work throws: %s', async (_what, thrown) => {
      const caught = await open()
        .span('step', {}, async () => {
          throw thrown;
        })
        .then(
          () => 'no error',
          (error: unknown) => ({ error }),
        );
      expect(caught).toEqual({ error: thrown });
      expect((caught as { error: unknown }).error).toBe(thrown);
    });

    test('does the same for a step that waits for nothing', () => {
      const result = { kept: true };
      let times = 0;
      const work = (): object => {
        times++;
        return result;
      };
      expect(open().step('step', { a: 1 }, work)).toBe(result);
      expect(times).toBe(1);
      const fault = new Error('fault');
      expect(() =>
        open().step('step', {}, () => {
          throw fault;
        }),
      ).toThrow(fault);
    });

    test('lets through what the work throws before it waits', async () => {
      const fault = new Error('fault');
      const throwing = (): Promise<never> => {
        throw fault;
      };
      await expect((async () => open().span('step', {}, throwing))()).rejects.toBe(fault);
    });

    test('is not hurt by content that cannot be given', async () => {
      const work = async (span: Span): Promise<string> => {
        span.content(() => {
          throw new Error('no content');
        });
        return 'done';
      };
      expect(await open().span('step', {}, work)).toBe('done');
    });

    test('runs steps within steps, and steps at the same time', async () => {
      const tracer = open();
      const inner = (label: string) => tracer.span(label, {}, async () => `${label}!`);
      const outer = (label: string) => tracer.span(label, {}, async () => (await Promise.all([inner(`${label}1`), inner(`${label}2`)])).join(' '));
      expect(await Promise.all([outer('a'), outer('b')])).toEqual(['a1! a2!', 'b1! b2!']);
    });

    const cycle: Record<string, unknown> = { inside: {} };
    cycle['inside'] = { cycle };
    test.each<[string, Attributes]>([
      ['a BigInt', { value: 2n ** 70n }],
      ['a cycle', cycle],
      ['a function and a symbol', { value: () => 1, other: Symbol('s') }],
      [
        'a thing that refuses to be written',
        {
          toJSON: () => {
            throw new Error('no');
          },
        },
      ],
      [
        'a getter that throws',
        {
          get value() {
            throw new Error('no');
          },
        },
      ],
      ['frozen ones', Object.freeze({ value: 1 })],
    ])('is not hurt by attributes with %s', async (_what, attributes) => {
      const work = async (span: { set(more: Attributes): void }) => {
        span.set(attributes);
        return 'done';
      };
      expect(await open().span('step', attributes, work)).toBe('done');
    });

    test('bears attributes that come after the step has ended', async () => {
      let late: (attributes: Attributes) => void = () => undefined;
      await open().span('step', {}, async (span) => {
        late = (attributes) => span.set(attributes);
      });
      expect(() => late({ tooLate: true })).not.toThrow();
    });
  });
}
