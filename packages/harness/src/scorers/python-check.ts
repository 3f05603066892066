/** Scores Python by executing it against the tests of a task: 1 when all of them pass, otherwise 0. */
import { createHash } from 'node:crypto';
import type { CheckResult } from './javascript-check.ts';
import { type PythonEnd, type PythonLimits, runPython } from './python-process.ts';
import { type PythonTask, pythonProgram } from './python-program.ts';

/** The answer is a whole function or only its body, in a fence or bare. Throws a `ScorerError` when there is no Python. */
export async function scorePython(answer: string, task: PythonTask, limits: PythonLimits): Promise<CheckResult> {
  // A program may end itself before its checks do, with the code 0; this line shows that they were reached and passed.
  const passed = `passed ${createHash('sha256').update(task.test).update(answer).digest('hex')}`;
  const program = pythonProgram(answer, task, `__import__('os').write(1, b'\\n${passed}\\n')`);
  if (program === undefined) return { score: 0, reasons: ['no code in the answer'] };
  const end = await runPython(program, limits);
  if (end.kind === 'exited' && end.code === 0 && end.stdout.includes(passed)) return { score: 1, reasons: [] };
  return { score: 0, reasons: [reasonOf(end, limits)] };
}

function reasonOf(end: PythonEnd, { timeoutMs, memoryMb }: PythonLimits): string {
  if (end.kind === 'stopped') {
    switch (end.reason) {
      case 'timeout':
        return `stopped after ${timeoutMs} ms`;
      case 'memory':
        return `stopped: more than ${memoryMb} MiB of memory`;
      case 'output':
        return 'stopped: too much output';
      case 'cancelled':
        return 'cancelled';
      default:
        return end.reason satisfies never;
    }
  }
  if (end.code === 0) return 'ended before its checks did';
  const lines = end.stderr.trimEnd().split('\n');
  const place = lines.findLastIndex((line) => /^ {2}File "program\.py", line \d+/.test(line));
  const source = place < 0 || /^\S/.test(lines[place + 1] ?? 'x') ? '' : ` at: ${(lines[place + 1] as string).trim()}`;
  const message = lines.at(-1) === '' ? `ended with code ${end.code}` : `${lines.at(-1)}${source}`;
  return message.length <= 300 ? message : `${message.slice(0, 297)}...`;
}
