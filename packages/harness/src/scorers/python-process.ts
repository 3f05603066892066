/** Runs an untrusted Python program in a process of its own, with limits on time, memory and output and no way out. */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { outOfMemoryCode, pythonPrologue } from './python-prologue.ts';
import { ScorerError } from './scorer-error.ts';

export interface PythonLimits {
  readonly timeoutMs: number;
  /** Address space of the process in MiB; the interpreter itself takes about 20. */
  readonly memoryMb: number;
  readonly signal?: AbortSignal | undefined;
}

export type PythonStop = 'timeout' | 'memory' | 'output' | 'cancelled';

/** Of each output at most 64 KiB are kept; a program that writes more is stopped. A signal n ends a program with the code 128 + n. */
export type PythonEnd =
  | { readonly kind: 'exited'; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'stopped'; readonly reason: PythonStop; readonly stdout: string; readonly stderr: string };

export type PythonReadiness =
  /** `isolated`: programs have no network. */
  | { readonly kind: 'ready'; readonly version: string; readonly interpreter: string; readonly isolated: boolean }
  | { readonly kind: 'missing'; readonly command: string; readonly why: string };

const maxOutputBytes = 64 * 1024;

/**
 * Runs the program as a module named `program`, with nothing but the standard library, in an empty directory.
 * An audit hook refuses files, sockets, processes and threads; that keeps out what a model writes, not an attacker
 * who knows the interpreter. Where the system allows it, the process has no network either.
 * Throws a `ScorerError` when there is no Python.
 */
export async function runPython(program: string, limits: PythonLimits): Promise<PythonEnd> {
  const [interpreter, isolated] = await Promise.all([interpreterPath(process.env['RATCHET_PYTHON'] ?? 'python3'), canIsolate()]);
  const directory = await mkdtemp(join(tmpdir(), 'ratchet-python-'));
  try {
    const seconds = Math.ceil(limits.timeoutMs / 1000) + 1;
    const memoryBytes = limits.memoryMb * 1024 * 1024;
    const command = [interpreter, '-I', '-S', '-B', '-c', pythonPrologue, `${memoryBytes}`, `${seconds}`, `${seconds}`];
    return await runCommand(isolated ? ['unshare', '-rn', ...command] : command, program, directory, limits);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** What `runPython` would run programs with. Never throws. */
export async function pythonReadiness(): Promise<PythonReadiness> {
  const command = process.env['RATCHET_PYTHON'] ?? 'python3';
  try {
    const interpreter = await interpreterPath(command);
    const { stdout } = await execute(interpreter, ['-I', '-S', '-c', 'import platform; print(platform.python_version())']);
    return { kind: 'ready', version: stdout.trim(), interpreter, isolated: await canIsolate() };
  } catch (error) {
    return { kind: 'missing', command, why: (error as Error).message };
  }
}

function runCommand([file, ...args]: readonly string[], input: string, directory: string, { timeoutMs, signal }: PythonLimits): Promise<PythonEnd> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return resolve({ kind: 'stopped', reason: 'cancelled', stdout: '', stderr: '' });
    const child = spawn(file as string, args, {
      cwd: directory,
      env: { PATH: process.env['PATH'], LANG: 'C.UTF-8' },
      detached: true,
      stdio: 'pipe',
    });
    let stopped: PythonStop | undefined;
    const stop = (reason: PythonStop): void => {
      if (stopped !== undefined) return;
      stopped = reason;
      try {
        // The whole group, which the process leads because it is detached.
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It ended by itself in the meantime.
      }
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const cancel = (): void => stop('cancelled');
    // biome-ignore lint/plugin: this is an adapter, and the limit is one of real time
    const timer = setTimeout(() => stop('timeout'), timeoutMs);
    signal?.addEventListener('abort', cancel, { once: true });
    const stdout = collect(child.stdout, () => stop('output'));
    const stderr = collect(child.stderr, () => stop('output'));
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    };
    child.on('error', (cause) => {
      settle();
      reject(new ScorerError(`Python could not be started (${file}): ${cause.message}`, { cause }));
    });
    child.on('close', (code, signalName) => {
      settle();
      const output = { stdout: stdout(), stderr: stderr() };
      const reason = stopped ?? stopReason(code, signalName);
      resolve(reason === undefined ? { kind: 'exited', code: exitCode(code, signalName), ...output } : { kind: 'stopped', reason, ...output });
    });
    // A program that ends early closes the pipe; its end says why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/** Keeps the first bytes of a stream; calls `overflow` once there are too many. */
function collect(stream: NodeJS.ReadableStream, overflow: () => void): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk.subarray(0, Math.max(0, maxOutputBytes - bytes)));
    bytes += chunk.length;
    if (bytes > maxOutputBytes) overflow();
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

/** The limits that the system enforces by a signal of its own, and the prologue by a code. */
function stopReason(code: number | null, signalName: NodeJS.Signals | null): PythonStop | undefined {
  if (code === outOfMemoryCode || signalName === 'SIGKILL') return 'memory';
  return signalName === 'SIGXCPU' || signalName === 'SIGALRM' ? 'timeout' : undefined;
}

function exitCode(code: number | null, signalName: NodeJS.Signals | null): number {
  return code ?? 128 + (signalName === null ? 0 : constants.signals[signalName]);
}

const execute = promisify(execFile);
const interpreters = new Map<string, Promise<string>>();

/** The path of the interpreter itself, asked for once: a launcher such as pyenv's takes longer than most programs. */
function interpreterPath(command: string): Promise<string> {
  let path = interpreters.get(command);
  if (path === undefined) {
    path = findInterpreter(command);
    interpreters.set(command, path);
    path.catch(() => interpreters.delete(command));
  }
  return path;
}

async function findInterpreter(command: string): Promise<string> {
  const question = 'import resource, sys; assert sys.version_info >= (3, 9), sys.version; print(sys.executable)';
  try {
    const { stdout } = await execute(command, ['-I', '-S', '-c', question]);
    return stdout.trim();
  } catch (cause) {
    throw new ScorerError(
      `the scorer \`python\` needs Python 3.9 or newer on Linux or macOS, and "${command}" is not that: ` +
        'install it (https://www.python.org/downloads/) or let RATCHET_PYTHON name its interpreter',
      { cause },
    );
  }
}

let isolation: Promise<boolean> | undefined;

/** Whether a process without network can be made here; some systems and containers forbid it. */
function canIsolate(): Promise<boolean> {
  isolation ??= execute('unshare', ['-rn', 'true']).then(
    () => true,
    () => false,
  );
  return isolation;
}
