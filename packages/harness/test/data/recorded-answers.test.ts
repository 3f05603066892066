import { describe, expect, it } from 'vitest';
import { readRecordedAnswers } from '../../src/data/recorded-answers.ts';
import { ConfigError } from '../../src/scenario/config-error.ts';
import { answerFiles, writeAnswers } from './outcome-files.ts';

function faultIn(changed: Readonly<Record<string, string | null>>): string {
  const directory = writeAnswers(changed);
  try {
    readRecordedAnswers(directory);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message.replaceAll(`${directory}/`, '').replaceAll(directory, '.');
  }
  throw new Error('the answers were read');
}

const answers = (...lines: readonly string[]) => ({ 'answers.jsonl': `${answerFiles['answers.jsonl']}${lines.join('\n')}\n` });

describe('readRecordedAnswers', () => {
  it('reads tasks and answers, an empty answer as one', () => {
    const recorded = readRecordedAnswers(writeAnswers());
    expect(recorded.tasks).toEqual([
      { id: 't1', prompt: 'def f():', entryPoint: 'f', test: 'def check(f): pass' },
      { id: 't2', prompt: 'def g():', entryPoint: 'g', test: 'def check(g): pass' },
    ]);
    expect(recorded.models).toEqual(['m:direct', 'm:debate']);
    expect([recorded.text('t1', 'm:direct'), recorded.text('t1', 'm:debate'), recorded.text('t2', 'm:direct')]).toEqual(['return 1', '', undefined]);
  });

  it.each([
    [
      'an answer to an unknown task',
      answers('{"task_id":"t9","model":"m","strategy":"direct","text":""}'),
      'answers.jsonl:3:1: an answer to "t9", which is not in tasks.jsonl',
    ],
    ['a second answer', answers('', '{"task_id":"t1","model":"m","strategy":"direct","text":"x"}'), 'answers.jsonl:4:1: a second answer of m:direct to t1'],
    ['a line that is cut off', answers('{"task_id":"t1","mod'), 'answers.jsonl:3:1: not valid JSON: '],
    [
      'an answer without its text',
      answers('{"task_id":"t1","model":"m","strategy":"s"}'),
      'answers.jsonl:3:1: Invalid input: expected string, received undefined (at text)',
    ],
    ['a line that is no object', answers('[]'), 'answers.jsonl:3:1: Invalid input: expected object, received array (at the value)'],
    [
      'a second task',
      { 'tasks.jsonl': `${answerFiles['tasks.jsonl']}{"task_id":"t1","prompt":"x","entry_point":"f","test":"y"}\n` },
      'tasks.jsonl:3:1: a second task "t1"',
    ],
    [
      'a task without its tests',
      { 'tasks.jsonl': '{"task_id":"t1","prompt":"x","entry_point":"f"}\n' },
      'tasks.jsonl:1:1: Invalid input: expected string, received undefined (at test)',
    ],
    ['no tasks', { 'tasks.jsonl': '', 'answers.jsonl': '' }, '.: there are no tasks in tasks.jsonl, or no answers in answers.jsonl'],
    ['no answers', { 'answers.jsonl': '\n' }, '.: there are no tasks in tasks.jsonl, or no answers in answers.jsonl'],
    ['no file of answers', { 'answers.jsonl': null }, 'answers.jsonl: there is no such file'],
  ])('names file and line of %s', (_what, changed, expected) => {
    expect(faultIn(changed)).toContain(expected);
  });
});
