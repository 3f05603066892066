/** Reads tasks with recorded answers of several strategies (HumanEval's layout: tasks.jsonl, answers.jsonl). */
import { join } from 'node:path';
import { z } from 'zod';
import { configError } from '../scenario/config-error.ts';
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

/** Throws a `ConfigError` for faults in the files, a second answer, or an answer to an unknown task. */
export function readRecordedAnswers(directory: string): RecordedAnswers {
  const tasks = readJsonLines(join(directory, 'tasks.jsonl'), taskSchema).map((task) => ({
    id: task.task_id,
    prompt: task.prompt,
    entryPoint: task.entry_point,
    test: task.test,
  }));
  const file = join(directory, 'answers.jsonl');
  const known = new Set(tasks.map((task) => task.id));
  const texts = new Map<string, string>();
  const models = new Set<string>();
  for (const answer of readJsonLines(file, answerSchema)) {
    const model = `${answer.model}:${answer.strategy}`;
    const key = `${answer.task_id}\n${model}`;
    if (!known.has(answer.task_id)) throw configError(file, `an answer to "${answer.task_id}", which is not in tasks.jsonl`);
    if (texts.has(key)) throw configError(file, `a second answer of ${model} to ${answer.task_id}`);
    texts.set(key, answer.text);
    models.add(model);
  }
  return { tasks, models: [...models], text: (taskId, model) => texts.get(`${taskId}\n${model}`) };
}
