/** Asks another model where the first does not answer. */
import { type AnswerDelta, type LanguageModel, ModelError } from '@ratchet/core';
import { answerWithCharge, errorWithCharge, sumCharges } from '../charges.ts';

/** Only after errors that may pass, and before anything of an answer was streamed. What the first was charged counts for the answer. */
export function fallbackModel(model: LanguageModel, fallback: LanguageModel): LanguageModel {
  return {
    id: model.id,
    complete: async (call, options = {}) => {
      let streamed = false;
      const onDelta = (delta: AnswerDelta): void => {
        streamed = true;
        options.onDelta?.(delta);
      };
      try {
        return await model.complete(call, options.onDelta === undefined ? options : { ...options, onDelta });
      } catch (error) {
        if (!(error instanceof ModelError) || !error.transient || streamed) throw error;
        try {
          return answerWithCharge(await fallback.complete(call, options), error.charged);
        } catch (other) {
          if (!(other instanceof ModelError) || error.charged === undefined) throw other;
          throw errorWithCharge(other, sumCharges(error.charged, other.charged));
        }
      }
    },
  };
}
