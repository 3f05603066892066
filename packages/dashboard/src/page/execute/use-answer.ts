/** Has a request answered, piece by piece, and finds out what it came to. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { pause } from '../page-clock.ts';
import { loadMe } from '../service/me.ts';
import { ask, send } from '../service/request.ts';
import { RequestError } from '../service/request-error.ts';
import { readChatStream } from './chat-stream.ts';

/** `GET /api/decisions/{id}`, as far as it is shown. */
export interface DecisionRecord {
  readonly id: string;
  readonly arm: string;
  readonly propensity: number;
  readonly generation: number;
  readonly explored: boolean;
  readonly learnable: boolean;
  readonly status: string;
  readonly costUsd: number | null;
  readonly latencyMs: number | null;
  readonly quality: number | null;
}

export interface DecisionHead {
  readonly id: string;
  readonly arm: string;
  readonly policy: string;
  readonly explored: boolean;
}

export type AnswerState =
  | { readonly kind: 'none' }
  | { readonly kind: 'running'; readonly text: string; readonly head: DecisionHead | null }
  | { readonly kind: 'whole'; readonly text: string; readonly head: DecisionHead; readonly record: DecisionRecord | null }
  | { readonly kind: 'stopped'; readonly text: string }
  | { readonly kind: 'failed'; readonly text: string; readonly error: unknown };

export interface AnswerControl {
  readonly state: AnswerState;
  /** Counts what was answered or judged, so that the history is loaded again. */
  readonly turn: number;
  readonly execute: (request: string, generation: number | null) => void;
  readonly stop: () => void;
  readonly judged: (quality: number) => void;
}

export function useAnswer(): AnswerControl {
  const [state, setState] = useState<AnswerState>({ kind: 'none' });
  const [turn, setTurn] = useState(0);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const run = async (request: string, generation: number | null, control: AbortController): Promise<void> => {
    let text = '';
    let shown = false;
    const show = (head: DecisionHead | null): void => {
      // As often as the screen is drawn, however many pieces come.
      if (shown) return;
      shown = true;
      requestAnimationFrame(() => {
        shown = false;
        if (running.current === control) setState({ kind: 'running', text, head });
      });
    };
    try {
      const response = await send('/v1/chat/completions', {
        body: { model: 'ratchet/auto', stream: true, messages: [{ role: 'user', content: request }] },
        headers: generation === null ? {} : { 'x-ratchet-generation': String(generation) },
        signal: control.signal,
      });
      const head = headOf(response);
      show(head);
      await readChatStream(response, (piece) => {
        text += piece;
        show(head);
      });
      running.current = null;
      setState({ kind: 'whole', text, head, record: null });
      const record = await recordOf(head.id);
      setState((now) => (now.kind === 'whole' && now.head.id === head.id ? { ...now, record } : now));
      // Another generation may serve by now.
      void loadMe().catch(() => undefined);
    } catch (error) {
      running.current = null;
      setState(control.signal.aborted ? { kind: 'stopped', text } : { kind: 'failed', text, error });
    }
    setTurn((count) => count + 1);
  };

  return {
    state,
    turn,
    execute: (request, generation) => {
      running.current?.abort();
      const control = new AbortController();
      running.current = control;
      setState({ kind: 'running', text: '', head: null });
      void run(request, generation, control);
    },
    stop: () => running.current?.abort(),
    judged: (quality) => {
      setState((now) => (now.kind === 'whole' && now.record !== null ? { ...now, record: { ...now.record, quality } } : now));
      setTurn((count) => count + 1);
    },
  };
}

function headOf(response: Response): DecisionHead {
  const header = (name: string): string => response.headers.get(`x-ratchet-${name}`) ?? '';
  return { id: header('decision'), arm: decodeURI(header('arm')), policy: header('policy'), explored: header('explored') === 'true' };
}

/** The log is written beside the answer: it may be a moment behind. null where it does not come. */
async function recordOf(id: string): Promise<DecisionRecord | null> {
  for (const wait of [0, 50, 200, 800]) {
    await pause(wait);
    try {
      return await ask<DecisionRecord>(`/api/decisions/${encodeURIComponent(id)}`);
    } catch (error) {
      if (!(error instanceof RequestError) || error.status !== 404) return null;
    }
  }
  return null;
}
