/** What the service would do with a request, asked for while it is written. */
import type { SuggestionAnswer } from '@ratchet/service';
import { useEffect, useState } from 'preact/hooks';
import { pause } from '../page-clock.ts';
import { reconnections } from '../service/connection.ts';
import { ask } from '../service/request.ts';

export type SuggestionState =
  | { readonly kind: 'none' }
  /** What was suggested before stays in sight. */
  | { readonly kind: 'asking'; readonly last: SuggestionAnswer | null }
  | { readonly kind: 'ready'; readonly answer: SuggestionAnswer }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Milliseconds without a key pressed. */
const patience = 250;

/** null is the generation that serves. */
export function useSuggestion(text: string, generation: number | null): SuggestionState {
  const [state, setState] = useState<SuggestionState>({ kind: 'none' });
  const back = reconnections.value;
  useEffect(() => {
    if (text.trim() === '') {
      setState({ kind: 'none' });
      return;
    }
    const left = new AbortController();
    setState((before) => ({ kind: 'asking', last: lastAnswer(before) }));
    const work = async (): Promise<void> => {
      await pause(patience, left.signal);
      left.signal.throwIfAborted();
      const answer = await ask<SuggestionAnswer>('/api/suggest', {
        body: { request: text, ...(generation === null ? {} : { generation }) },
        signal: left.signal,
      });
      setState({ kind: 'ready', answer });
    };
    work().catch((error: unknown) => {
      if (!left.signal.aborted) setState({ kind: 'failed', error });
    });
    return () => left.abort();
  }, [text, generation, back]);
  return state;
}

export function lastAnswer(state: SuggestionState): SuggestionAnswer | null {
  return state.kind === 'ready' ? state.answer : state.kind === 'asking' ? state.last : null;
}
