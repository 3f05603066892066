/** What a generation foretells to be lost by its choice. */
import { executionPrice, type UtilityPrices, type UtilityScale } from '@ratchet/learning';
import type { Prediction } from './generation.ts';

/**
 * Utility predicted of the best of `able` arms less that of the chosen one, in points of quality, at least 0; null where nothing is
 * foretold of the chosen arm. An objective with a floor may well choose an arm that is not the best by its utility.
 */
export function predictedRegret(
  predictions: ReadonlyMap<string, Prediction> | null,
  { chosen, able }: { readonly chosen: string; readonly able: (armId: string) => boolean },
  { prices, scale }: { readonly prices: UtilityPrices; readonly scale: UtilityScale | null },
): number | null {
  if (predictions === null || scale === null) return null;
  const utility = (prediction: Prediction): number => prediction.quality - executionPrice(prediction, prices, scale);
  const own = predictions.get(chosen);
  if (own === undefined) return null;
  let best = utility(own);
  for (const [id, prediction] of predictions) if (able(id)) best = Math.max(best, utility(prediction));
  return best - utility(own);
}
