/** How chance falls on a trial: it follows from what identifies it. */
import { type Random, seededRandom } from '@ratchet/core';
import type { Trial } from './trial.ts';

/** Where a trial stands among those that share their luck. */
export type LuckOrigin = Pick<Trial, 'phase' | 'seed' | 'generation' | 'repeat'>;

/** Policies that are compared share their luck: it does not depend on the policy, nor, where policies are judged, on the generation. */
export function trialLuck({ phase, seed, generation, repeat }: LuckOrigin): { readonly random: Random; readonly name: string } {
  const turn = phase === 'train' ? generation : 0;
  return { random: seededRandom('luck', phase, seed, turn, repeat), name: `${phase} ${seed} ${turn} ${repeat}` };
}
