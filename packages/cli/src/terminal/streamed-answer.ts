/** Writes an answer to stdout as it comes, and what happens meanwhile to stderr. */
import type { AnswerDelta, ProgressEvent, Unanswered } from '@ratchet/core';
import type { Output } from './output.ts';

export interface StreamedAnswer {
  readonly onDelta: (delta: AnswerDelta) => void;
  /** Ends the last line. */
  end(): void;
}

export function streamedAnswer(output: Output): StreamedAnswer {
  let last = '';
  const endLine = (): void => {
    if (last !== '' && !last.endsWith('\n')) output.piece('\n');
    last = '';
  };
  return {
    onDelta: (delta) => {
      if (delta.kind === 'text') {
        if (delta.text === '') return;
        output.piece(delta.text);
        last = delta.text;
        return;
      }
      // What is printed stays printed.
      if (last === '') return;
      endLine();
      output.error('What stands above does not count: the answer begins anew.');
    },
    end: endLine,
  };
}

export function progressText(event: ProgressEvent): string {
  switch (event.kind) {
    case 'step': {
      const step = `step ${event.step + 1} of ${event.of}`;
      return event.status === 'begun' ? `${step}: ${event.title}` : `${step}: ${event.status}`;
    }
    case 'round':
      return event.round === 0 ? 'first answers' : `${event.what === 'cycle' ? 'improving' : 'debating'}, round ${event.round} of at most ${event.atMost}`;
    case 'decision':
      return 'no agreement: deciding';
    default:
      return event satisfies never;
  }
}

/** One line for each part of the request that has no answer. Steps count from 1. */
export function unansweredText(unanswered: readonly Unanswered[]): string {
  const steps = (chunks: readonly number[]): string => `step${chunks.length === 1 ? '' : 's'} ${chunks.map((index) => index + 1).join(', ')}`;
  return unanswered
    .map((one) => {
      const why = one.kind === 'failed' ? one.error.message : one.kind === 'blocked' ? `needs ${steps(one.by)}` : 'was not begun';
      return `not answered: ${steps(one.chunks)} (${why})`;
    })
    .join('\n');
}
