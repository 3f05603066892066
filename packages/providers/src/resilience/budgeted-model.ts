/** A model whose every try is paid from the run's account. */
import { type LanguageModel, type ModelCall, ModelError } from '@ratchet/core';
import { mostInputTokens } from '../live/reported-usage.ts';
import { costUsd, type Price } from '../price.ts';
import type { Reservation, Spending } from './spending.ts';

/** Of a try that ended: what it cost, as far as anybody knows. */
export interface SpentTry {
  readonly model: string;
  /** `answered`, or the kind of its error. */
  readonly end: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** null when nobody knows. */
  readonly costUsd: number | null;
}

export interface BudgetedParts {
  readonly spending: Spending;
  /** undefined only where the account is without limit. */
  readonly price: Price | undefined;
  /** Told of every try that cost something, before its end is known to the caller. */
  readonly onSpent?: (spent: SpentTry) => void;
  /** Told when a call is refused for want of money. */
  readonly onRefused?: () => void;
}

/** Throws a `ModelError` of kind `budget` where what the try may cost is not there any more. */
export function budgetedModel(model: LanguageModel, { spending, price, onSpent, onRefused }: BudgetedParts): LanguageModel {
  return {
    id: model.id,
    complete: async (call, options = {}) => {
      const worstUsd = price === undefined ? 0 : mostCostUsd(call, price);
      let reservation: Reservation | undefined;
      try {
        reservation = await spending.reserve(worstUsd, options.signal);
      } catch (cause) {
        throw new ModelError('cancelled', model.id, `the call of ${model.id} was aborted`, { cause });
      }
      if (reservation === undefined) {
        onRefused?.();
        throw new ModelError(
          'budget',
          model.id,
          `${model.id} was not asked: the call may cost $${worstUsd.toPrecision(3)}, and $${spending.spentUsd().toPrecision(3)} of the run's budget are spent`,
        );
      }
      try {
        const answer = await model.complete(call, options);
        reservation.settle(answer.costUsd);
        onSpent?.({ model: model.id, end: 'answered', ...tokensOf(answer.usage), costUsd: answer.costUsd });
        return answer;
      } catch (error) {
        const charged = error instanceof ModelError ? error.charged : undefined;
        if (charged === undefined) reservation.refund();
        else {
          reservation.settle(charged.costUsd);
          onSpent?.({ model: model.id, end: (error as ModelError).kind, ...tokensOf(charged.usage), costUsd: charged.costUsd });
        }
        throw error;
      }
    },
  };
}

/** No answer costs more: input at the dearest of its prices, and as much output as is allowed. */
export function mostCostUsd({ messages, maxOutputTokens }: Pick<ModelCall, 'messages' | 'maxOutputTokens'>, price: Price): number {
  const inputTokens = mostInputTokens(messages);
  const written = price.cacheWriteUsdPerMTok ?? price.inputUsdPerMTok;
  return costUsd({ inputTokens, outputTokens: maxOutputTokens }, { ...price, inputUsdPerMTok: Math.max(price.inputUsdPerMTok, written) });
}

function tokensOf({ inputTokens, outputTokens }: { readonly inputTokens: number; readonly outputTokens: number }) {
  return { inputTokens, outputTokens };
}
