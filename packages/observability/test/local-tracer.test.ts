import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Attributes } from '@ratchet/core';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { localTracer } from '../src/local-tracer.ts';

interface Line {
  readonly name: string;
  readonly traceId: number;
  readonly spanId: number;
  readonly parentId: number | null;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly attributes: Attributes | null;
  readonly error?: string;
}

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ratchet-tracer-'));
  file = join(folder, 'deep', 'traces.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const readText = () => readFileSync(file, 'utf8');
const readLines = (): readonly Line[] =>
  readText()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

/** Each look at it is a second later. */
function ticking(): () => Date {
  let seconds = 0;
  return () => new Date(Date.UTC(2025, 0, 1, 0, 0, seconds++));
}

describe('localTracer', () => {
  test('writes one line for each span when it ends, and makes the folder', async () => {
    const tracer = localTracer(file, ticking());
    await tracer.span('first', { a: 1 }, async () => undefined);
    await tracer.span('second', {}, async () => undefined);
    expect(readText().match(/\n/g)).toHaveLength(2);
    expect(readLines()).toEqual([
      {
        name: 'first',
        traceId: 1,
        spanId: 1,
        parentId: null,
        startedAt: '2025-01-01T00:00:00.000Z',
        endedAt: '2025-01-01T00:00:01.000Z',
        attributes: { a: 1 },
      },
      { name: 'second', traceId: 2, spanId: 2, parentId: null, startedAt: '2025-01-01T00:00:02.000Z', endedAt: '2025-01-01T00:00:03.000Z', attributes: {} },
    ]);
  });

  test('keeps one line a span when names and attributes hold line breaks', async () => {
    await localTracer(file, ticking()).span('a\nname', { text: 'two\r\nlines\u2028' }, async () => undefined);
    expect(readLines()).toMatchObject([{ name: 'a\nname', attributes: { text: 'two\r\nlines\u2028' } }]);
  });

  test('adds to what stands in the file', async () => {
    await localTracer(file, ticking()).span('of one run', {}, async () => undefined);
    await localTracer(file, ticking()).span('of the next', {}, async () => undefined);
    expect(readLines().map(({ name }) => name)).toEqual(['of one run', 'of the next']);
  });

  test('nests spans by the work that opened them, whatever runs at the same time', async () => {
    const tracer = localTracer(file, ticking());
    const leaf = (name: string, ms: number) => tracer.span(name, {}, () => wait(ms));
    const branch = (name: string, ms: number) =>
      tracer.span(name, {}, async () => {
        await wait(ms);
        await Promise.all([leaf(`${name}.slow`, 6), leaf(`${name}.fast`, 1)]);
        await leaf(`${name}.last`, 1);
      });
    await Promise.all([branch('a', 3), branch('b', 1), branch('c', 2)]);
    const lines = readLines();
    expect(lines).toHaveLength(12);
    for (const root of ['a', 'b', 'c']) {
      const own = lines.find(({ name }) => name === root);
      expect(own).toMatchObject({ parentId: null, traceId: own?.spanId });
      for (const child of ['slow', 'fast', 'last']) {
        expect(lines.find(({ name }) => name === `${root}.${child}`)).toMatchObject({ parentId: own?.spanId, traceId: own?.traceId });
      }
    }
  });

  test('nests any tree of spans as it was opened', async () => {
    interface Tree {
      readonly children: readonly Tree[];
    }
    const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
      tree: fc.oneof({ depthSize: 'small' }, fc.constant({ children: [] }), fc.record({ children: fc.array(tie('tree'), { maxLength: 4 }) })),
    }));
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(tree, async (root) => {
        file = join(folder, `${runs++}.jsonl`);
        const tracer = localTracer(file, ticking());
        const open = async (node: Tree, path: string): Promise<void> =>
          tracer.span(path, {}, async () => {
            await Promise.all(node.children.map((child, index) => open(child, `${path}/${index}`)));
          });
        await open(root, 'root');
        const lines = readLines();
        const nameOf = new Map(lines.map(({ spanId, name }) => [spanId, name]));
        expect(nameOf.size).toBe(lines.length);
        for (const { name, parentId, traceId } of lines) {
          expect(parentId === null ? null : nameOf.get(parentId)).toBe(name === 'root' ? null : name.slice(0, name.lastIndexOf('/')));
          expect(nameOf.get(traceId)).toBe('root');
        }
      }),
    );
  });

  test('starts a trace of its own after a span has ended', async () => {
    const tracer = localTracer(file, ticking());
    await tracer.span('before', {}, async () => undefined);
    await tracer.span('after', {}, () => tracer.span('inside', {}, async () => undefined));
    const [before, inside, after] = readLines();
    expect(after).toMatchObject({ name: 'after', parentId: null });
    expect(after?.traceId).not.toBe(before?.traceId);
    expect(inside?.parentId).toBe(after?.spanId);
  });

  test('two tracers do not nest in each other', async () => {
    const other = localTracer(join(folder, 'other.jsonl'), ticking());
    await other.span('outer', {}, () => localTracer(file, ticking()).span('inner', {}, async () => undefined));
    expect(readLines()).toMatchObject([{ name: 'inner', parentId: null }]);
  });

  test.each<[string, unknown, string]>([
    ['an error', new RangeError('out of range'), 'out of range'],
    ['a text', 'just words', 'just words'],
    ['nothing', undefined, 'undefined'],
    ['a thing without a text', Object.create(null), 'unknown'],
  ])('keeps what a step failed with: %s', async (_what, thrown, message) => {
    const failing = localTracer(file, ticking()).span('step', { a: 1 }, async (span) => {
      span.set({ b: 2 });
      throw thrown;
    });
    await expect(failing).rejects.toBe(thrown);
    expect(readLines()).toMatchObject([{ name: 'step', attributes: { a: 1, b: 2 }, error: message }]);
  });

  test('marks every step that an error passes through, and only those', async () => {
    const tracer = localTracer(file, ticking());
    const run = tracer.span('outer', {}, async () => {
      await tracer.span('well', {}, async () => undefined);
      await tracer.span('inner', {}, async () => {
        throw new Error('fault');
      });
    });
    await expect(run).rejects.toThrow('fault');
    expect(readLines().map(({ name, error }) => [name, error])).toEqual([
      ['well', undefined],
      ['inner', 'fault'],
      ['outer', 'fault'],
    ]);
  });

  test('of attributes with the same name the one that was set last counts', async () => {
    await localTracer(file, ticking()).span('step', { a: 'first', b: 'kept' }, async (span) => {
      span.set({ a: 'second', c: 1 });
      span.set({ a: 'third' });
    });
    expect(readLines()).toMatchObject([{ attributes: { a: 'third', b: 'kept', c: 1 } }]);
  });

  test('writes a BigInt as its digits', async () => {
    await localTracer(file, ticking()).span('step', { deep: [{ value: 2n ** 70n }] }, async () => undefined);
    expect(readLines()).toMatchObject([{ attributes: { deep: [{ value: '1180591620717411303424' }] } }]);
  });

  test('ends a cycle where it closes, and shows what occurs twice without one as often', async () => {
    const shared = { value: 1 };
    const cycle: Record<string, unknown> = { shared, again: [shared, shared] };
    cycle['self'] = { back: cycle };
    await localTracer(file, ticking()).span('step', { cycle }, async () => undefined);
    expect(readLines()).toMatchObject([{ attributes: { cycle: { shared, again: [shared, shared], self: { back: '[circular]' } } } }]);
  });

  test('writes a span without attributes that cannot be written, and the spans after it', async () => {
    const tracer = localTracer(file, ticking());
    const refusing = {
      toJSON: () => {
        throw new Error('no');
      },
    };
    await tracer.span('odd', { refusing }, async () => undefined);
    await tracer.span('next', { a: 1 }, async () => undefined);
    expect(readLines()).toMatchObject([
      { name: 'odd', attributes: null },
      { name: 'next', attributes: { a: 1 } },
    ]);
  });

  test('writes whatever JSON has a form for as it is', async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (attributes) => {
        file = join(folder, `${runs++}.jsonl`);
        await localTracer(file, ticking()).span('step', attributes, async () => undefined);
        expect(readLines().map((line) => line.attributes)).toEqual([JSON.parse(JSON.stringify(attributes))]);
      }),
    );
  });

  test('a file that cannot be written to changes nothing for the work', async () => {
    writeFileSync(join(folder, 'deep'), 'a file where the folder should be');
    const tracer = localTracer(file, ticking());
    expect(await tracer.span('step', {}, async () => tracer.span('inside', {}, async () => 42))).toBe(42);
    const fault = new Error('fault');
    await expect(tracer.span('failing', {}, () => Promise.reject(fault))).rejects.toBe(fault);
    expect(readFileSync(join(folder, 'deep'), 'utf8')).toBe('a file where the folder should be');
  });

  test('does not try again once the file could not be written to', async () => {
    mkdirSync(file, { recursive: true });
    const tracer = localTracer(file, ticking());
    await tracer.span('lost', {}, async () => undefined);
    rmSync(file, { recursive: true });
    await tracer.span('lost too', {}, async () => undefined);
    expect(() => readText()).toThrow('ENOENT');
  });
});
