/** `random`: every arm with the same probability. */
import { type Arm, armId, type Policy } from '@ratchet/core';
import { decideFrom } from './decide-from.ts';

export function randomPolicy(arms: readonly Arm[]): Policy {
  const propensities = arms.map(() => 1 / arms.length);
  const ids = arms.map(armId);
  return { name: 'random', decide: (_analysis, random) => decideFrom(arms, ids, propensities, random) };
}
