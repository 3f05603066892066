/** `train`: learns on a scenario and saves the policy of every generation. */
import { join } from 'node:path';
import { analyze, seededRandom } from '@ratchet/core';
import { attemptTask, createScorer, learningTask, requestOf, type Scenario, type Task } from '@ratchet/harness';
import { type LearningEvent, learnedLearner } from '@ratchet/learning';
import { composeWorld } from '../compose.ts';
import { exitCodes } from '../exit-codes.ts';
import { fromHere, projectFolders } from '../project-folders.ts';
import { forgetLaterGenerations, saveGeneration, scenarioSnapshots } from '../snapshot-files.ts';
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
  const task = learningTask(scenario);
  const learner = learnedLearner(task);
  const place = scenarioSnapshots(scenario);
  let state = learner.initial();
  const save = (generation: number): void => saveGeneration(place, { generation, learner, state, task });
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
        attempt: `train ${words.seed} ${generation} ${task.id}`,
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
  forgetLaterGenerations(place, words.generations);
  output.note(`Saved generations 0 to ${words.generations} under ${place.directory}. Next: pnpm ratchet execute "a request" --scenario ${words.scenario}`);
  return exitCodes.ok;
}

function tasksOf(scenario: Scenario, words: TrainWords, generation: number): readonly Task[] {
  const random = seededRandom('train tasks', words.seed, generation);
  const shuffled = scenario.tasks.map((task) => ({ task, at: random.uniform(task.id) })).sort((a, b) => a.at - b.at);
  return shuffled.slice(0, words.tasksPerGeneration ?? shuffled.length).map(({ task }) => task);
}
