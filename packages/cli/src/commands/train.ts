/** `train`: learns on a scenario and saves the policy of every generation. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyze, armId, seededRandom } from '@ratchet/core';
import { attemptTask, createScorer, learningTask, requestOf, type Scenario, type Task } from '@ratchet/harness';
import { type LearningEvent, learnedLearner, makeSnapshot, parseSnapshot, type Snapshot, SnapshotError } from '@ratchet/learning';
import { composeWorld } from '../compose.ts';
import { exitCodes } from '../exit-codes.ts';
import { fromHere, projectFolders, snapshotsRoot } from '../project-folders.ts';
import type { Output } from '../terminal/output.ts';
import { loadNamedScenario } from './inspect-experiments.ts';

export interface TrainWords {
  readonly scenario: string;
  readonly data?: string;
  readonly generations: number;
  readonly tasksPerGeneration?: number;
  readonly seed: number;
}

export function scenarioPathOf(name: string): string {
  return /^[a-z0-9][a-z0-9-]*$/.test(name) ? join(projectFolders.scenarios, name) : fromHere(name);
}

export async function trainCommand(words: TrainWords, output: Output): Promise<number> {
  const scenario = loadNamedScenario(scenarioPathOf(words.scenario), words.data === undefined ? undefined : fromHere(words.data));
  const world = composeWorld(scenario, undefined);
  const scorer = await createScorer(scenario);
  const learner = learnedLearner(learningTask(scenario));
  const directory = join(snapshotsRoot, scenario.name);
  mkdirSync(directory, { recursive: true });
  let state = learner.initial();
  const save = (generation: number): void => {
    const snapshot = makeSnapshot({
      policy: learner.name,
      scenario: scenario.name,
      generation,
      arms: scenario.arms.map(armId),
      state: JSON.parse(JSON.stringify(learner.save(state))),
    });
    writeFileSync(snapshotFile(directory, generation), `${JSON.stringify(snapshot)}\n`);
  };
  save(0);
  for (let generation = 0; generation < words.generations; generation++) {
    const policy = learner.policy(state, 'explore');
    const events: LearningEvent[] = [];
    for (const task of tasksOf(scenario, words, generation)) {
      const analysis = analyze(requestOf(task));
      const attempt = await attemptTask(task, {
        world,
        policy,
        scorer,
        analysisOf: () => analysis,
        luck: seededRandom('train', words.seed, generation).child(task.id),
        decisionRandom: seededRandom('train decision', words.seed, generation, task.id),
      });
      const { decision, usage, latencyMs } = attempt.handled;
      events.push({
        id: `${generation}/${task.id}`,
        analysis,
        arm: decision.arm,
        propensity: decision.propensity,
        outcome: { quality: attempt.quality, costUsd: usage.costUsd, latencyMs },
      });
    }
    state = learner.learn(state, events);
    save(generation + 1);
    const mean = (value: (event: LearningEvent) => number | null) => events.reduce((sum, event) => sum + (value(event) ?? 0), 0) / Math.max(1, events.length);
    output.result(
      `generation ${generation + 1}: ${events.length} tasks, quality ${mean(({ outcome }) => outcome.quality).toFixed(3)}, cost $${mean(({ outcome }) => outcome.costUsd).toFixed(5)}, latency ${(mean(({ outcome }) => outcome.latencyMs) / 1000).toFixed(1)} s a task (${world.evidence})`,
    );
  }
  scorer.close();
  // Later generations are those of an earlier, longer training.
  for (const name of snapshotNames(directory).slice(words.generations + 1)) rmSync(join(directory, name));
  output.note(`Saved generations 0 to ${words.generations} under ${directory}. Next: pnpm ratchet execute "a request" --scenario ${words.scenario}`);
  return exitCodes.ok;
}

function tasksOf(scenario: Scenario, words: TrainWords, generation: number): readonly Task[] {
  const random = seededRandom('train tasks', words.seed, generation);
  const shuffled = scenario.tasks.map((task) => ({ task, at: random.uniform(task.id) })).sort((a, b) => a.at - b.at);
  return shuffled.slice(0, words.tasksPerGeneration ?? shuffled.length).map(({ task }) => task);
}

function snapshotFile(directory: string, generation: number): string {
  return join(directory, `generation-${String(generation).padStart(4, '0')}.json`);
}

/** Oldest first. */
function snapshotNames(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => /^generation-\d+\.json$/.test(name))
    .sort();
}

/** -1 is the latest that can be read; a damaged one is passed over, with a word about it. Throws a `SnapshotError` when there is none. */
export function loadSnapshot(scenario: Scenario, generation: number, output: Output): Snapshot {
  const directory = join(snapshotsRoot, scenario.name);
  const read = (name: string) => parseSnapshot(readFileSync(join(directory, name), 'utf8'), join(directory, name));
  const names = existsSync(directory) ? snapshotNames(directory) : [];
  if (names.length === 0) throw new SnapshotError(`nothing is trained on ${scenario.name} yet. First: pnpm ratchet train ${scenario.name}`);
  if (generation >= 0) {
    const name = `generation-${String(generation).padStart(4, '0')}.json`;
    if (!names.includes(name)) throw new SnapshotError(`there is no generation ${generation} of ${scenario.name}; there are 0 to ${names.length - 1}`);
    return read(name);
  }
  for (const name of names.reverse()) {
    try {
      return read(name);
    } catch (error) {
      if (!(error instanceof SnapshotError)) throw error;
      output.error(`${error.message}. Trying the one before it.`);
    }
  }
  throw new SnapshotError(`no snapshot of ${scenario.name} can be read. Train again: pnpm ratchet train ${scenario.name}`);
}
