/** The policies of an experiment: those that stand as they are, and those that learn. */
import { type Arm, armId, type Policy, RatchetError } from '@ratchet/core';
import {
  bestFixedArm,
  type ExpectedValue,
  fixedPolicy,
  greedySettings,
  heuristicPolicy,
  type Learner,
  type LearningTask,
  learnedLearner,
  learnedSettings,
  learnerWithinStrategies,
  oraclePolicy,
  originalLearner,
  randomPolicy,
} from '@ratchet/learning';
import { didYouMean } from '../scenario/nearest-name.ts';
import type { Scenario } from '../scenario/scenario.ts';

export type Contender =
  | { readonly kind: 'static'; readonly name: string; readonly policy: Policy }
  | { readonly kind: 'learning'; readonly name: string; readonly learner: Learner };

export const policyNames = [
  'heuristic',
  'random',
  'best-fixed',
  'best-quality',
  'greedy',
  'oracle',
  'learned',
  'learned-routing',
  'learned-execution',
  'original',
] as const;

const learningNames: readonly string[] = ['greedy', 'learned', 'learned-routing', 'learned-execution', 'original'];
/** Those that begin with the heuristic's arms, whatever else there is. */
const heuristicNames: readonly string[] = ['heuristic', 'learned-routing', 'learned-execution', 'original'];

export function learns(policy: string): boolean {
  return learningNames.includes(policy);
}

export class UnknownPolicyError extends RatchetError {
  readonly kind = 'unknown-policy';
}

/** The names of policies with `fixed:<pattern>` replaced by one name for each arm that fits; `*` stands for anything. */
export function expandPolicyNames(names: readonly string[], arms: readonly Arm[]): readonly string[] {
  const ids = arms.map(armId);
  const expanded = names.flatMap((name) => {
    if (!name.startsWith('fixed:')) return [name];
    const pattern = name.slice('fixed:'.length);
    const found = ids.filter((id) => fitsPattern(id, pattern));
    if (found.length === 0) throw new UnknownPolicyError(`no arm fits "${pattern}".${didYouMean(pattern, ids)} Arms: ${ids.join(', ')}`);
    return found.map((id) => `fixed:${id}`);
  });
  return [...new Set(expanded)];
}

/** `*` stands for anything. */
export function fitsPattern(name: string, pattern: string): boolean {
  const pieces = pattern.split('*').map((piece) => piece.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  return new RegExp(`^${pieces.join('.*')}$`).test(name);
}

/** Throws an `UnknownPolicyError` for a policy that there is not, or that the scenario does not give what it needs. */
export function requirePolicy(name: string, scenario: Scenario): void {
  const fixed = scenario.arms.map((arm) => `fixed:${armId(arm)}`);
  if (![...policyNames, ...fixed].includes(name))
    throw new UnknownPolicyError(`there is no policy "${name}".${didYouMean(name, policyNames)} Known: ${policyNames.join(', ')}, fixed:<arm>`);
  if (heuristicNames.includes(name)) heuristicArms(scenario, name);
}

export interface ContenderParts {
  readonly scenario: Scenario;
  /** What learners may choose from; all arms where it is not given. */
  readonly learnersArms?: readonly Arm[];
  readonly trainingTaskIds: readonly string[];
  readonly expectedUtility: ExpectedValue;
  readonly expectedQuality: ExpectedValue;
}

export function makeContender(name: string, parts: ContenderParts): Contender {
  const { scenario } = parts;
  const arms = parts.learnersArms ?? scenario.arms;
  switch (name) {
    case 'learned':
      return { kind: 'learning', name, learner: learnedLearner(learningTask(scenario, arms)) };
    case 'greedy':
      return { kind: 'learning', name, learner: learnedLearner(learningTask(scenario, arms), greedySettings) };
    case 'learned-routing': {
      // Which strategy: each with the models and parameters that the heuristic has for it.
      const learner = learnedLearner(learningTask(scenario, Object.values(heuristicArms(scenario, name))), { ...learnedSettings, name });
      return { kind: 'learning', name, learner };
    }
    case 'learned-execution': {
      const learner = learnerWithinStrategies(learningTask(scenario, arms), heuristicArms(scenario, name), (task) => learnedLearner(task));
      return { kind: 'learning', name, learner };
    }
    case 'original':
      return { kind: 'learning', name, learner: originalLearner(heuristicArms(scenario, name), arms) };
    default:
      return { kind: 'static', name, policy: staticPolicy(name, parts) };
  }
}

function staticPolicy(name: string, { scenario, trainingTaskIds, expectedUtility, expectedQuality }: ContenderParts): Policy {
  const { arms } = scenario;
  switch (name) {
    case 'heuristic':
      return heuristicPolicy(heuristicArms(scenario, name));
    case 'random':
      return randomPolicy(arms);
    case 'best-fixed':
      return fixedPolicy(bestFixedArm(arms, trainingTaskIds, expectedUtility), name);
    case 'best-quality':
      return fixedPolicy(bestFixedArm(arms, trainingTaskIds, expectedQuality), name);
    case 'oracle':
      return oraclePolicy(arms, expectedUtility);
    default: {
      const arm = arms.find((candidate) => `fixed:${armId(candidate)}` === name);
      if (arm === undefined) throw new UnknownPolicyError(`there is no policy "${name}"`);
      return fixedPolicy(arm, name);
    }
  }
}

/** What learners know at the start; where the scenario has no heuristic, generation 0 tries every arm alike. */
export function learningTask(scenario: Scenario, arms: readonly Arm[] = scenario.arms): LearningTask {
  return {
    arms,
    objective: scenario.file.objective,
    prices: scenario.file.utility,
    initialPolicy: scenario.heuristic === undefined ? randomPolicy(arms) : heuristicPolicy(scenario.heuristic),
  };
}

function heuristicArms(scenario: Scenario, policy: string) {
  if (scenario.heuristic === undefined) {
    throw new UnknownPolicyError(
      `the policy "${policy}" needs the arms of the heuristic: give \`heuristic\` in ${scenario.path}, or leave the policy out; where it is the baseline, name another \`baseline\` there`,
    );
  }
  return scenario.heuristic;
}
