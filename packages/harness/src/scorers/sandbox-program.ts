/** One program in a QuickJS interpreter: scripts are evaluated one after another, then a result is asked for. */
import type { QuickJSWASMModule } from 'quickjs-emscripten-core';
import type { SandboxEnd, SandboxLimits, SandboxScript } from './javascript-sandbox.ts';

export interface SandboxProgram {
  /** Evaluates scripts until one stops the program; undefined when none did. */
  evaluate(scripts: readonly SandboxScript[]): SandboxEnd | undefined;
  /** The JSON value of an expression, or of the promise that it gives. */
  settle(expression: string): SandboxEnd;
  /** For what is thrown when the WebAssembly code traps or uses up the host's stack. */
  broken(error: unknown): SandboxEnd;
  /** A function that puts back what is counted outside the interpreter: interrupts and script errors. */
  mark(): () => void;
  /** False when the program could not be freed, so that no other may meet what it left. */
  dispose(): boolean;
}

export function startProgram(module: QuickJSWASMModule, limits: SandboxLimits): SandboxProgram {
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
  // The library keeps the handle that it makes on first use; made now, it is part of an image of the memory.
  const { global } = context;
  let scriptErrors: readonly string[] = [];
  const stopped = (message: string): SandboxEnd => ({
    kind: 'stopped',
    reason: overDeadline() ? 'deadline' : isOutOfMemory(message) ? 'memory' : 'failed',
    message,
    scriptErrors,
  });
  const evaluateOne = (code: string, name: string): string | undefined => {
    const evaluated = context.evalCode(code, name);
    if (!evaluated.error) {
      evaluated.value.dispose();
      return undefined;
    }
    return describe(evaluated.error.consume((handle) => context.dump(handle)));
  };
  return {
    evaluate: (scripts) => {
      for (const { name, code } of scripts) {
        const error = evaluateOne(code, name);
        if (error === undefined) continue;
        if (overDeadline() || isOutOfMemory(error)) return stopped(error);
        scriptErrors = [...scriptErrors, `${name}: ${error}`];
      }
      return undefined;
    },
    settle: (expression) => {
      const error = evaluateOne(settled(expression), 'result');
      if (error !== undefined) return stopped(error);
      const jobs = runtime.executePendingJobs();
      if (jobs.error) return stopped(describe(jobs.error.consume((handle) => context.dump(handle))));
      jobs.dispose();
      if (overDeadline()) return stopped('interrupted');
      const end: unknown = context.getProp(global, '__end').consume((handle) => context.dump(handle));
      if (typeof end !== 'string') return stopped('the result was never settled');
      const outcome = JSON.parse(end) as { value?: unknown; error?: string };
      if (outcome.error !== undefined) return stopped(outcome.error);
      return { kind: 'completed', value: outcome.value, scriptErrors };
    },
    broken: (error) => stopped(error instanceof Error ? error.message : String(error)),
    mark: () => {
      const marked = { interrupts, scriptErrors };
      return () => {
        ({ interrupts, scriptErrors } = marked);
      };
    },
    dispose: () => {
      try {
        context.dispose();
        runtime.dispose();
        return true;
      } catch {
        return false;
      }
    },
  };
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
