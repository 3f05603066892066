/** What decides on tasks that are executed for the sake of learning. */
import type { Policy } from '@ratchet/core';
import { armsById, type ServiceTask } from '../service-task.ts';
import { drawCandidate, mixedCandidates } from './exploration.ts';
import type { LivePolicy } from './live-policy.ts';

/** A third of decisions. */
const exploredShare = 1 / 3;

/**
 * A third is explored by the newest generation, the rest is shared by what serves and the candidate: both are judged by such decisions, and exploring
 * alone hardly ever takes what they would (each of K arms in one of K, while nothing serves that was learned).
 */
export function trainingPolicy(task: ServiceTask, live: LivePolicy): Policy {
  const byId = armsById(task);
  const affordable = (): boolean => true;
  return {
    name: 'training',
    decide: (analysis, random) => {
      const [serving, candidate] = [live.current(), live.candidate()];
      const served = serving.exploit.decide(analysis, random);
      const tried = (candidate ?? serving).exploit.decide(analysis, random).candidates;
      const explore = (candidate ?? serving).explore.decide(analysis, random).candidates;
      const exploit = mixedCandidates({ exploit: served.candidates, explore: tried }, { share: 0.5, affordable });
      const candidates = mixedCandidates({ exploit, explore }, { share: exploredShare, affordable });
      const chosen = drawCandidate(candidates, random.uniform('train'));
      return { arm: byId.get(chosen.armId) ?? served.arm, ...chosen, candidates };
    },
  };
}
