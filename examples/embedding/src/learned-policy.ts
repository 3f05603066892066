/** Opens what `ratchet learn --name NAME` left in .ratchet/learned/NAME: the latest generation, as a policy. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { armSchema, type Policy } from '@ratchet/core';
import { learnedLearner, objectiveSchema, parseSnapshot, randomPolicy, utilityPricesSchema } from '@ratchet/learning';

/** Throws a `SnapshotError` for one that is damaged, or of another version. */
export function learnedPolicy(folder: string): Policy {
  const { arms: given, objective, utility } = JSON.parse(readFileSync(join(folder, 'task.json'), 'utf8'));
  const arms = armSchema.array().min(1).parse(given);
  const learner = learnedLearner({
    arms,
    objective: objectiveSchema.parse(objective),
    prices: utilityPricesSchema.parse(utility),
    initialPolicy: randomPolicy(arms),
  });
  const latest =
    readdirSync(folder)
      .filter((name) => name.startsWith('generation-'))
      .sort()
      .at(-1) ?? 'generation-0000.json';
  const snapshot = parseSnapshot(readFileSync(join(folder, latest), 'utf8'), latest);
  // `explore` would also try what it knows little of, which is what makes the next log worth learning from.
  return learner.policy(learner.restore(snapshot.state), 'exploit');
}
