/** One traced call of a model for a request, within its deadline and budget; turns a provider's error into data. */
import type { Analysis } from '../analysis.ts';
import { DeadlinePassed } from '../execution/deadline.ts';
import type { AnswerDelta, Message, TokenUsage } from '../language-model.ts';
import { ModelError } from '../model-error.ts';
import type { PromptKind } from '../prompts/prompts.ts';
import { prompts } from '../prompts/prompts.ts';
import type { StrategyContext } from '../strategy.ts';

export interface CallPrompt {
  readonly kind: PromptKind;
  /** The user message. */
  readonly content: string;
}

export interface CallSettings {
  readonly model: string;
  readonly temperature: number;
  readonly maxOutputTokens: number;
  readonly timeoutMs: number;
  readonly seed: number;
  /** Told of the answer as it comes; what a call that failed gave until then is not withdrawn. */
  readonly onDelta?: ((delta: AnswerDelta) => void) | undefined;
}

export type CallEnd =
  /** `cutOff`: it was longer than it was allowed to be. */
  | { readonly kind: 'answered'; readonly text: string; readonly cutOff?: true }
  /** `partialText`: what came before it failed, where that was watched. */
  | { readonly kind: 'failed'; readonly error: ModelError; readonly partialText: string };

export function messagesOf({ kind, content }: CallPrompt): readonly Message[] {
  return [
    { role: 'system', content: prompts[kind] },
    { role: 'user', content },
  ];
}

export async function callModel(analysis: Analysis, prompt: CallPrompt, settings: CallSettings, context: StrategyContext): Promise<CallEnd> {
  const { model, temperature, maxOutputTokens, timeoutMs, seed, onDelta } = settings;
  const leftMs = context.deadlineAt === undefined ? Number.POSITIVE_INFINITY : context.deadlineAt - context.clock.now();
  const refusal = leftMs <= 0 ? deadlineError(model) : overBudget(model, context);
  if (refusal !== null) return { kind: 'failed', error: refusal, partialText: '' };
  let came = '';
  // Only who streams, or may run out of time, has a use for half an answer.
  const watched = onDelta === undefined && context.deadlineAt === undefined ? undefined : watch;
  try {
    const messages = messagesOf(prompt);
    const asked = { model, prompt: prompt.kind, temperature, maxOutputTokens, seed };
    const answer = await context.tracer.span('model call', asked, (span) => {
      span.content(() => ({ messages }));
      return context
        .models(model)
        .complete(
          { requestId: analysis.requestId, messages, temperature, maxOutputTokens, seed, timeoutMs: Math.min(timeoutMs, leftMs) },
          { signal: context.signal, onDelta: watched },
        )
        .then((given) => {
          const { usage, costUsd, latencyMs, finishReason } = given;
          span.set({
            inputTokens: usage.inputTokens,
            outputTokens: usage.outputTokens,
            costUsd,
            costPerToken: perToken(costUsd, usage),
            latencyMs,
            finishReason,
          });
          span.content(() => ({ answer: given.text }));
          return given;
        });
    });
    return { kind: 'answered', text: answer.text, ...(answer.finishReason === 'length' ? { cutOff: true } : {}) };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return { kind: 'failed', error: hasPassed(context) ? deadlineError(model, error) : error, partialText: came };
  }

  function watch(delta: AnswerDelta): void {
    came = delta.kind === 'text' ? came + delta.text : '';
    onDelta?.(delta);
  }
}

/** `cost_per_token`, in US dollars; null where nobody knows, or nothing was read or written. */
function perToken(costUsd: number | null, { inputTokens, outputTokens }: TokenUsage): number | null {
  const tokens = inputTokens + outputTokens;
  return costUsd === null || tokens === 0 ? null : costUsd / tokens;
}

function overBudget(model: string, { budget }: StrategyContext): ModelError | null {
  if (budget === undefined) return null;
  const spentUsd = budget.spentUsd();
  if (spentUsd !== null && spentUsd < budget.maxUsd) return null;
  const why = spentUsd === null ? 'what its calls cost is not known' : `$${spentUsd} of it are spent`;
  return new ModelError('budget', model, `${model} was not asked: the request may cost $${budget.maxUsd}, and ${why}`);
}

/** Timers of the wall clock are exact to a millisecond. */
function hasPassed({ signal, deadlineAt, clock }: StrategyContext): boolean {
  return signal?.reason instanceof DeadlinePassed || (deadlineAt !== undefined && clock.now() >= deadlineAt - 1);
}

function deadlineError(model: string, cause?: ModelError): ModelError {
  return new ModelError('deadline', model, `the request's deadline passed before ${model} had answered`, { cause, charged: cause?.charged });
}
