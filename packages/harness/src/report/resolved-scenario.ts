/** scenario.resolved.yaml: the scenario as a run used it, with its arms, their ids and its tasks, all defaults filled in. */
import { armId } from '@ratchet/core';
import { stringify } from 'yaml';
import type { Scenario, Task } from '../scenario/scenario.ts';

export function resolvedScenario(scenario: Scenario, tasks: readonly Task[]): string {
  return stringify(
    {
      ...scenario.file,
      hash: scenario.hash,
      arms: scenario.arms.map((arm) => ({ id: armId(arm), ...arm })),
      tasks: tasks.map(({ id, family, group, purpose, asks }) => ({
        id,
        family,
        group,
        ...(purpose === undefined ? {} : { purpose }),
        parts: asks.map((ask) => ask.partId),
      })),
      ...(scenario.heldoutData === undefined ? {} : { leftOut: [...scenario.heldoutData.leftOut] }),
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}
