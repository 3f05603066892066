/** Shows the answers to the parts of a request in their order, each as soon as all before it are known. */
import type { StrategyContext } from '../strategy.ts';

export const betweenAnswers = '\n\n';

/** Told of each part once, in any order; an empty text is passed over. What is shown, joined, is what `joinAnswers` gives. */
export type AnswerStream = (part: number, text: string) => void;

export function answerStream(parts: number, { onDelta }: StrategyContext): AnswerStream {
  if (onDelta === undefined) return () => undefined;
  const known = new Map<number, string>();
  let next = 0;
  let begun = false;
  return (part, text) => {
    known.set(part, text);
    for (let ready = known.get(next); next < parts && ready !== undefined; ready = known.get(next)) {
      known.delete(next++);
      if (ready === '') continue;
      onDelta({ kind: 'text', text: begun ? betweenAnswers + ready : ready });
      begun = true;
    }
  };
}
