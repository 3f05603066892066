import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scorePython } from '../../src/scorers/python-check.ts';
import { pythonNeeded, withoutPython } from './python-available.ts';

const limits = { timeoutMs: 10_000, memoryMb: 256 };

const task = {
  prompt: `from typing import List
import math


def is_even(number: int) -> bool:
    """ Helper. """
    return number % 2 == 0


def evens(numbers: List[int]) -> List[int]:
    """ The even numbers, in their order.
    >>> evens([1, 2])
    [2]
    """
`,
  entryPoint: 'evens',
  test: `METADATA = {'author': 'test'}


def check(candidate):
    assert candidate([1, 2, 3, 4]) == [2, 4]
    assert candidate([]) == [], 'empty'
    assert [n for n in (1, 2) if is_even(n)] == [2]
`,
};
const body = '    return [n for n in numbers if is_even(n)]\n';
const whole = `def evens(numbers):\n${body}`;
const score = (answer: string) => scorePython(answer, task, limits);
const full = { score: 1, reasons: [] };

describe.skipIf(withoutPython)(`scorePython${pythonNeeded}`, () => {
  it.concurrent.each([
    ['only the body', body],
    ['the body, trimmed', body.trim()],
    ['a longer body, trimmed', 'result = []\n    for n in numbers:\n        if is_even(n):\n            result.append(n)\n    return result'],
    ['a body without indentation', 'result = []\nfor n in numbers:\n    if is_even(n):\n        result.append(n)\nreturn result'],
    ['a trimmed body that starts with a block', 'for n in []:\n        pass\n    return [n for n in numbers if is_even(n)]'],
    ['a body indented by two', '  if not numbers:\n    return []\n  return [n for n in numbers if is_even(n)]'],
    ['a body and a helper after it', '    return pick(numbers)\n\n\ndef pick(numbers):\n    return [n for n in numbers if is_even(n)]'],
    ['the whole function', whole],
    ['the whole prompt and the body', task.prompt + body],
    ['the imports of the prompt, and others', `from __future__ import annotations\nfrom typing import List\nimport functools\n\n${whole}`],
    [
      'the prompt, an import, and the function anew',
      `${task.prompt}    from operator import mod\n\ndef evens(numbers):\n    return [n for n in numbers if mod(n, 2) == 0]`,
    ],
    ['a fenced body', `\`\`\`python\n${body}\`\`\``],
    ['a fenced function with prose around it', `Here it is:\n\n\`\`\`python\n${whole}\`\`\`\n\nUse it so:\n\n\`\`\`python\nfrom evens import evens\n\`\`\``],
    ['a fence that is never closed', `\`\`\`python\n${whole}`],
    ['a fence within a list', `1. Write it:\n   \`\`\`py\n   def evens(numbers):\n       return [n for n in numbers if is_even(n)]\n   \`\`\``],
    [
      'helpers in a fence of their own',
      `\`\`\`python\ndef pick(n):\n    return n % 2 == 0\n\`\`\`\nand\n\`\`\`python\ndef evens(numbers):\n    return list(filter(pick, numbers))\n\`\`\`\n\`\`\`bash\npip install nothing\n\`\`\``,
    ],
    ['a second, better version', `\`\`\`python\ndef evens(numbers):\n    return numbers\n\`\`\`\nThat is wrong:\n\`\`\`python\n${whole}\`\`\``],
    ['prose before bare code', `Sure! Here is the function:\n\n${whole}`],
    ['a lambda', 'evens = lambda numbers: [n for n in numbers if is_even(n)]'],
    ['a constant that the function needs', `STEP = 2\n\ndef evens(numbers):\n    return [n for n in numbers if n % STEP == 0]`],
    ['a main block', `${whole}\nif __name__ == '__main__':\n    print(evens(input()))`],
    [
      'a dataclass with postponed annotations',
      `from __future__ import annotations\nfrom dataclasses import dataclass\n\n@dataclass\nclass Box:\n    number: int\n\n${whole}`,
    ],
    ['much debugging output', `def evens(numbers):\n    print('x' * 5000)\n    return [n for n in numbers if is_even(n)]`],
    ['Windows line ends', whole.replaceAll('\n', '\r\n')],
  ])('accepts %s', async (_name, answer) => {
    expect(await score(answer)).toEqual(full);
  });

  it.concurrent.each([
    ['wrong results', '    return numbers', 'AssertionError at: assert candidate([1, 2, 3, 4]) == [2, 4]'],
    ['a wrong edge case', '    return [n for n in numbers if is_even(n)] or None', "AssertionError: empty at: assert candidate([]) == [], 'empty'"],
    ['an error of its own', '    return numbers.evens', "AttributeError: 'list' object has no attribute 'evens' at: return numbers.evens"],
    ['a syntax error', 'def evens(numbers:\n    return 1', /^SyntaxError/],
    ['another name', 'def odds(numbers):\n    return []', /AssertionError|IndentationError|NameError|SyntaxError/],
    ['an early end', 'def evens(numbers):\n    raise SystemExit(0)', 'ended before its checks did'],
    ['a hard end', 'import os\ndef evens(numbers):\n    os._exit(0)', 'ended before its checks did'],
    ['a file', "    return open('/etc/passwd').read()", /PermissionError: not allowed here: open '\/etc\/passwd'/],
    ['the network', '    import urllib.request\n    return urllib.request.urlopen("http://example.com").read()', /PermissionError: not allowed here/],
    ['a command', '    import os\n    os.system("true")', /PermissionError: not allowed here: os.system/],
    ['all memory', '    x = []\n    while True: x.append("x" * 10 ** 6)', 'stopped: more than 256 MiB of memory'],
  ])('scores 0 for %s, and says why', async (_name, answer, reason) => {
    const result = await score(answer);
    expect(result.score).toBe(0);
    if (typeof reason === 'string') expect(result.reasons).toEqual([reason]);
    else expect(result.reasons.join()).toMatch(reason);
  });

  it('scores 0 for an answer that never ends', async () => {
    expect(await scorePython('    while True: pass', task, { ...limits, timeoutMs: 300 })).toEqual({ score: 0, reasons: ['stopped after 300 ms'] });
  });
});

