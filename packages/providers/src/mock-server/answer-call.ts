/** Answers a request for an answer with a simulated model, whole or piece by piece. */
import { type Clock, ModelError, type TokenUsage } from '@ratchet/core';
import type { SimulatedModels } from '../simulated/simulated-models.ts';
import type { FaultRule } from './fault-rules.ts';
import type { CallLuck } from './luck-header.ts';
import type { Reply } from './reply.ts';
import { WireError } from './wire-error.ts';
import type { AnswerHead, WireCall, WireFormat } from './wire-format.ts';

export interface AnswerParts {
  readonly models: SimulatedModels;
  readonly format: WireFormat;
  /** Of this call alone. */
  readonly clock: Clock;
  readonly timeScale: number;
  readonly luck: CallLuck;
  readonly head: AnswerHead;
  readonly fault: FaultRule | undefined;
  readonly signal: AbortSignal;
}

/** Throws a `WireError` for a call that the model gives no answer to, and a `ModelError` of kind `cancelled` once the signal is aborted. */
export async function answerCall(call: WireCall, reply: Reply, parts: AnswerParts): Promise<void> {
  const { models, format, clock, luck, head, fault, signal } = parts;
  const model = models.open(call.model, { clock, luck: luck.luck, attemptOf: () => luck.attempt });
  const begin = (): void => {
    if (reply.begun) return;
    const usage = { inputTokens: models.inputTokens(call.messages), outputTokens: 1 };
    for (const event of format.begin(head, statedUsage(usage, fault))) reply.event(event);
  };
  const onDelta = call.stream
    ? (delta: { readonly kind: string; readonly text?: string }): void => {
        begin();
        if (delta.text !== undefined) reply.event(format.piece(head, delta.text));
      }
    : undefined;
  const { messages, temperature, maxOutputTokens } = call;
  const request = { requestId: '', messages, temperature, maxOutputTokens, seed: luck.seed };
  const answer = await model
    .complete(luck.timeoutMs === undefined ? request : { ...request, timeoutMs: luck.timeoutMs }, { signal, onDelta })
    .catch((error: unknown) => {
      throw error instanceof ModelError ? wireErrorOf(error, parts.timeScale) : error;
    });
  const stated = { text: answer.text, finishReason: answer.finishReason, usage: statedUsage(answer.usage, fault) };
  if (!call.stream) {
    reply.json(200, format.whole(head, stated));
    return;
  }
  begin();
  for (const event of format.end(head, stated)) reply.event(event);
  reply.end();
}

/** null where none is stated. */
function statedUsage(usage: TokenUsage, fault: FaultRule | undefined): TokenUsage | null {
  if (fault?.kind !== 'wrong-usage') return usage;
  if (fault.usage === 'missing') return null;
  const factor = fault.usage === 'zero' ? 0 : 10;
  return { inputTokens: factor * usage.inputTokens, outputTokens: factor * usage.outputTokens };
}

/** What the simulated model does by itself, as a status. The time that it asks to wait passes as fast as all its time. */
function wireErrorOf(error: ModelError, timeScale: number): Error {
  if (error.kind === 'rate-limited') return new WireError(429, error.message, { cause: error, retryAfterMs: (error.retryAfterMs ?? 0) * timeScale });
  if (error.kind === 'timeout') return new WireError(504, error.message, { cause: error });
  return error;
}
