/** Runs the loops of kernels.wat, each on a memory of its own. */
import { compiledKernels } from './compiled-kernels.ts';

/** Places are in bytes from the beginning of the memory; what each does stands in kernels.wat. */
export interface Kernels {
  products(query: number, row: number, count: number, dimensions: number, out: number): void;
  eightProducts(queries: number, row: number, count: number, dimensions: number, out: number): void;
  addRows(codes: number, size: number, columns: number, factors: number, count: number, sum: number): void;
}

export interface KernelMemory {
  readonly buffer: ArrayBuffer;
  readonly kernels: Kernels;
}

/** The parts of the global WebAssembly that are used here; neither ES2024 nor Node's types declare it. */
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (limits: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

const pageBytes = 65_536;
let compiled: object | null | undefined;

/**
 * Zeros at first. undefined where 128-bit instructions of WebAssembly are not known, or no more room of the address space is given for it: the
 * same loops in TypeScript give the same results then, in four times the time.
 */
export function kernelMemory(bytes: number): KernelMemory | undefined {
  compiled ??= compile();
  if (compiled === null) return undefined;
  const pages = Math.max(1, Math.ceil(bytes / pageBytes));
  try {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    return { buffer: memory.buffer, kernels: new WebAssembly.Instance(compiled, { own: { memory } }).exports as Kernels };
  } catch {
    return undefined;
  }
}

function compile(): object | null {
  const bytes = Buffer.from(compiledKernels, 'base64');
  return WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : null;
}
