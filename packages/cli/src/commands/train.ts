/** `train`: learns on a scenario and saves the policy of every generation. */
import { join } from 'node:path';
import { analyze, seededRandom } from '@ratchet/core';
import { attemptTask, createScorer, learningTask, RunBudgetSpent, requestOf, runInOrder, type Scenario, type Scorer, type Task } from '@ratchet/harness';
import { type LearningEvent, learnedLearner } from '@ratchet/learning';
import { type ChosenWorld, chooseWorld, type ProviderWords } from '../choose-world.ts';
import { exitCodes } from '../exit-codes.ts';
import { fromHere, projectFolders } from '../project-folders.ts';
import { forgetLaterGenerations, saveGeneration, scenarioSnapshots } from '../snapshot-files.ts';
import type { Output } from '../terminal/output.ts';
import { UsageError } from '../usage-error.ts';
import { loadNamedScenario } from './inspect-experiments.ts';

export interface TrainWords extends ProviderWords {
  readonly scenario: string;
  readonly data?: string;
  readonly generations: number;
  readonly tasksPerGeneration?: number;
  readonly seed: number;
  /** Tasks at once; what is learned does not depend on it. */
  readonly concurrency: number;
}

export function scenarioPathOf(name: string): string {
  return /^[a-z0-9][a-z0-9-]*$/.test(name) ? join(projectFolders.scenarios, name) : fromHere(name);
}

export async function trainCommand(words: TrainWords, output: Output): Promise<number> {
  const scenario = loadNamedScenario(scenarioPathOf(words.scenario), words.data === undefined ? undefined : fromHere(words.data));
  if (words.budgetUsd !== undefined && words.provider !== 'live') throw new UsageError('--budget-usd is for --provider live: other training costs nothing');
  const chosen = await chooseWorld(scenario, words);
  for (const note of chosen.live?.notes ?? []) output.note(note);
  const scorer = await createScorer(scenario, 'beside', chosen.world.judges);
  try {
    return await train(scenario, words, { ...chosen, scorer, output });
  } finally {
    scorer.close();
    await chosen.live?.close();
  }
}

interface TrainParts extends ChosenWorld {
  readonly scorer: Scorer;
  readonly output: Output;
}

async function train(scenario: Scenario, words: TrainWords, { world, live, scorer, output }: TrainParts): Promise<number> {
  const task = learningTask(scenario);
  const learner = learnedLearner(task);
  const place = scenarioSnapshots(scenario);
  live?.begin(place.directory, true);
  let state = learner.initial();
  const save = (generation: number): void => saveGeneration(place, { generation, learner, state, task });
  save(0);
  let saved = 0;
  const ended = (): void => {
    forgetLaterGenerations(place, saved);
    output.note(`Saved generations 0 to ${saved} under ${place.directory}. Next: pnpm ratchet execute "a request" --scenario ${words.scenario}`);
  };
  for (let generation = 0; generation < words.generations; generation++) {
    const policy = learner.policy(state, 'explore');
    const events: LearningEvent[] = [];
    const run = async (task: Task): Promise<LearningEvent> => {
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
      return {
        id: `${generation}/${task.id}`,
        analysis,
        arm: decision.arm,
        propensity: decision.propensity,
        outcome: { quality: attempt.quality, costUsd: usage.costUsd, latencyMs },
      };
    };
    try {
      await runInOrder(tasksOf(scenario, words, generation), words.concurrency, { run, finish: (event) => events.push(event), mayStart: () => 'now' });
    } catch (error) {
      if (!(error instanceof RunBudgetSpent)) throw error;
      ended();
      output.error(`Stopped at the budget of $${words.budgetUsd}, within generation ${generation + 1}, of which nothing was learned.`);
      return exitCodes.budget;
    }
    state = learner.learn(state, events);
    saved = generation + 1;
    save(saved);
    const mean = (value: (event: LearningEvent) => number | null) => events.reduce((sum, event) => sum + (value(event) ?? 0), 0) / Math.max(1, events.length);
    output.result(
      `generation ${saved}: ${events.length} tasks, quality ${mean(({ outcome }) => outcome.quality).toFixed(3)}, cost $${mean(({ outcome }) => outcome.costUsd).toFixed(5)}, latency ${(mean(({ outcome }) => outcome.latencyMs) / 1000).toFixed(1)} s a task (${world.evidence})`,
    );
  }
  ended();
  return exitCodes.ok;
}

function tasksOf(scenario: Scenario, words: TrainWords, generation: number): readonly Task[] {
  const random = seededRandom('train tasks', words.seed, generation);
  const shuffled = scenario.tasks.map((task) => ({ task, at: random.uniform(task.id) })).sort((a, b) => a.at - b.at);
  return shuffled.slice(0, words.tasksPerGeneration ?? shuffled.length).map(({ task }) => task);
}
