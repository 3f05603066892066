/** What decides on tasks that are executed for the sake of learning. */
import { armId, type Policy } from '@ratchet/core';
import type { ServiceTask } from '../service-task.ts';
import { drawCandidate, mixedCandidates } from './exploration.ts';
import type { LivePolicy } from './live-policy.ts';

/** A third of decisions. */
const exploredShare = 1 / 3;

/**
 * A third is explored by the newest generation, the rest is shared by what serves and the candidate: both are judged by such decisions, and exploring
 * alone hardly ever takes what they would (each of K arms in one of K, while nothing serves that was learned).
 */
export function trainingPolicy(task: ServiceTask, live: LivePolicy): Policy {
  const byId = new Map([...task.arms, ...Object.values(task.heuristic ?? {})].map((arm) => [armId(arm), arm]));
  return {
    name: 'training',
    decide: (analysis, random) => {
      const [serving, candidate] = [live.current(), live.candidate()];
      const served = serving.exploit.decide(analysis, random);
      const of = (explore: Policy) => ({ explore: explore.decide(analysis, random).candidates });
      const all = { affordable: () => true };
      const shared = candidate === null ? served.candidates : mixedCandidates({ exploit: served.candidates, ...of(candidate.exploit) }, { share: 0.5, ...all });
      const candidates = mixedCandidates({ exploit: shared, ...of((candidate ?? serving).explore) }, { share: exploredShare, ...all });
      const chosen = drawCandidate(candidates, random.uniform('train'));
      return { arm: byId.get(chosen.armId) ?? served.arm, ...chosen, candidates };
    },
  };
}
