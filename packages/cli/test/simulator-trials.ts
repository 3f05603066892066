/** Runs strategies many times on the shipped scenario `code-gen`, and compares how often their answers are fully right. */
import { fileURLToPath } from 'node:url';
import { type Analysis, type Arm, analyze, armId, armSchema, seededRandom } from '@ratchet/core';
import { attemptTask, createScorer, loadScenario, requestOf, type Task } from '@ratchet/harness';
import { fixedPolicy } from '@ratchet/learning';
import { type Simulation, simulationSchema } from '@ratchet/providers';
import { composeWorld } from '../src/compose.ts';

/** Of one task and one way to execute it: the quality of each repeat. */
export type Repeats = readonly number[];

/** A mean, in points (hundredths), and its standard error over repeats; tasks and models are those of the scenario. */
export interface Effect {
  readonly points: number;
  readonly error: number;
}

const scenario = loadScenario({ path: fileURLToPath(new URL('../../../scenarios/code-gen', import.meta.url)), simulation: simulationSchema });
const world = composeWorld(scenario, 'simulated');
const scorer = await createScorer(scenario);
const decisionRandom = seededRandom('calibration');
const analyses = new Map<string, Analysis>();
const known = new Map<string, Promise<number>>();

export const tasks = scenario.tasks;
export const modelIds = (scenario.file.simulation as Simulation).models.map(({ id }) => id);

export function analysisOf(task: Task): Analysis {
  const analysis = analyses.get(task.id) ?? analyze(requestOf(task));
  analyses.set(task.id, analysis);
  return analysis;
}

/** The arm with these parameters; temperature 0.7 unless they say otherwise. */
export function armWith(parameters: Readonly<Record<string, unknown>>): Arm {
  return armSchema.parse({ temperature: 0.7, ...parameters });
}

/** Executes each task several times. Arms that run under the same `luck` can be compared repeat by repeat. */
export async function qualities(
  arm: Arm,
  some: readonly Task[],
  { luck, repeats }: { readonly luck: string; readonly repeats: number },
): Promise<readonly Repeats[]> {
  const all: Repeats[] = [];
  for (const task of some) {
    const ofTask: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) ofTask.push(await qualityOnce(arm, task, luck, repeat));
    all.push(ofTask);
  }
  return all;
}

function qualityOnce(arm: Arm, task: Task, luck: string, repeat: number): Promise<number> {
  const key = `${armId(arm)} ${task.id} ${luck} ${repeat}`;
  let quality = known.get(key);
  if (quality === undefined) {
    quality = attemptTask(task, {
      world,
      policy: fixedPolicy(arm),
      scorer,
      analysisOf,
      luck: seededRandom(luck, repeat, task.id),
      attempt: key,
      decisionRandom,
    }).then((attempt) => {
      if (attempt.quality === null) throw new Error(`${key}: ${attempt.error ?? 'no quality'}`);
      return attempt.quality;
    });
    known.set(key, quality);
  }
  return quality;
}

/** Fully right answers as 1, all others as 0. */
export function rightness(all: readonly Repeats[]): readonly Repeats[] {
  return all.map((ofTask) => ofTask.map((quality) => (quality === 1 ? 1 : 0)));
}

/** Repeat by repeat. */
export function difference(a: readonly Repeats[], b: readonly Repeats[]): readonly Repeats[] {
  return a.map((ofTask, task) => ofTask.map((value, repeat) => value - ((b[task] as Repeats)[repeat] as number)));
}

/** Of several ways to execute the same tasks: their mean, repeat by repeat. */
export function average(ways: readonly (readonly Repeats[])[]): readonly Repeats[] {
  return (ways[0] as readonly Repeats[]).map((ofTask, task) => ofTask.map((_, repeat) => mean(ways.map((way) => (way[task] as Repeats)[repeat] as number))));
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Over tasks, which count equally. */
export function effectOf(all: readonly Repeats[]): Effect {
  const variances = all.map((ofTask) => {
    const own = mean(ofTask);
    return ofTask.reduce((sum, value) => sum + (value - own) ** 2, 0) / (ofTask.length - 1) / ofTask.length;
  });
  return { points: 100 * mean(all.map(mean)), error: (100 * Math.sqrt(variances.reduce((sum, variance) => sum + variance, 0))) / all.length };
}

/** The share that `part` has of `whole`, both counts of trials. */
export function shareOf(part: number, whole: number): Effect {
  const share = part / whole;
  return { points: 100 * share, error: 100 * Math.sqrt((share * (1 - share)) / whole) };
}
