import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { localTracer as tracerOf } from '../src/local-tracer.ts';
import { redactor } from '../src/secrets.ts';
import { parseSpanLine, type SpanRecord } from '../src/span-record.ts';
import type { SpanSink } from '../src/span-sink.ts';
import { spanTracer } from '../src/span-tracer.ts';
import { ticking, tracerParts } from './tracer-parts.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ratchet-tracer-'));
  file = join(folder, 'deep', 'traces.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const readText = () => readFileSync(file, 'utf8');
const readLines = (): readonly SpanRecord[] =>
  readText()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const span = parseSpanLine(line);
      if (span === undefined) throw new Error(`no span: ${line}`);
      return span;
    });
const localTracer = (path: string, nowMs: () => number, content = true) => tracerOf(path, { ...tracerParts(nowMs), content });

describe('localTracer', () => {
  test('writes one line for each span when it ends, and makes the folder', async () => {
    const tracer = localTracer(file, ticking());
    await tracer.span('first', { a: 1 }, async () => undefined);
    await tracer.span('second', {}, async () => undefined);
    expect(readText().match(/\n/g)).toHaveLength(2);
    const [first, second] = readLines();
    expect(first).toMatchObject({ name: 'first', parentId: null, startedAtMs: 0, durationMs: 1000, attributes: { a: 1 }, results: {} });
    expect(second).toMatchObject({ name: 'second', parentId: null, startedAtMs: 2000, durationMs: 1000, attributes: {}, results: {} });
    expect(second?.traceId).not.toBe(first?.traceId);
  });

  test('keeps one line a span when names and attributes hold line breaks', async () => {
    await localTracer(file, ticking()).span('a\nname', { text: 'two\r\nlines\u2028' }, async () => undefined);
    expect(readLines()).toMatchObject([{ name: 'a\nname', attributes: { text: 'two\r\nlines\u2028' } }]);
  });

  test('says when a span began, and how long it took, to a microsecond', async () => {
    const time = fc.double({ min: 0, max: 4e12, noNaN: true });
    const lines: string[] = [];
    await fc.assert(
      fc.asyncProperty(time, fc.double({ min: 0, max: 1e7, noNaN: true }), async (begun, ms) => {
        const times = [begun, begun + ms];
        const sink: SpanSink = { write: (line) => lines.push(line), flush: () => undefined, close: () => undefined };
        const tracer = spanTracer({ ...tracerParts(() => times.shift() as number), sinks: [sink] });
        await tracer.span('a', {}, async () => undefined);
        const { startedAtMs, durationMs } = parseSpanLine(lines.pop() as string) as SpanRecord;
        expect([startedAtMs, durationMs]).toEqual([Math.round(begun * 1000) / 1000, Math.round((begun + ms - begun) * 1000) / 1000]);
      }),
    );
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
      expect(own).toMatchObject({ parentId: null });
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
        expect(new Set(lines.map(({ traceId }) => traceId)).size).toBe(1);
        for (const { name, parentId } of lines)
          expect(parentId === null ? null : nameOf.get(parentId)).toBe(name === 'root' ? null : name.slice(0, name.lastIndexOf('/')));
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

  test.each<[string, unknown, object]>([
    ['an error', new RangeError('out of range'), { kind: 'RangeError', message: 'out of range' }],
    ['an error of a kind', Object.assign(new Error('late'), { kind: 'timeout' }), { kind: 'timeout', message: 'late' }],
    ['a text', 'just words', { kind: 'thrown', message: 'just words' }],
    ['nothing', undefined, { kind: 'thrown', message: 'undefined' }],
    ['a thing without a text', Object.create(null), { kind: 'unknown' }],
  ])('keeps what a step failed with: %s', async (_what, thrown, error) => {
    const failing = localTracer(file, ticking()).span('step', { a: 1 }, async (span) => {
      span.set({ b: 2 });
      throw thrown;
    });
    await expect(failing).rejects.toBe(thrown);
    expect(readLines()).toMatchObject([{ name: 'step', attributes: { a: 1 }, results: { b: 2 }, error }]);
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
    expect(readLines().map(({ name, error }) => [name, error?.message])).toEqual([
      ['well', undefined],
      ['inner', 'fault'],
      ['outer', 'fault'],
    ]);
  });

  test('keeps apart what was known at the beginning and what came of it; of the latter the last counts', async () => {
    await localTracer(file, ticking()).span('step', { a: 'first', b: 'kept' }, async (span) => {
      span.set({ a: 'second', c: 1 });
      span.set({ a: 'third' });
    });
    expect(readLines()).toMatchObject([{ attributes: { a: 'first', b: 'kept' }, results: { a: 'third', c: 1 } }]);
  });

  test('nests steps that wait for nothing among those that do', async () => {
    const tracer = localTracer(file, ticking());
    const seven = await tracer.span('outer', {}, async () =>
      tracer.step('middle', {}, (span) => {
        span.set({ b: 1 });
        return tracer.step('inner', { a: 1 }, () => 7);
      }),
    );
    const [inner, middle, outer] = readLines();
    expect(seven).toBe(7);
    expect([inner?.parentId, middle?.parentId, outer?.parentId]).toEqual([middle?.spanId, outer?.spanId, null]);
    expect(middle?.results).toEqual({ b: 1 });
  });

  describe('where content is not kept', () => {
    test('asks for none, and keeps no message of an error, which may quote it', async () => {
      let asked = 0;
      const tracer = localTracer(file, ticking(), false);
      const failing = tracer.span('step', {}, async (span) => {
        span.content(() => {
          asked++;
          return { prompt: 'the prompt' };
        });
        throw Object.assign(new Error('refused: the prompt'), { kind: 'refused' });
      });
      await expect(failing).rejects.toThrow('refused: the prompt');
      expect(asked).toBe(0);
      expect(readText()).not.toContain('the prompt');
      expect(readLines()).toMatchObject([{ error: { kind: 'refused' } }]);
    });

    test('keeps it elsewhere', async () => {
      await localTracer(file, ticking()).span('step', {}, async (span) => {
        span.content(() => ({ prompt: 'the prompt' }));
        span.content(() => ({ answer: 'the answer' }));
      });
      expect(readLines()).toMatchObject([{ content: { prompt: 'the prompt', answer: 'the answer' } }]);
    });
  });

  test('takes secrets out of whatever a span says, its error and its name too', async () => {
    const secret = 'k-0123456789"\\end';
    const tracer = tracerOf(file, { ...tracerParts(ticking()), redact: redactor([secret]) });
    const failing = tracer.span(`step ${secret}`, { deep: [{ text: `with ${secret}` }] }, async (span) => {
      span.content(() => ({ answer: secret }));
      throw new Error(`key ${secret} is wrong`);
    });
    await expect(failing).rejects.toThrow('is wrong');
    expect(readText()).not.toContain('0123456789');
    expect(readLines()).toMatchObject([{ name: 'step [redacted]', attributes: { deep: [{ text: 'with [redacted]' }] } }]);
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
