/** Runs untrusted JavaScript in QuickJS (WebAssembly): no host access, a memory limit and a deterministic deadline. */
import variant from '@jitl/quickjs-wasmfile-release-sync';
import { newQuickJSWASMModuleFromVariant, newVariant, type QuickJSSyncVariant, type QuickJSWASMModule } from 'quickjs-emscripten-core';

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

/** A loaded interpreter; every `run` gets a fresh runtime, so nothing leaks from one program to the next. */
export interface JavaScriptSandbox {
  /** Evaluates the scripts in order, then `result` as an expression (a promise is awaited) and returns its JSON value. */
  run(scripts: readonly SandboxScript[], result: string, limits?: SandboxLimits): Promise<SandboxEnd>;
}

/** The one part of the global WebAssembly that is used here; neither ES2024 nor Node's types declare it. */
declare const WebAssembly: { readonly Memory: new (limits: { initial: number; maximum: number }) => object };

/** QuickJS counts large strings and buffers only one by one, so the module's own memory has a ceiling: 32 MiB in pages of 64 KiB. */
const memoryPages = { initial: 256, maximum: 512 };

let current: Promise<QuickJSWASMModule> | undefined;

/** Loads the interpreter once a process (about 20 ms), and again after a program that broke it. */
export async function loadJavaScriptSandbox(): Promise<JavaScriptSandbox> {
  current ??= loadModule();
  await current;
  return { run: runInCurrentModule };
}

async function runInCurrentModule(scripts: readonly SandboxScript[], result: string, limits: SandboxLimits = defaultSandboxLimits): Promise<SandboxEnd> {
  for (;;) {
    current ??= loadModule();
    const loading = current;
    const module = await loading;
    // Another program may have broken the module while this one waited for it.
    if (loading !== current) continue;
    const { end, intact } = runProgram(module, scripts, result, limits);
    if (!intact) current = undefined;
    return end;
  }
}

function loadModule(): Promise<QuickJSWASMModule> {
  const options = {
    wasmMemory: new WebAssembly.Memory(memoryPages),
    // A broken module says so on standard error; the end of the run says it better.
    emscriptenModule: { printErr: () => undefined } as object,
  };
  return newQuickJSWASMModuleFromVariant(newVariant(variant as unknown as QuickJSSyncVariant, options));
}

/** `intact` is false when the program left the module in a state that no other program may meet. */
function runProgram(
  module: QuickJSWASMModule,
  scripts: readonly SandboxScript[],
  result: string,
  limits: SandboxLimits,
): { readonly end: SandboxEnd; readonly intact: boolean } {
  const runtime = module.newRuntime();
  runtime.setMemoryLimit(limits.memoryBytes);
  runtime.setMaxStackSize(limits.stackBytes);
  let interrupts = 0;
  const overDeadline = () => interrupts > limits.maxInterrupts;
  runtime.setInterruptHandler(() => {
    interrupts += 1;
    return overDeadline();
  });
  const context = runtime.newContext();
  const scriptErrors: string[] = [];
  const stopped = (message: string): SandboxEnd => ({
    kind: 'stopped',
    reason: overDeadline() ? 'deadline' : isOutOfMemory(message) ? 'memory' : 'failed',
    message,
    scriptErrors,
  });
  const evaluate = (code: string, name: string): string | undefined => {
    const evaluated = context.evalCode(code, name);
    if (!evaluated.error) {
      evaluated.value.dispose();
      return undefined;
    }
    return describe(evaluated.error.consume((handle) => context.dump(handle)));
  };
  const run = (): SandboxEnd => {
    for (const { name, code } of scripts) {
      const error = evaluate(code, name);
      if (error === undefined) continue;
      if (overDeadline() || isOutOfMemory(error)) return stopped(error);
      scriptErrors.push(`${name}: ${error}`);
    }
    const error = evaluate(settled(result), 'result');
    if (error !== undefined) return stopped(error);
    const jobs = runtime.executePendingJobs();
    if (jobs.error) return stopped(describe(jobs.error.consume((handle) => context.dump(handle))));
    jobs.dispose();
    if (overDeadline()) return stopped('interrupted');
    const end: unknown = context.getProp(context.global, '__end').consume((handle) => context.dump(handle));
    if (typeof end !== 'string') return stopped('the result was never settled');
    const outcome = JSON.parse(end) as { value?: unknown; error?: string };
    if (outcome.error !== undefined) return stopped(outcome.error);
    return { kind: 'completed', value: outcome.value, scriptErrors };
  };
  let end: SandboxEnd;
  try {
    end = run();
  } catch (error) {
    // The WebAssembly code trapped or used up the host's stack: nothing in the module can be relied on.
    return { end: stopped(error instanceof Error ? error.message : String(error)), intact: false };
  }
  // QuickJS cannot free a runtime that ran out of memory; it aborts on the attempt.
  if (end.kind === 'stopped' && end.reason === 'memory') return { end, intact: false };
  try {
    context.dispose();
    runtime.dispose();
    return { end, intact: true };
  } catch {
    return { end, intact: false };
  }
}

/** A script that leaves the settled value of an expression in __end, as JSON. */
function settled(expression: string): string {
  return `globalThis.__end = undefined;
    Promise.resolve((async () => (${expression}))()).then(
      (value) => { globalThis.__end = JSON.stringify({ value }); },
      (error) => { globalThis.__end = JSON.stringify({ error: String(error) }); });`;
}

/** Out of memory, QuickJS may not even be able to make the error and throws null. */
function isOutOfMemory(message: string): boolean {
  return message === 'InternalError: out of memory' || message === 'null';
}

function describe(dumped: unknown): string {
  if (dumped !== null && typeof dumped === 'object' && 'message' in dumped) {
    const { name, message } = dumped as { name?: string; message?: string };
    return `${name ?? 'Error'}: ${message ?? ''}`;
  }
  return String(dumped);
}
