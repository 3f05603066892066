/** Answers a conversation with one call of one model, or of its fallback: what `direct` is for requests that are more than a text. */
import {
  type Analysis,
  type AnswerDelta,
  DeadlinePassed,
  type DirectArm,
  type DraftCall,
  draftFirst,
  type ModelAnswer,
  ModelError,
  meteredModels,
  type StrategyEnd,
  startDeadline,
  type ToolCall,
  type Usage,
} from '@ratchet/core';
import type { OpenedWorld } from '@ratchet/harness';
import type { Ask } from './ask.ts';

export interface Executed {
  readonly end: StrategyEnd;
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: ModelAnswer['finishReason'];
  readonly usage: Usage;
  readonly latencyMs: number | null;
}

export interface ConversationParts {
  readonly arm: DirectArm;
  readonly opened: OpenedWorld;
  readonly signal: AbortSignal;
  readonly onDelta: ((delta: AnswerDelta) => void) | undefined;
}

export async function answerConversation(ask: Ask, analysis: Analysis, { arm, opened, signal, onDelta }: ConversationParts): Promise<Executed> {
  const { messages, withTools, stop, json } = ask.conversation as NonNullable<Ask['conversation']>;
  const { models, usage } = meteredModels(opened.models);
  const { clock } = opened;
  const begun = clock.now();
  const { model, temperature, timeoutMs } = arm;
  const deadline = ask.deadlineMs === undefined ? undefined : startDeadline(ask.deadlineMs, { clock, signal });
  try {
    const complete = async ({ model: one, maxOutputTokens, onDelta: told }: DraftCall): Promise<ModelAnswer> => {
      // As with every strategy: no call is made once the budget is spent.
      if (ask.budgetUsd !== undefined && !((usage().costUsd ?? Number.POSITIVE_INFINITY) < ask.budgetUsd))
        throw new ModelError('budget', one, `${one} was not asked: the request may cost $${ask.budgetUsd}, which is spent`);
      return models(one).complete(
        {
          requestId: analysis.requestId,
          messages,
          temperature,
          maxOutputTokens,
          timeoutMs,
          seed: ask.seed ?? 0,
          ...(stop === undefined ? {} : { stop }),
          ...(json === undefined ? {} : { json }),
          ...(withTools === undefined ? {} : { conversation: withTools }),
        },
        { signal: deadline?.signal ?? signal, onDelta: told },
      );
    };
    const ended = await draftFirst<{ readonly answer: ModelAnswer } | { readonly error: ModelError }>(arm, {
      onDelta,
      ask: (call) => complete(call).then((answer) => ({ answer }), failureOf),
      read: (one) => ('error' in one ? one : { text: one.answer.text, cutOff: one.answer.finishReason === 'length' }),
    });
    if ('error' in ended) throw ended.error;
    const { answer } = ended;
    return { end: { kind: 'answered', text: answer.text }, toolCalls: answer.toolCalls ?? [], finishReason: answer.finishReason, ...measured() };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    const failure =
      deadline?.signal.reason instanceof DeadlinePassed ? new ModelError('deadline', model, deadline.signal.reason.message, { cause: error }) : error;
    return { end: { kind: 'failed', error: failure, partialText: '', unanswered: [] }, toolCalls: [], finishReason: 'stop', ...measured() };
  } finally {
    deadline?.end();
  }

  function measured(): Pick<Executed, 'usage' | 'latencyMs'> {
    const used = usage();
    return { usage: used, latencyMs: used.latencyKnown ? clock.now() - begun : null };
  }
}

/** Throws what is no failure of a model. */
function failureOf(error: unknown): { readonly error: ModelError } {
  if (!(error instanceof ModelError)) throw error;
  return { error };
}
