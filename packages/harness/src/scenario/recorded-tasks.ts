/** Reads recorded data as tasks: what was asked, by which models it was answered, and what came of it. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { readOutcomeTable } from '../data/outcome-table.ts';
import { readRecordedAnswers } from '../data/recorded-answers.ts';
import { configError } from './config-error.ts';
import type { Recording, Task } from './scenario.ts';
import { splitGroups } from './split-groups.ts';

export interface RecordedTasks {
  readonly tasks: readonly Task[];
  /** In the order of the data. */
  readonly models: readonly string[];
  readonly recording: Recording;
}

/** Throws a `ConfigError` for a folder that is not there, and for faults in its files. */
export function readRecordedTasks(kind: Recording['kind'], directory: string): RecordedTasks {
  const data = resolve(directory);
  if (!existsSync(data)) throw configError(data, 'there is no such folder');
  return kind === 'outcome-table' ? tableTasks(data) : answerTasks(data);
}

function tableTasks(data: string): RecordedTasks {
  const table = readOutcomeTable(data);
  const groups = splitGroups(table.queries.map(({ id, text }) => ({ id, shares: text === '' ? [] : [text] })));
  const tasks = table.queries.map(
    ({ id, text, category, tools }): Task => ({
      id,
      family: category,
      text,
      ...(tools === undefined ? {} : { tools }),
      asks: [],
      group: groups.get(id) as string,
    }),
  );
  return { tasks, models: table.models, recording: { kind: 'outcome-table', table } };
}

function answerTasks(data: string): RecordedTasks {
  const answers = readRecordedAnswers(data);
  const tasks = answers.tasks.map((task): Task => ({ id: task.id, family: 'all', text: task.prompt, asks: [], group: task.id, python: task }));
  return { tasks, models: answers.models, recording: { kind: 'recorded-answers', answers } };
}
