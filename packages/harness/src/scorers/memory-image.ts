/** Keeps what stands in a WebAssembly memory, and puts it back, so that a program can be begun again from the same point. */

/** The part of `WebAssembly.Memory` that is used here. */
export interface LinearMemory {
  /** Another one after the memory has grown. */
  readonly buffer: ArrayBuffer;
}

export interface MemoryImage {
  /** Everything up to the last byte that was in use when the image was taken is as it was then. */
  restore(): void;
}

const pageBytes = 4096;
/** Only the unused part of Emscripten's stack (5 MiB) is a gap of that length. */
const gapBytes = 1024 * 1024;

/**
 * Take it of a module that has run nothing else, while no function of it is under way. Memory is laid out as static data,
 * stack, heap: what a program leaves on the stack below, and on the heap above, nothing reads before it is written anew. So the
 * longest gap of zeros, which is stack, and all above the last byte in use are left as they are.
 */
export function memoryImage(memory: LinearMemory): MemoryImage {
  const words = new BigUint64Array(memory.buffer);
  const wordsPerPage = pageBytes / 8;
  const inUse: number[] = [];
  for (let page = 0; page * wordsPerPage < words.length; page++) {
    if (words.subarray(page * wordsPerPage, (page + 1) * wordsPerPage).some((word) => word !== 0n)) inUse.push(page);
  }
  const last = inUse.at(-1) ?? -1;
  let gap = { from: 0, to: 0 };
  for (const [index, page] of inUse.entries()) {
    const from = (inUse[index - 1] ?? -1) + 1;
    if (page - from > gap.to - gap.from) gap = { from, to: page };
  }
  const ranges =
    (gap.to - gap.from) * pageBytes < gapBytes
      ? [[0, last + 1]]
      : [
          [0, gap.from],
          [gap.to, last + 1],
        ];
  const kept = ranges.map(([from, to]) => ({
    offset: (from as number) * pageBytes,
    bytes: new Uint8Array(memory.buffer.slice((from as number) * pageBytes, (to as number) * pageBytes)),
  }));
  return {
    restore: () => {
      const target = new Uint8Array(memory.buffer);
      for (const { offset, bytes } of kept) target.set(bytes, offset);
    },
  };
}
