/** Runs untrusted JavaScript in QuickJS (WebAssembly): no host access, a memory limit and a deterministic deadline. */
import variant from "@jitl/quickjs-wasmfile-release-sync";
import { newQuickJSWASMModuleFromVariant, type QuickJSWASMModule } from 'quickjs-emscripten-core';

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
  run(scripts: readonly SandboxScript[], result: string, limits?: SandboxLimits): SandboxEnd;
}

let loading: Promise<QuickJSWASMModule> | undefined;

/** Loads the interpreter once a process (about 20 ms). */
export async function loadJavaScriptSandbox(): Promise<JavaScriptSandbox> {
  loading ??= newQuickJSWASMModuleFromVariant(variant);
  const module = await loading;
  return { run: (scripts, result, limits = defaultSandboxLimits) => runProgram(module, scripts, result, limits) };
}

function runProgram(
  module: QuickJSWASMModule,
  scripts: readonly SandboxScript[],
  result: string,
  limits: SandboxLimits,
): SandboxEnd {
  const runtime = module.newRuntime();
  runtime.setMemoryLimit(limits.memoryBytes);
  runtime.setMaxStackSize(limits.stackBytes);
  let interrupts = 0;
  runtime.setInterruptHandler(() => ++interrupts > limits.maxInterrupts);
  const context = runtime.newContext();
  const scriptErrors: string[] = [];
  const overDeadline = () => interrupts > limits.maxInterrupts;
  const stopped = (message: string): SandboxEnd => ({
    kind: 'stopped',
    reason: overDeadline() ? 'deadline' : /out of memory/.test(message) ? 'memory' : 'failed',
    message,
    scriptErrors,
  });
  try {
    for (const script of scripts) {
      const evaluated = context.evalCode(script.code, script.name);
      if (evaluated.error) {
        const message = describe(context.dump(evaluated.error));
        evaluated.error.dispose();
        if (overDeadline() || /out of memory/.test(message)) return stopped(message);
        scriptErrors.push(`${script.name}: ${message}`);
      } else {
        evaluated.value.dispose();
      }
    }
    const wrapped = `globalThis.__end = undefined;
      Promise.resolve((async () => (${result}))()).then(
        (value) => { globalThis.__end = JSON.stringify({ value }); },
        (error) => { globalThis.__end = JSON.stringify({ error: String(error) }); });`;
    const begun = context.evalCode(wrapped, 'result');
    if (begun.error) {
      const message = describe(context.dump(begun.error));
      begun.error.dispose();
      return stopped(message);
    }
    begun.value.dispose();
    const jobs = runtime.executePendingJobs();
    if (jobs.error) {
      const message = describe(context.dump(jobs.error));
      jobs.error.dispose();
      return stopped(message);
    }
    jobs.dispose();
    const end = context.getProp(context.global, '__end').consume((handle) => context.dump(handle));
    if (typeof end !== 'string') return stopped(overDeadline() ? 'interrupted' : 'the result was never settled');
    const outcome = JSON.parse(end) as { value?: unknown; error?: string };
    if (outcome.error !== undefined) return stopped(outcome.error);
    return { kind: 'completed', value: outcome.value, scriptErrors };
  } catch (error) {
    return stopped(error instanceof Error ? error.message : String(error));
  } finally {
    context.dispose();
    try {
      runtime.dispose();
    } catch {
      // A runtime that ran out of memory may hold objects it cannot free; the module's memory is reused anyway.
    }
  }
}

function describe(dumped: unknown): string {
  if (dumped !== null && typeof dumped === 'object' && 'message' in dumped) {
    const { name, message } = dumped as { name?: string; message?: string };
    return `${name ?? 'Error'}: ${message ?? ''}`;
  }
  return String(dumped);
}
