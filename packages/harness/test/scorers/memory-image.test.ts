import fc from 'fast-check';
import { expect, it } from 'vitest';
import { memoryImage } from '../../src/scorers/memory-image.ts';

/** Laid out as the interpreter's: static data, a stack, a heap. */
const size = 4 * 1024 * 1024;
const staticEnd = 64 * 1024;
const stackEnd = 3 * 1024 * 1024;
const heapEnd = stackEnd + 128 * 1024;

const byte = fc.integer({ min: 1, max: 255 });
const inStatic = fc.integer({ min: 0, max: staticEnd - 1 });
const inHeap = fc.integer({ min: stackEnd, max: heapEnd - 1 });
const writes = fc.array(fc.tuple(fc.oneof(inStatic, inHeap), byte), { maxLength: 40 });

it('puts back every byte of static data and heap, and what was zero too', () => {
  fc.assert(
    fc.property(writes, writes, fc.integer({ min: staticEnd, max: size - 1 }), (before, after, anywhere) => {
      const bytes = new Uint8Array(size);
      bytes[0] = 1;
      bytes[staticEnd - 1] = 1;
      bytes[stackEnd] = 1;
      bytes[heapEnd - 1] = 1;
      for (const [at, value] of before) bytes[at] = value;
      const asItWas = bytes.slice();
      const image = memoryImage({ buffer: bytes.buffer });
      for (const [at, value] of after) bytes[at] = value;
      bytes[anywhere] = 255;
      image.restore();
      expect(Buffer.compare(bytes.subarray(0, staticEnd), asItWas.subarray(0, staticEnd))).toBe(0);
      expect(Buffer.compare(bytes.subarray(stackEnd, heapEnd), asItWas.subarray(stackEnd, heapEnd))).toBe(0);
    }),
    { numRuns: 50 },
  );
});

it('keeps a memory without a gap as a whole', () => {
  const bytes = new Uint8Array(64 * 1024);
  bytes[10] = 1;
  bytes[60_000] = 2;
  const image = memoryImage({ buffer: bytes.buffer });
  bytes.fill(9);
  image.restore();
  expect(bytes.subarray(0, 60_001).every((value, at) => value === (at === 10 ? 1 : at === 60_000 ? 2 : 0))).toBe(true);
});

it('follows a memory that has grown', () => {
  const memory = { buffer: new Uint8Array([1, 2, 3, 0, 0, 0, 0, 0]).buffer };
  const image = memoryImage(memory);
  memory.buffer = new ArrayBuffer(4096);
  image.restore();
  expect([...new Uint8Array(memory.buffer, 0, 4)]).toEqual([1, 2, 3, 0]);
});
