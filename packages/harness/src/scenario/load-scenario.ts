/** Loads a scenario from its folder: reads its files, checks them against each other, and names every fault. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type Arm, armId, armSchema, modelsOf } from '@ratchet/core';
import type { z } from 'zod';
import { answerFileSchema, type Part } from './answer-bank.ts';
import { expandArms } from './arm-grid.ts';
import { ConfigError, type ConfigProblem, configError } from './config-error.ts';
import { type JoinedData, joinHeldOut } from './held-out-data.ts';
import { didYouMean } from './nearest-name.ts';
import { type RecordedTasks, readRecordedTasks } from './recorded-tasks.ts';
import { readMarks } from './request-marks.ts';
import type { BankPart, Recording, Scenario, Task } from './scenario.ts';
import { type ScenarioFile, scenarioSchema } from './scenario-file.ts';
import { splitGroups } from './split-groups.ts';
import { type TaskSource, taskFileSchema } from './task-file.ts';
import { problemAt, readYamlFile } from './yaml-file.ts';

export interface ScenarioSource {
  /** The folder, or its scenario.yaml. */
  readonly path: string;
  /** Recorded data that the scenario asks for. */
  readonly dataDirectory?: string;
  /** Recorded data of the same models whose tasks are the held-out ones; the others are then for training and validation only. */
  readonly heldoutDirectory?: string;
  /** Schema of the `simulation` section. */
  readonly simulation: z.ZodType;
}

/** Throws a `ConfigError` with every fault found. */
export function loadScenario(source: ScenarioSource): Scenario {
  const path = resolve(source.path);
  const scenarioFile = existsSync(path) && statSync(path).isFile() ? path : join(path, 'scenario.yaml');
  const directory = dirname(scenarioFile);
  if (!existsSync(scenarioFile))
    throw configError(scenarioFile, 'there is no such file. Give the folder of a scenario, which has a scenario.yaml, or that file');
  const file = readYamlFile(scenarioFile, scenarioSchema(source.simulation)) as ScenarioFile;
  const heuristic = file.heuristic;
  const shared = { name: file.name, directory, path: scenarioFile, file, ...(heuristic === undefined ? {} : { heuristic }) };
  if (file.source.kind === 'tasks') {
    if (source.heldoutDirectory !== undefined)
      throw configError(scenarioFile, 'held-out data (--heldout-data DIR) is for scenarios that run on recorded data; this one has tasks of its own');
    const loaded = loadTasks(directory);
    const arms = [...expandArms(file.arms)];
    for (const arm of Object.values(heuristic ?? {})) if (!arms.some((known) => armId(known) === armId(arm))) arms.push(arm);
    if (arms.length === 0) throw configError(scenarioFile, 'the scenario has no arms: list them under `arms`');
    if (file.scorer.kind === 'parts' && loaded.parts.size === 0)
      throw configError(join(directory, 'answers'), 'the scorer `parts` needs answer files with parts');
    return { ...shared, ...loaded, arms, hash: hashFiles(filesOf(directory)) };
  }
  if (source.dataDirectory === undefined) {
    throw configError(
      scenarioFile,
      `this scenario runs on data of yours: give its folder with --data DIR (layout: ${file.source.kind === 'outcome-table' ? 'queries.jsonl, outcomes.csv, models.csv' : 'tasks.jsonl, answers.jsonl'})`,
    );
  }
  const { tasks, models, recording, leftOut } = recordedData(file.source.kind, source.dataDirectory, source.heldoutDirectory);
  const arms: readonly Arm[] = [
    ...models.map((model) => armSchema.parse({ strategy: 'direct', model })),
    ...draftArms(scenarioFile, file, { models, tasks, recording }),
  ];
  const hash = hashFiles([...filesOf(directory), ...filesOf(resolve(source.dataDirectory))]);
  const world = { ...shared, tasks, parts: new Map(), materials: {}, arms, recording };
  if (source.heldoutDirectory === undefined || leftOut === undefined) return { ...world, hash };
  const heldoutHash = hashFiles(filesOf(resolve(source.heldoutDirectory)));
  return { ...world, heldoutData: { leftOut }, hash: createHash('sha256').update(`${hash} held-out ${heldoutHash}`).digest('hex') };
}

/** Beside the models of the data, each by itself: what comes of two of them is in the data as well. */
function draftArms(scenarioFile: string, { arms: grids }: ScenarioFile, { models, tasks, recording }: RecordedTasks): readonly Arm[] {
  const arms = expandArms(grids);
  for (const arm of arms) {
    if (recording.kind !== 'outcome-table' || arm.strategy !== 'direct' || arm.fallbackModel === undefined)
      throw configError(
        scenarioFile,
        `${armId(arm)}: beside its models, a table of outcomes tells of \`direct\` arms with a fallbackModel and draftTokens only`,
      );
    for (const model of modelsOf(arm))
      if (!models.includes(model)) throw configError(scenarioFile, `${armId(arm)}: the data has no model "${model}"; it has ${models.join(', ')}`);
    if (tasks.every(({ id }) => (recording.table.outcome(id, arm.model)?.outputTokens ?? 0) === 0))
      throw configError(scenarioFile, `${armId(arm)}: the data does not say how long the answers of ${arm.model} are; give them in the column output_tokens`);
  }
  return arms;
}

