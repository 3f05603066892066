/** Records every exchange with a model to a cassette, and replays a cassette: an attempt that is made again meets the same answers. */
import { type Clock, type LanguageModel, type ModelCall, ModelError } from '@ratchet/core';
import { cancellableSleep } from '../cancellable-sleep.ts';
import { streamText } from '../stream-text.ts';
import { answerEnd, answerOf, type Exchange, type ExchangeFile } from './exchange-file.ts';
import { exchangeKey } from './exchange-key.ts';

/** Names what calls work for (a trial, say), and tells its equal calls apart by their order. */
export interface ExchangeSession {
  keyOf(model: string, call: ModelCall): string;
  readonly attempt: string;
}

export function exchangeSession(attempt: string): ExchangeSession {
  const seen = new Map<string, number>();
  return {
    attempt,
    keyOf: (model, call) => {
      const plain = exchangeKey(model, call, [attempt]);
      const before = seen.get(plain) ?? 0;
      seen.set(plain, before + 1);
      return before === 0 ? plain : exchangeKey(model, call, [attempt, `${before}`]);
    },
  };
}

/** Answers and errors of the model are recorded; that a caller went away, or its money was spent, is none of these. */
export function recordingModel(
  model: LanguageModel,
  { cassette, session, clock }: { readonly cassette: ExchangeFile; readonly session: ExchangeSession; readonly clock: Clock },
): LanguageModel {
  return {
    id: model.id,
    complete: async (call, options) => {
      const key = session.keyOf(model.id, call);
      const begun = clock.now();
      const put = (end: Exchange['end']): void => {
        const messages = call.messages.map(({ role, content }) => ({ role, content }));
        cassette.put({ key, model: model.id, attempt: session.attempt, messages, end });
      };
      try {
        const answer = await model.complete(call, options);
        put(answerEnd(answer));
        return answer;
      } catch (error) {
        if (error instanceof ModelError) {
          const { kind, message, charged } = error;
          if (isRecorded(kind)) put({ kind: 'error', error: kind, message, latencyMs: clock.now() - begun, ...(charged === undefined ? {} : { charged }) });
        }
        throw error;
      }
    },
  };
}

type RecordedErrorKind = Extract<Exchange['end'], { kind: 'error' }>['error'];

function isRecorded(kind: ModelError['kind']): kind is RecordedErrorKind {
  return kind !== 'cancelled' && kind !== 'deadline' && kind !== 'budget' && kind !== 'not-recorded' && kind !== 'unknown-model';
}

/** Throws a `ModelError` of kind `not-recorded`, which names the request, for a call that the cassette lacks. */
export function replayingModel(
  id: string,
  { cassette, session, clock }: { readonly cassette: ExchangeFile; readonly session: ExchangeSession; readonly clock: Clock },
): LanguageModel {
  return {
    id,
    complete: async (call, options = {}) => {
      const exchange = cassette.get(session.keyOf(id, call));
      if (exchange === undefined) {
        const asked = call.messages.findLast(({ role }) => role === 'user')?.content ?? '';
        throw new ModelError('not-recorded', id, `the cassette has no answer of ${id} for "${session.attempt}" to: ${shortened(asked)}`);
      }
      const { end } = exchange;
      if (end.kind === 'error') {
        await cancellableSleep(clock, end.latencyMs, { modelId: id, signal: options.signal });
        throw new ModelError(end.error, id, end.message, end.charged === undefined ? {} : { charged: answerOf({ ...emptyAnswer, ...end.charged }) });
      }
      const answer = answerOf(end);
      if (answer.latencyMs !== null) await streamText(answer.text, { modelId: id, clock, latencyMs: answer.latencyMs, firstMs: 0 }, options);
      else if (answer.text !== '') options.onDelta?.({ kind: 'text', text: answer.text });
      return answer;
    },
  };
}

const emptyAnswer = { kind: 'answer', text: '', finishReason: 'stop', latencyMs: null } as const;

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= 120 ? `"${line}"` : `"${line.slice(0, 120)}..."`;
}
