/** Why the learned policy takes the arm that it takes, in words. */
import type { LearningTask } from '../learner.ts';
import type { ArmExplanation, DecisionExplanation } from './explain-decision.ts';

/** One sentence, without an end. */
export function decisionReason({ chosen, learned }: DecisionExplanation, { objective }: Pick<LearningTask, 'objective'>): string {
  if (learned === null) return 'no answer has been judged yet, so generation 0 serves, which goes by the request alone';
  const { arms, onlyReference, priceOfQuality, tradeOff } = learned;
  if (onlyReference) return 'by the estimates no other policy reaches the floor, so the arm with the best mean quality serves every request';
  const inTime = arms.filter((arm) => arm.inTime !== false);
  const own = arms.find(({ armId }) => armId === chosen) as ArmExplanation;
  const possible = inTime.length === 0 ? arms : inTime;
  // What has more value and was not taken is none that may serve.
  const rivals = possible.filter(({ value }) => value <= own.value);
  const next = rivals.find(({ armId }) => armId !== chosen);
  const those = inTime.length === 0 ? 'no arm is expected in time, and of all' : inTime.length < arms.length ? 'of the arms expected in time' : 'of all arms';
  const among = rivals.length === possible.length ? those : `${those} that may serve (others are worse on the whole, and no cheaper)`;
  const after = (value: (arm: ArmExplanation) => number) => (next === undefined ? '' : `; the next is ${next.armId} with ${value(next).toFixed(3)}`);
  if (priceOfQuality === 0) {
    const why = tradeOff.reached ? '' : 'by the estimates no policy reaches the floor, so quality alone counts: ';
    return `${why}${among} it has the highest expected quality, ${own.value.toFixed(3)}${after(({ value }) => value)}`;
  }
  const why = !tradeOff.reached && objective.kind === 'budget' ? 'no policy keeps within the budget, so quality has its highest price: ' : '';
  return `${why}${among} it has the most value, quality ${(own.value + priceOfQuality * own.price).toFixed(3)} - ${priceOfQuality.toPrecision(3)} x price ${own.price.toPrecision(3)} = ${own.value.toFixed(3)}${after(({ value }) => value)}`;
}