function recordedData(kind: Recording['kind'], learning: string, heldout: string | undefined): RecordedTasks & Partial<JoinedData> {
  const data = readRecordedTasks(kind, learning);
  if (heldout === undefined) return data;
  return joinHeldOut({ folder: learning, data }, { folder: heldout, data: readRecordedTasks(kind, heldout) });
}

function loadTasks(directory: string): Pick<Scenario, 'tasks' | 'parts' | 'materials'> {
  const problems: ConfigProblem[] = [];
  const parts = new Map<string, BankPart>();
  const materials = new Map<string, string>();
  const banks: { file: string; index: number; part: Part }[] = [];
  for (const file of yamlFiles(join(directory, 'answers'), false)) {
    const bank = readYamlFile(file, answerFileSchema);
    for (const [index, part] of bank.parts.entries()) {
      if (parts.has(part.id)) problems.push(problemAt(file, ['parts', index, 'id'], `duplicate part "${part.id}"`));
      parts.set(part.id, { ...part, language: bank.language });
      banks.push({ file, index, part });
    }
  }
  const sources: { file: string; index: number; task: TaskSource }[] = [];
  const ids = new Set<string>();
  for (const file of yamlFiles(join(directory, 'tasks'), true)) {
    const content = readYamlFile(file, taskFileSchema);
    for (const [id, text] of Object.entries(content.materials)) {
      if (materials.has(id)) problems.push(problemAt(file, ['materials', id], `duplicate material "${id}"`));
      materials.set(id, text);
    }
    for (const [index, task] of content.tasks.entries()) {
      if (ids.has(task.id)) problems.push(problemAt(file, ['tasks', index, 'id'], `duplicate task id "${task.id}"`));
      ids.add(task.id);
      sources.push({ file, index, task });
    }
  }
  for (const { file, index, part } of banks) {
    const fault = (key: string, message: string) => problems.push(problemAt(file, ['parts', index, key], `the part "${part.id}" ${message}`));
    for (const grade of ['right', 'partial', 'wrong'] as const) {
      if (!part.answers.some((answer) => answer.grade === grade)) fault('answers', `has no ${grade} answer`);
    }
    for (const need of part.needs) if (!parts.has(need)) fault('needs', `needs "${need}", which no answer file has.${didYouMean(need, [...parts.keys()])}`);
    if (needsItself(part.id, parts)) fault('needs', 'needs itself, by way of others');
    for (const id of part.reads)
      if (!materials.has(id)) fault('reads', `reads the material "${id}", which no task file has.${didYouMean(id, [...materials.keys()])}`);
  }
  const marked = sources.map(({ file, index, task }) => {
    const request = readMarks(task.request, materials);
    const fault = (message: string) => problems.push(problemAt(file, ['tasks', index, 'request'], `task "${task.id}"${message}`));
    for (const message of request.faults) fault(`: ${message}`);
    for (const { partId } of request.asks) {
      if (!parts.has(partId)) fault(` asks for the part "${partId}", which the answer bank lacks.${didYouMean(partId, [...parts.keys()])}`);
    }
    return { task, request };
  });
  if (problems.length > 0) throw new ConfigError(problems);
  const groups = splitGroups(
    marked.map(({ task, request }) => ({ id: task.id, shares: [...request.asks.map((ask) => ask.partId), ...request.materialIds, request.text] })),
  );
  const tasks = marked.map(({ task, request }): Task => {
    const families = [...new Set(request.asks.map((ask) => (parts.get(ask.partId) as BankPart).family))];
    return {
      id: task.id,
      family: task.family ?? (families.length === 1 ? (families[0] as string) : families.length === 0 ? 'all' : 'several'),
      text: request.text,
      asks: request.asks,
      group: groups.get(task.id) as string,
      ...(task.expected === undefined ? {} : { expected: task.expected }),
    };
  });
  return { tasks, parts, materials: Object.fromEntries(materials) };
}

function needsItself(id: string, parts: ReadonlyMap<string, BankPart>): boolean {
  const seen = new Set<string>();
  const open = [...(parts.get(id)?.needs ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === id) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(parts.get(next)?.needs ?? []));
  }
  return false;
}

function yamlFiles(directory: string, required: boolean): readonly string[] {
  const files = existsSync(directory) ? readdirSync(directory).filter((name) => /\.ya?ml$/.test(name)) : [];
  if (required && files.length === 0) throw configError(directory, 'there are no task files (*.yaml) here');
  return files.sort().map((name) => join(directory, name));
}

function filesOf(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Of contents and base names, so that a folder keeps its hash when it is moved. */
function hashFiles(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(basename(file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}
