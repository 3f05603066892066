/** Joins the answers to the parts of a request; a part without one makes the whole failed, with what there is. */
import type { NodeEnd } from '../execution/execute-graph.ts';
import { ModelError } from '../model-error.ts';
import type { StrategyEnd, Unanswered } from '../strategy.ts';
import { betweenAnswers } from './answer-stream.ts';
import type { CallEnd } from './call-model.ts';

export interface PartEnd {
  /** Indices of the chunks that the part is about. */
  readonly chunks: readonly number[];
  /** `by`: indices of chunks, too. */
  readonly end: NodeEnd<string, Extract<CallEnd, { readonly kind: 'failed' }>>;
}

/** `model`: whose error it is when nothing was begun. */
export function joinAnswers(parts: readonly PartEnd[], model: string): StrategyEnd {
  const text = parts
    .map(({ end }) => textOf(end))
    .filter((part) => part !== '')
    .join(betweenAnswers);
  const unanswered = parts.flatMap(unansweredOf);
  if (unanswered.length === 0) return { kind: 'answered', text };
  const error =
    unanswered.find((one) => one.kind === 'failed')?.error ?? new ModelError('cancelled', model, 'the request was aborted before anything was begun');
  return { kind: 'failed', error, partialText: text, unanswered };
}

/** What there is to show of a part. */
export function textOf(end: PartEnd['end']): string {
  if (end.kind === 'answered') return end.answer;
  return end.kind === 'failed' ? end.failure.partialText : '';
}

function unansweredOf({ chunks, end }: PartEnd): readonly Unanswered[] {
  switch (end.kind) {
    case 'answered':
      return [];
    case 'failed':
      return [{ kind: 'failed', chunks, error: end.failure.error }];
    case 'blocked':
      return [{ kind: 'blocked', chunks, by: end.by }];
    case 'cancelled':
      return [{ kind: 'cancelled', chunks }];
    default:
      return end satisfies never;
  }
}
