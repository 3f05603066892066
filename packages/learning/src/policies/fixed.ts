/** `fixed:<arm>`: always the same arm. */
import { type Arm, armId, certainDecision, type Policy } from '@ratchet/core';

export function fixedPolicy(arm: Arm, name = `fixed:${armId(arm)}`): Policy {
  const decision = certainDecision(arm, armId(arm));
  return { name, decide: () => decision };
}