describe('an empty answer', () => {
  it('scores 0 without running', async () => {
    for (const answer of ['', ' \n', '```python\n```']) {
      expect(await scorePython(answer, task, { timeoutMs: 0, memoryMb: 0 })).toEqual({ score: 0, reasons: ['no code in the answer'] });
    }
  });
});

describe('the recorded answers to HumanEval', () => {
  const data = resolve(import.meta.dirname, '../../../../../shared/data/code/humaneval');

  it('score as recorded', async ({ skip }) => {
    if (withoutPython || !existsSync(data)) skip(`needs python3 and the recorded answers in ${data}`);
    const lines = (file: string) =>
      readFileSync(resolve(data, file), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, string>);
    const tasks = new Map(lines('tasks.jsonl').map((line) => [line['task_id'], line]));
    const answers = lines('answers.jsonl') as unknown as { task_id: string; strategy: string; text: string; recorded_solved: boolean }[];
    const differing: string[] = [];
    const solved = { direct: 0, reflexion: 0 } as Record<string, number>;
    const queue = answers.values();
    const work = async (): Promise<void> => {
      for (const { task_id, strategy, text, recorded_solved } of queue) {
        const { prompt, entry_point, test } = tasks.get(task_id) as Record<string, string>;
        const { score } = await scorePython(text, { prompt, entryPoint: entry_point, test } as typeof task, { timeoutMs: 10_000, memoryMb: 512 });
        solved[strategy] = (solved[strategy] ?? 0) + score;
        if ((score === 1) !== recorded_solved) differing.push(`${task_id} ${strategy}`);
      }
    };
    await Promise.all([work(), work()]);
    expect(differing).toEqual([]);
    expect(solved).toEqual({ direct: 141, reflexion: 150 });
  }, 120_000);
});
