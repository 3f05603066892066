/** Policies that know what others must find out: the expected outcome of every arm on a task. */
import { type Arm, armId, certainDecision, type Policy, RatchetError } from '@ratchet/core';

/** An expected value (utility, quality) by task and arm; undefined where nothing is known. */
export type ExpectedValue = (taskId: string, armId: string) => number | undefined;

export class MissingProfileError extends RatchetError {
  readonly kind = 'missing-profile';
}

/** The arm with the highest mean expected value over the training tasks; the first one where several have it. */
export function bestFixedArm(arms: readonly Arm[], trainingTaskIds: readonly string[], expected: ExpectedValue): Arm {
  return bestBy(arms, (arm) => {
    const known = trainingTaskIds.flatMap((taskId) => expected(taskId, armId(arm)) ?? []);
    return known.length === 0 ? Number.NEGATIVE_INFINITY : known.reduce((sum, value) => sum + value, 0) / known.length;
  });
}

/** For each task the arm with the highest expected utility: it knows the arms, not their luck. */
export function oraclePolicy(arms: readonly Arm[], expected: ExpectedValue): Policy {
  return {
    name: 'oracle',
    decide: ({ requestId }) => {
      const arm = bestBy(arms, (candidate) => expected(requestId, armId(candidate)) ?? Number.NEGATIVE_INFINITY);
      if (expected(requestId, armId(arm)) === undefined) throw new MissingProfileError(`the oracle knows nothing of the task ${requestId}`);
      return certainDecision(arm, armId(arm));
    },
  };
}

function bestBy(arms: readonly Arm[], value: (arm: Arm) => number): Arm {
  let best = arms[0] as Arm;
  let bestValue = value(best);
  for (const arm of arms.slice(1)) {
    const candidate = value(arm);
    if (candidate > bestValue) {
      best = arm;
      bestValue = candidate;
    }
  }
  return best;
}
