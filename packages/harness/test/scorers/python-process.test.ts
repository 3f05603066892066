import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { runPython } from '../../src/scorers/python-process.ts';
import { ScorerError } from '../../src/scorers/scorer-error.ts';
import { pythonNeeded, withoutPython } from './python-available.ts';

const limits = { timeoutMs: 10_000, memoryMb: 256 };

afterEach(() => {
  vi.unstubAllEnvs();
});

describe.skipIf(withoutPython)(`runPython${pythonNeeded}`, () => {
  it('returns what a program writes, and its code', async () => {
    const end = await runPython("import sys\nprint('é')\nprint('e', file=sys.stderr)\nsys.exit(3)", limits);
    expect(end).toEqual({ kind: 'exited', code: 3, stdout: 'é\n', stderr: 'e\n' });
  });

  it('shows the line that failed', async () => {
    const end = await runPython('def f(x):\n    assert x == 2\nf(1)', limits);
    expect(end).toMatchObject({ kind: 'exited', code: 1 });
    expect(end.stderr).toMatch(/File "program.py", line 2, in f\n {4}assert x == 2[\s\S]*AssertionError\n$/);
    expect(end.stderr).not.toContain('<string>');
  });

  it.concurrent.each([
    ['loops', 'while True: pass'],
    ['sleeps', 'import time\ntime.sleep(1000)'],
    ['computes in one step', 'x = 10 ** 10 ** 10'],
    [
      'refuses to end',
      'import signal\nfor s in (2, 14, 15): signal.signal(s, signal.SIG_IGN)\nwhile True:\n  try:\n    while True: pass\n  except BaseException: pass',
    ],
  ])('stops a program that %s at the time limit', async (_name, program) => {
    const before = process.hrtime.bigint();
    expect(await runPython(program, { ...limits, timeoutMs: 400 })).toMatchObject({ kind: 'stopped', reason: 'timeout' });
    expect(Number(process.hrtime.bigint() - before) / 1e6).toBeLessThan(5000);
  });

  it.concurrent.each([
    ['little by little', 'all = []\nwhile True: all.append("x" * 10 ** 6)'],
    ['at once', 'all = bytearray(10 ** 10)'],
  ])('stops a program that allocates %s', async (_name, program) => {
    expect(await runPython(program, limits)).toMatchObject({ kind: 'stopped', reason: 'memory' });
  });

  it.concurrent.each(['stdout', 'stderr'])('stops a program that writes without end to %s, and keeps 64 KiB', async (stream) => {
    const end = await runPython(`import sys\nwhile True: sys.${stream}.write("x" * 1000)`, limits);
    expect(end).toMatchObject({ kind: 'stopped', reason: 'output' });
    expect((end.stdout + end.stderr).length).toBe(64 * 1024);
  });

  it('stops a program when it is cancelled, also before it began', async () => {
    const signal = AbortSignal.timeout(100);
    expect(await runPython('while True: pass', { ...limits, signal })).toMatchObject({ kind: 'stopped', reason: 'cancelled' });
    expect(await runPython('print(1)', { ...limits, signal })).toMatchObject({ reason: 'cancelled', stdout: '' });
  });

  it.concurrent.each([
    ['connections', 'import socket\nsocket.create_connection(("1.1.1.1", 80), 1)'],
    ['sockets', 'import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM)'],
    ['local sockets of others', 'import socket\nsocket.socket(socket.AF_UNIX).connect("/run/docker.sock")'],
    ['look-ups of names', 'import socket\nsocket.gethostbyname("example.com")'],
    ['downloads', 'import urllib.request\nurllib.request.urlopen("http://example.com")'],
    ['reading files', 'open("/etc/passwd")'],
    ['reading files by way of os', 'import os\nos.open("/etc/passwd", os.O_RDONLY)'],
    ['reading its own environment', 'open("/proc/self/environ")'],
    ['leaving the library by a path', 'import os\nopen(os.__file__ + "/../../../../../../../../etc/passwd")'],
    ['listing directories', 'import os\nos.listdir("/")'],
    ['writing files', 'open("x.txt", "w")'],
    ['writing files of the library', 'import os\nopen(os.__file__, "a")'],
    ['temporary files', 'import tempfile\ntempfile.mkstemp(dir=".")'],
    ['directories', 'import os\nos.mkdir("x")'],
    ['removing files', 'import os\nos.remove("/tmp/nothing")'],
    ['databases', 'import sqlite3\nsqlite3.connect("x.db")'],
    ['shell commands', 'import os\nos.system("true")'],
    ['commands', 'import subprocess\nsubprocess.run(["true"])'],
    ['commands by the back door', 'import _posixsubprocess\n_posixsubprocess.fork_exec()'],
    ['another program', 'import os\nos.execv("/bin/true", ["true"])'],
    ['forks', 'import os\nos.fork()'],
    ['worker processes', 'import multiprocessing\nmultiprocessing.Process(target=print).start()'],
    ['threads', 'import threading\nthreading.Thread(target=print).start()'],
    ['signals to others', 'import os\nos.kill(os.getppid(), 0)'],
    ['C functions', 'import ctypes'],
    ['higher limits', 'import resource\nresource.setrlimit(resource.RLIMIT_NPROC, (9, 9))'],
  ])('refuses %s', async (_name, program) => {
    const end = await runPython(`${program}\nprint("done")`, limits);
    expect(end).toMatchObject({ kind: 'exited', code: 1, stdout: '' });
    expect(end.stderr).toMatch(/PermissionError: not allowed here|FileNotFoundError/);
  });

  it('leaves the standard library to work, asyncio too', async () => {
    const program = `import asyncio, collections, dataclasses, datetime, decimal, fractions, functools, hashlib, heapq, itertools, json, math, random, re, statistics, string, typing, unittest
async def later():
    await asyncio.sleep(0.001)
    return hashlib.sha256(b'x').hexdigest()[:4]
print(asyncio.run(later()), random.Random(1).randint(1, 9) > 0, datetime.datetime.now().year > 2000)`;
    expect(await runPython(program, limits)).toMatchObject({ kind: 'exited', code: 0, stdout: '2d71 True True\n' });
  });

  it('gives a program no input, no environment and no other packages', async () => {
    const program = `import os, sys\nprint(sorted(set(os.environ) - {'PATH', 'LANG', 'LC_CTYPE'}), sys.argv, any('site-packages' in path for path in sys.path), __name__)\ninput()`;
    const end = await runPython(program, limits);
    expect(end.stdout).toBe("[] ['program.py'] False program\n");
    expect(end.stderr).toContain('EOFError');
  });

  it('works within a little memory', async () => {
    expect(await runPython('import re, random\nprint(1)', { ...limits, memoryMb: 32 })).toMatchObject({ kind: 'exited', code: 0 });
  });

  it('tells a crash of the interpreter from an error', async () => {
    expect(await runPython('import os\nos.abort()', limits)).toMatchObject({ kind: 'exited', code: 134 });
  });

  it('removes its directory, however a program ends', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'python-process-test-'));
    vi.stubEnv('TMPDIR', directory);
    try {
      await Promise.all([runPython('print(1)', limits), runPython('1 / 0', limits), runPython('while True: pass', { ...limits, timeoutMs: 200 })]);
      expect(readdirSync(directory)).toEqual([]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe('without Python', () => {
  it('says what to install', async () => {
    vi.stubEnv('RATCHET_PYTHON', '/nowhere/python3');
    const running = runPython('print(1)', limits);
    await expect(running).rejects.toThrow(ScorerError);
    await expect(running).rejects.toThrow(/"\/nowhere\/python3".*install.*RATCHET_PYTHON/);
  });
});
