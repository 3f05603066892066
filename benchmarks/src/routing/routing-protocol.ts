/** How a table is learned from, and the learner that this asks for. */
import {
  fixedPolicy,
  type LearningTask,
  learnedLearner,
  learnedSettings,
  type MemberName,
  type Objective,
  randomPolicy,
  type UtilityPrices,
} from '@ratchet/learning';
import type { RoutingTable } from './routing-table.ts';

export type Setting = 'cheapest' | 'best';

export interface RoutingProtocol {
  readonly regime: 'full' | 'bandit';
  /** Turns of the loop under bandit feedback. */
  readonly generations: number;
  /** Share of the training queries that a turn draws. */
  readonly share: number;
  readonly referenceGiven: boolean;
  readonly setting: Setting;
  /** Points of quality that "cheapest" may stay below the reference, and the standard errors that it must be above that. */
  readonly margin: number;
  readonly caution: number;
  /** Whether arms that ask two models stand beside the single ones (draft-arm.ts). */
  readonly drafts: boolean;
  /** Outcome models that are stacked; all where undefined. */
  readonly members?: readonly MemberName[];
}

export type RoutingLearner = ReturnType<typeof learnedLearner>;

const free: UtilityPrices = { cost: 0, latency: 0, belowFloor: 1, margin: 0 };
const costOnly: UtilityPrices = { ...free, cost: 1 };

/** `candidates`: positions of the arms that may be chosen; `reference`: of the one that the floor is taken from, or null for the best. */
export function learnerOf(
  { arms: all }: RoutingTable,
  candidates: readonly number[],
  { protocol, reference }: { readonly protocol: RoutingProtocol; readonly reference: number | null },
): RoutingLearner {
  const arms = candidates.map((arm) => all[arm] as RoutingTable['arms'][number]);
  const { margin, caution, setting, members } = protocol;
  const floor = reference === null ? ({ kind: 'best-arm', margin } as const) : ({ kind: 'baseline', margin } as const);
  const objective: Objective = setting === 'best' ? { kind: 'weighted' } : { kind: 'constrained', floor, qualityValue: 0, caution };
  const task: LearningTask = {
    arms,
    objective,
    prices: setting === 'best' ? free : costOnly,
    initialPolicy: reference === null ? randomPolicy(arms) : fixedPolicy(all[reference] as RoutingTable['arms'][number]),
  };
  return learnedLearner(task, { ...learnedSettings, members: members ?? learnedSettings.members });
}
