/** How far a judge and programs agree on the same answers. */
import type { JudgedPair } from './judge-scorer.ts';

export interface JudgeAgreement {
  readonly pairs: number;
  /** Mean of judge less program, in [-1, 1]: whether it is too kind. */
  readonly meanDifference: number;
  /** In [0, 1]. */
  readonly meanAbsoluteDifference: number;
  /** Share of answers that both put in the upper half, or both below it. */
  readonly agreement: number;
  /**
   * That share beyond what chance would give, of what chance leaves: 1 is perfect, 0 no better than chance (Cohen 1960, "A coefficient of agreement
   * for nominal scales"). null where either says the same of every answer.
   */
  readonly kappa: number | null;
}

/** undefined without pairs. */
export function judgeAgreement(pairs: readonly JudgedPair[]): JudgeAgreement | undefined {
  const count = pairs.length;
  if (count === 0) return undefined;
  const mean = (value: (pair: JudgedPair) => number): number => pairs.reduce((sum, pair) => sum + value(pair), 0) / count;
  const passes = (score: number): number => (score > 0.5 ? 1 : 0);
  const agreement = mean(({ judged, checked }) => (passes(judged) === passes(checked) ? 1 : 0));
  const [judge, program] = [mean(({ judged }) => passes(judged)), mean(({ checked }) => passes(checked))];
  const byChance = judge * program + (1 - judge) * (1 - program);
  const bothVary = judge > 0 && judge < 1 && program > 0 && program < 1;
  return {
    pairs: count,
    meanDifference: mean(({ judged, checked }) => judged - checked),
    meanAbsoluteDifference: mean(({ judged, checked }) => Math.abs(judged - checked)),
    agreement,
    kappa: bothVary ? (agreement - byChance) / (1 - byChance) : null,
  };
}
