/** Estimates what a run will take: trials, calls, tokens and cost, without running anything. */
import { type Analysis, type Arm, analyze, armId, type CallEstimate, estimateArm } from '@ratchet/core';
import type { Task } from '../scenario/scenario.ts';
import { learns } from './contenders.ts';
import type { ExperimentPlan } from './experiment-plan.ts';
import { splitTasks } from './split.ts';
import { requestOf } from './task-request.ts';
import { tuningOf } from './tuning-plan.ts';
import type { World } from './world.ts';

export interface RunAmount {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
}

export interface RunEstimate {
  readonly trials: number;
  /** Executions from which the expected outcomes of all arms are taken; 0 where they are known. */
  readonly profileAttempts: number;
  readonly low: RunAmount;
  readonly expected: RunAmount;
  readonly worst: RunAmount;
}

/** Tries of a call, with those after transient errors. */
const attemptsPerCall = 3;

/** A policy may choose any arm: the low, expected and worst trial has of each amount the least, the mean and the most of all arms. */
export function estimateRun(plan: ExperimentPlan, world: World): RunEstimate {
  const { experiment, scenario } = plan;
  const costs = new Map(plan.tasks.map((task) => [task.id, armAmounts(task, scenario.arms, world)]));
  let [low, expected, worst] = [none, none, none];
  let trials = 0;
  const addTrials = (tasks: readonly Task[], times: number): void => {
    for (const task of tasks) {
      const amounts = costs.get(task.id) as readonly ArmAmounts[];
      low = add(
        low,
        extreme(
          amounts.map((one) => one.low),
          Math.min,
        ),
        times,
      );
      expected = add(expected, mean(amounts.map((one) => one.expected)), times);
      worst = add(
        worst,
        extreme(
          amounts.map((one) => one.worst),
          Math.max,
        ),
        times,
      );
    }
    trials += tasks.length * times;
  };
  const learning = plan.policies.filter(learns).length;
  for (const seed of plan.seeds) {
    const split = splitTasks(plan.tasks, experiment.split, seed);
    addTrials(split.heldout, experiment.heldoutRepeats * (plan.policies.length + (experiment.generations > 0 ? learning : 0)));
    addTrials(split.train, learning * experiment.generations * experiment.tasksPerGeneration * experiment.trainRepeats);
    const tuning = tuningOf(plan, split);
    if (tuning !== null) addTrials(split.train, tuning.trials / split.train.length);
    addTrials(split.validation, learning * Math.ceil(experiment.generations / experiment.judgeEvery) * experiment.validationRepeats * 2);
  }
  const profileAttempts = world.knownOutcome === undefined ? plan.tasks.length * scenario.arms.length * experiment.profileRepeats : 0;
  if (profileAttempts > 0) {
    for (const amounts of costs.values()) {
      for (const one of amounts) {
        low = add(low, one.low, experiment.profileRepeats);
        expected = add(expected, one.expected, experiment.profileRepeats);
        worst = add(worst, one.worst, experiment.profileRepeats);
      }
    }
  }
  return { trials: Math.round(trials), profileAttempts, low: rounded(low), expected: rounded(expected), worst: rounded(worst) };
}

/** The most that one execution of a task may cost, by any arm of the scenario. */
export function worstCostUsd(task: Task, arms: readonly Arm[], world: World): number {
  return extreme(
    armAmounts(task, arms, world).map((one) => one.worst),
    Math.max,
  ).costUsd;
}

interface ArmAmounts {
  readonly low: RunAmount;
  readonly expected: RunAmount;
  readonly worst: RunAmount;
}

const none: RunAmount = { calls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 };

function armAmounts(task: Task, arms: readonly Arm[], world: World): readonly ArmAmounts[] {
  let analysis: Analysis | undefined;
  return arms.map((arm) => {
    const known = world.knownOutcome?.(task.id, armId(arm));
    if (known !== undefined) {
      const amount = { ...none, calls: 1, costUsd: known.costUsd ?? 0 };
      return { low: amount, expected: amount, worst: amount };
    }
    analysis ??= analyze(requestOf(task));
    const { low, expected, worst } = estimateArm(analysis, arm, attemptsPerCall);
    return { low: amountOf(low, world), expected: amountOf(expected, world), worst: amountOf(worst, world) };
  });
}

function amountOf(calls: readonly CallEstimate[], world: World): RunAmount {
  return calls.reduce<RunAmount>((sum, { model, ...call }) => {
    const price = world.tokenPrice?.(model);
    const costUsd = price === undefined ? 0 : (call.inputTokens * price.inputUsdPerMTok + call.outputTokens * price.outputUsdPerMTok) / 1e6;
    return add(sum, { ...call, costUsd }, 1);
  }, none);
}

function add(a: RunAmount, b: RunAmount, times: number): RunAmount {
  return {
    calls: a.calls + times * b.calls,
    inputTokens: a.inputTokens + times * b.inputTokens,
    outputTokens: a.outputTokens + times * b.outputTokens,
    costUsd: a.costUsd + times * b.costUsd,
  };
}

function mean(amounts: readonly RunAmount[]): RunAmount {
  return amounts.reduce((sum, one) => add(sum, one, 1 / amounts.length), none);
}

/** Of each amount the least, or the most. */
function extreme(amounts: readonly RunAmount[], of: (...values: number[]) => number): RunAmount {
  const pick = (name: keyof RunAmount) => of(...amounts.map((one) => one[name]));
  return { calls: pick('calls'), inputTokens: pick('inputTokens'), outputTokens: pick('outputTokens'), costUsd: pick('costUsd') };
}

function rounded(amount: RunAmount): RunAmount {
  return {
    calls: Math.round(amount.calls),
    inputTokens: Math.round(amount.inputTokens),
    outputTokens: Math.round(amount.outputTokens),
    costUsd: amount.costUsd,
  };
}
