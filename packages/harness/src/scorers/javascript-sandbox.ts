/** Runs untrusted JavaScript in QuickJS (WebAssembly): no host access, a memory limit and a deterministic deadline. */
import variant from '@jitl/quickjs-wasmfile-release-sync';
import { newQuickJSWASMModuleFromVariant, newVariant, type QuickJSSyncVariant, type QuickJSWASMModule } from 'quickjs-emscripten-core';
import { type LinearMemory, memoryImage } from './memory-image.ts';
import { type SandboxProgram, startProgram } from './sandbox-program.ts';

/** What an execution may use. The deadline counts interpreter interrupts, not seconds, so that a slow machine gives the same result. */
export interface SandboxLimits {
  /** Interrupt checks before the program is stopped; QuickJS makes about one per 10,000 branches. */
  readonly maxInterrupts: number;
  readonly memoryBytes: number;
  readonly stackBytes: number;
}

export const defaultSandboxLimits: SandboxLimits = {
  maxInterrupts: 400,
  memoryBytes: 16 * 1024 * 1024,
  stackBytes: 256 * 1024,
};

/** One script of a program; scripts share their globals, and one that throws does not stop those after it. */
export interface SandboxScript {
  readonly name: string;
  readonly code: string;
}

export type SandboxEnd =
  | { readonly kind: 'completed'; readonly value: unknown; readonly scriptErrors: readonly string[] }
  | {
      readonly kind: 'stopped';
      readonly reason: 'deadline' | 'memory' | 'failed';
      readonly message: string;
      readonly scriptErrors: readonly string[];
    };

/** A loaded interpreter; every `run` meets it as if nothing had run before, so nothing leaks from one program to the next. */
export interface JavaScriptSandbox {
  /** Evaluates the scripts in order, then `result` as an expression (a promise is awaited) and returns its JSON value. */
  run(scripts: readonly SandboxScript[], result: string, limits?: SandboxLimits): Promise<SandboxEnd>;
  /** Ends as if every run began with these scripts; they are evaluated once, and what they left in memory is put back for each run. */
  after(scripts: readonly SandboxScript[]): JavaScriptSandbox;
}

/** The one part of the global WebAssembly that is used here; neither ES2024 nor Node's types declare it. */
declare const WebAssembly: { readonly Memory: new (limits: { initial: number; maximum: number }) => LinearMemory };

/** QuickJS counts large strings and buffers only one by one, so the module's own memory has a ceiling: 32 MiB in pages of 64 KiB. */
const memoryPages = { initial: 256, maximum: 512 };

interface LoadedModule {
  readonly module: QuickJSWASMModule;
  readonly memory: LinearMemory;
}

/** The interpreter of programs that begin from nothing. */
let current: Promise<LoadedModule> | undefined;

/** Loads the interpreter once a process (about 20 ms), and again after a program that broke it. */
export async function loadJavaScriptSandbox(): Promise<JavaScriptSandbox> {
  current ??= loadModule();
  await current;
  return { run: runInCurrentModule, after: sandboxAfter };
}

function sandboxAfter(first: readonly SandboxScript[]): JavaScriptSandbox {
  return {
    run: (scripts, result, limits = defaultSandboxLimits) => runFromImage(first, { scripts, result }, limits),
    after: (more) => sandboxAfter([...first, ...more]),
  };
}

async function runInCurrentModule(scripts: readonly SandboxScript[], result: string, limits: SandboxLimits = defaultSandboxLimits): Promise<SandboxEnd> {
  for (;;) {
    current ??= loadModule();
    const loading = current;
    const { module } = await loading;
    // Another program may have broken the module while this one waited for it.
    if (loading !== current) continue;
    const program = startProgram(module, limits);
    const { end, intact } = finish(program, { scripts, result });
    if (!intact || !program.dispose()) current = undefined;
    return end;
  }
}

/** A program that has run its first scripts, in a module of its own. */
interface ProgramImage {
  readonly program: SandboxProgram;
  restore(): void;
}

/** By first scripts and limits; null where these alone stop the program. */
const images = new Map<string, Promise<ProgramImage | null>>();
/** Each has a module with at least 16 MiB of address space. */
const keptImages = 4;

interface ProgramRest {
  readonly scripts: readonly SandboxScript[];
  readonly result: string;
}

async function runFromImage(first: readonly SandboxScript[], rest: ProgramRest, limits: SandboxLimits): Promise<SandboxEnd> {
  const key = JSON.stringify([first, limits]);
  for (;;) {
    let loading = images.get(key);
    if (loading === undefined) {
      const oldest = images.keys().next();
      if (images.size >= keptImages && !oldest.done) images.delete(oldest.value);
      loading = takeImage(first, limits);
      images.set(key, loading);
    }
    const image = await loading;
    if (image === null) return runInCurrentModule([...first, ...rest.scripts], rest.result, limits);
    // Another program may have broken it, or taken its place, while this one waited for it.
    if (loading !== images.get(key)) continue;
    image.restore();
    const { end, intact } = finish(image.program, rest);
    if (!intact) images.delete(key);
    return end;
  }
}

async function takeImage(first: readonly SandboxScript[], limits: SandboxLimits): Promise<ProgramImage | null> {
  const { module, memory } = await loadModule();
  const program = startProgram(module, limits);
  try {
    if (program.evaluate(first) !== undefined) return null;
  } catch {
    return null;
  }
  const image = memoryImage(memory);
  const resetCounts = program.mark();
  return {
    program,
    restore: () => {
      image.restore();
      resetCounts();
    },
  };
}

async function loadModule(): Promise<LoadedModule> {
  const memory = new WebAssembly.Memory(memoryPages);
  const options = {
    wasmMemory: memory,
    // A broken module says so on standard error; the end of the run says it better.
    emscriptenModule: { printErr: () => undefined } as object,
  };
  return {
    module: await newQuickJSWASMModuleFromVariant(newVariant(variant as unknown as QuickJSSyncVariant, options as Parameters<typeof newVariant>[1])),
    memory,
  };
}

/** `intact` is false when the program left the module in a state that no other program may meet. */
function finish(program: SandboxProgram, { scripts, result }: ProgramRest): { readonly end: SandboxEnd; readonly intact: boolean } {
  try {
    const end = program.evaluate(scripts) ?? program.settle(result);
    // QuickJS cannot free a runtime that ran out of memory; it aborts on the attempt.
    return { end, intact: !(end.kind === 'stopped' && end.reason === 'memory') };
  } catch (error) {
    // The WebAssembly code trapped or used up the host's stack: nothing in the module can be relied on.
    return { end: program.broken(error), intact: false };
  }
}
