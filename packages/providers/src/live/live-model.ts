/** A model behind an API, one try a call: with deadlines, abort to the socket, and what the try costs whether or not it succeeds. */
import { type Clock, type LanguageModel, type ModelAnswer, type ModelCall, ModelError, type TokenUsage } from '@ratchet/core';
import { costUsd, type Price } from '../price.ts';
import { callFault } from './call-fault.ts';
import { type CallDeadlines, type CallWatch, callWatch, type ResponseHeaders } from './call-watch.ts';
import { checkedUsage, countedUsage } from './reported-usage.ts';
import type { SharedAlarm } from './shared-alarm.ts';
import type { Wire } from './wire.ts';

export interface LiveModelParts {
  /** Loads the SDK; asked at every call, so it should keep what it made. */
  readonly open: () => Promise<Wire>;
  readonly clock: Clock;
  /** Of that clock: for the deadlines of all calls. */
  readonly alarm: SharedAlarm;
  readonly deadlines: CallDeadlines;
  /** undefined where nobody knows: its answers then have no cost. */
  readonly price: Price | undefined;
  /** Takes keys out of a text. */
  readonly redact: (text: string) => string;
  /** Headers of a call beside those of the API; by default none. */
  readonly headersOf?: ((id: string, call: ModelCall) => Readonly<Record<string, string>>) | undefined;
  /** Told of the headers of every response, whatever its status. */
  readonly onResponse?: (headers: ResponseHeaders) => void;
}

/** Streams where `onDelta` is given. What is charged is what the provider states; where it does not, what can be counted of it. */
export function liveModel(id: string, { open, clock, alarm, deadlines, price, redact, headersOf, onResponse }: LiveModelParts): LanguageModel {
  const charge = (usage: TokenUsage) => ({ usage, costUsd: price === undefined ? null : costUsd(usage, price) });
  return {
    id,
    complete: async (call, { signal, onDelta } = {}): Promise<ModelAnswer> => {
      if (signal?.aborted) throw new ModelError('cancelled', id, `the call of ${id} was aborted`, { cause: signal.reason });
      const wire = await open();
      const begun = clock.now();
      const totalMs = Math.min(deadlines.totalMs, call.timeoutMs ?? Number.POSITIVE_INFINITY);
      const watch = callWatch({ clock, alarm, deadlines: { ...deadlines, totalMs }, streaming: onDelta !== undefined, signal });
      let came = '';
      const onText = (text: string): void => {
        if (watch.aborted !== undefined || text === '') return;
        came += text;
        onDelta?.({ kind: 'text', text });
      };
      try {
        const answer = await unlessAborted(
          wire.send(call, { headers: headersOf?.(id, call), onText: onDelta === undefined ? undefined : onText, watch }),
          watch,
        );
        const { usage, costUsd } = charge(checkedUsage(answer.usage, call, answer.text));
        if (answer.finishReason === 'refused') {
          throw new ModelError('refused', id, `${id} would not answer (${answer.rawFinishReason})`, { charged: { usage, costUsd } });
        }
        const { text, finishReason, rawFinishReason, toolCalls } = answer;
        const calls = toolCalls === undefined || toolCalls.length === 0 ? {} : { toolCalls };
        return { text, finishReason, rawFinishReason, ...calls, usage, costUsd, latencyMs: clock.now() - begun };
      } catch (error) {
        throw error instanceof ModelError ? error : callFault(error, { modelId: id, watch, redact, charge: () => charge(countedUsage(call, came)) });
      } finally {
        if (watch.status !== undefined) onResponse?.(watch.headers);
        watch.end();
      }
    },
  };
}

/** Whatever an SDK does about it: what is aborted ends at once. What comes after that is nobody's any more, and no unhandled rejection. */
function unlessAborted<Result>(pending: Promise<Result>, watch: CallWatch): Promise<Result> {
  return new Promise((resolve, reject) => {
    watch.onAbort(reject);
    pending.then(resolve, reject);
  });
}
