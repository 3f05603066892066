/** `train`: learns on a scenario and saves the policy of every generation. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { analyze, seededRandom, systemClock } from '@ratchet/core';
import {
  attemptTask,
  createScorer,
  didYouMean,
  learningTask,
  RunBudgetSpent,
  requestOf,
  runInOrder,
  type Scenario,
  type Scorer,
  type Task,
  tallyOf,
} from '@ratchet/harness';
import { type LearningEvent, learnedLearner } from '@ratchet/learning';
import { type ChosenWorld, chooseWorld, type ProviderWords } from '../choose-world.ts';
import { exitCodes } from '../exit-codes.ts';
import { interruption } from '../interruption.ts';
import { fromHere, projectFolders } from '../project-folders.ts';
import { forgetLaterGenerations, saveGeneration, scenarioSnapshots } from '../snapshot-files.ts';
import { liveRun } from '../terminal/live-run.ts';
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

/** Throws a `UsageError` for a name that none has. */
export function scenarioPathOf(name: string): string {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) return fromHere(name);
  const shipped = join(projectFolders.scenarios, name);
  if (existsSync(shipped)) return shipped;
  const known = readdirSync(projectFolders.scenarios).filter((one) => !one.startsWith('.'));
  throw new UsageError(`there is no scenario "${name}".${didYouMean(name, known)} Known: ${known.join(', ')}; or the path of a folder, such as ./${name}`);
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
  const interrupt = interruption(output);
  const clock = systemClock();
  const table = output.live
    ? liveRun({ title: `${scenario.name}, ${world.evidence} answers`, generations: words.generations, rows: 'generations' }, { output, clock })
    : undefined;
  table?.begin(words.generations * tasksOf(scenario, words, 0).length);
  // A terminal has them in its table meanwhile.
  const lines: string[] = [];
  const tell = (line: string): void => {
    if (table !== undefined && output.columns !== undefined) lines.push(line);
    else output.result(line);
  };
  const ended = (): void => {
    interrupt.end();
    table?.end();
    for (const line of lines.splice(0)) output.result(line);
    forgetLaterGenerations(place, saved);
    output.note(`Saved generations 0 to ${saved} under ${place.directory}. Next: pnpm ratchet execute "a request" --scenario ${words.scenario}`);
  };
  try {
    for (let generation = 0; generation < words.generations; generation++) {
      const policy = learner.policy(state, 'explore');
      const events: LearningEvent[] = [];
      const run = async (one: Task): Promise<LearningEvent> => {
        const analysis = analyze(requestOf(one));
        const attempt = await attemptTask(one, {
          world,
          policy,
          scorer,
          analysisOf: () => analysis,
          luck: seededRandom('train', words.seed, generation).child(one.id),
          attempt: `train ${words.seed} ${generation} ${one.id}`,
          decisionRandom: seededRandom('train decision', words.seed, generation, one.id),
        });
        const { decision, usage, latencyMs } = attempt.handled;
        return {
          id: `${generation}/${one.id}`,
          analysis,
          arm: decision.arm,
          propensity: decision.propensity,
          outcome: { quality: attempt.quality, costUsd: usage.costUsd, latencyMs },
        };
      };
      const finish = (event: LearningEvent): void => {
        events.push(event);
        const { arm, outcome } = event;
        const tally = tallyOf({ policy: learner.name, phase: 'train', generation, strategy: arm.strategy, ...outcome });
        table?.advance(1, outcome.costUsd ?? 0, `generation ${generation + 1} of ${words.generations}`, false, [tally]);
      };
      try {
        await runInOrder(tasksOf(scenario, words, generation), words.concurrency, {
          run,
          finish,
          mayStart: () => (interrupt.happened() ? 'never' : 'now'),
        });
      } catch (error) {
        if (!(error instanceof RunBudgetSpent)) throw error;
        ended();
        output.error(`Stopped at the budget of $${words.budgetUsd}, within generation ${generation + 1}, of which nothing was learned.`);
        return exitCodes.budget;
      }
      if (interrupt.happened()) {
        ended();
        output.error(`Interrupted within generation ${generation + 1}, of which nothing was learned.`);
        return exitCodes.interrupted;
      }
      state = learner.learn(state, events);
      saved = generation + 1;
      save(saved);
      const mean = (value: (event: LearningEvent) => number | null) => events.reduce((sum, event) => sum + (value(event) ?? 0), 0) / Math.max(1, events.length);
      tell(
        `generation ${saved}: ${events.length} tasks, quality ${mean(({ outcome }) => outcome.quality).toFixed(3)}, cost $${mean(({ outcome }) => outcome.costUsd).toFixed(5)}, latency ${(mean(({ outcome }) => outcome.latencyMs) / 1000).toFixed(1)} s a task (${world.evidence})`,
      );
    }
    ended();
    return exitCodes.ok;
  } finally {
    interrupt.end();
    table?.end();
  }
}

function tasksOf(scenario: Scenario, words: TrainWords, generation: number): readonly Task[] {
  const random = seededRandom('train tasks', words.seed, generation);
  const shuffled = scenario.tasks.map((task) => ({ task, at: random.uniform(task.id) })).sort((a, b) => a.at - b.at);
  return shuffled.slice(0, words.tasksPerGeneration ?? shuffled.length).map(({ task }) => task);
}
