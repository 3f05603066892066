/** Reads tasks with recorded answers of several strategies (HumanEval's layout: tasks.jsonl, answers.jsonl). */
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigError, configError } from '../scenario/config-error.ts';
import { readJsonLines } from './json-lines.ts';

const taskSchema = z.looseObject({
  task_id: z.string().min(1),
  prompt: z.string().min(1),
  entry_point: z.string().min(1),
  test: z.string().min(1),
});

const answerSchema = z.looseObject({
  task_id: z.string().min(1),
  model: z.string().min(1),
  strategy: z.string().min(1),
  /** Empty where the answer was never produced. */
  text: z.string(),
});

export interface RecordedAnswers {
  readonly tasks: readonly { readonly id: string; readonly prompt: string; readonly entryPoint: string; readonly test: string }[];
  /** `model:strategy`, in order of appearance. */
  readonly models: readonly string[];
  text(taskId: string, model: string): string | undefined;
}

/** Throws a `ConfigError` for faults in the files, a second answer, an answer to an unknown task, or a second task of an id. */
export function readRecordedAnswers(directory: string): RecordedAnswers {
  const tasks: RecordedAnswers['tasks'][number][] = [];
  const tasksFile = join(directory, 'tasks.jsonl');
  const known = new Set<string>();
  for (const { line, value } of readJsonLines(tasksFile, taskSchema)) {
    if (known.has(value.task_id)) throw new ConfigError([{ file: tasksFile, line, message: `a second task "${value.task_id}"` }]);
    known.add(value.task_id);
    tasks.push({ id: value.task_id, prompt: value.prompt, entryPoint: value.entry_point, test: value.test });
  }
  const file = join(directory, 'answers.jsonl');
  const texts = new Map<string, string>();
  const models = new Set<string>();
  for (const { line, value: answer } of readJsonLines(file, answerSchema)) {
    const fault = (message: string) => new ConfigError([{ file, line, message }]);
    const model = `${answer.model}:${answer.strategy}`;
    const key = `${answer.task_id}\n${model}`;
    if (!known.has(answer.task_id)) throw fault(`an answer to "${answer.task_id}", which is not in tasks.jsonl`);
    if (texts.has(key)) throw fault(`a second answer of ${model} to ${answer.task_id}`);
    texts.set(key, answer.text);
    models.add(model);
  }
  if (tasks.length === 0 || models.size === 0) throw configError(directory, 'there are no tasks in tasks.jsonl, or no answers in answers.jsonl');
  return { tasks, models: [...models], text: (taskId, model) => texts.get(`${taskId}\n${model}`) };
}
