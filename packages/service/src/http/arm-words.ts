/** An arm as answers of the API name it. */
import { modelsOf, parseArmId } from '@ratchet/core';

export interface ArmWords {
  readonly arm: string;
  readonly strategy: string;
  readonly models: string[];
}

/** Ids of the log are of this program's making: throws a RangeError for another. */
export function armWords(id: string): ArmWords {
  const arm = parseArmId(id);
  return { arm: id, strategy: arm.strategy, models: [...modelsOf(arm)] };
}
