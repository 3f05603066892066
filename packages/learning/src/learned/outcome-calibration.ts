/** Calibrates the forecasts of the fitted models: how far they were off on requests that they had not seen. */
import { type Arm, armId } from '@ratchet/core';
import { calibrateGroups, type GroupedCalibration, type GroupedPoint } from '../conformal/grouped-calibration.ts';
import { costScale, latencyScale, type MetricScale, qualityScale } from '../conformal/metric-scale.ts';
import { stackWeights } from '../models/stack.ts';
import { slot } from './evidence.ts';
import { type ExecutionModel, executionMeasures } from './execution-model.ts';
import type { FittedModels } from './fitted-models.ts';
import { singleExecutions, singleQualities } from './single-outcomes.ts';

/** Grouped by arm id. */
export interface OutcomeCalibration {
  readonly quality: GroupedCalibration;
  /** null where nothing is known of it. */
  readonly costUsd: GroupedCalibration | null;
  readonly latencyMs: GroupedCalibration | null;
}

/** An arm with fewer single outcomes than this takes the errors of all arms. */
const fewestOfArm = 40;

/**
 * Residuals are of single outcomes against predictions that left the request out: of the linear model (five folds), of each
 * member, of the stack's weights (ten folds), of the models of cost and latency (five folds). Not left out are an arm's correction
 * and the factor that turns mean logarithms into means: one number each, from all requests. Requests count by how often they
 * were answered. Outcomes of one request with one arm are not independent, which makes few requests asked often say less
 * than their number; and an arm's errors are those on the requests that it was tried on.
 */
export function calibrateOutcomes(
  { crossFitted, tradeOff, cost, latency }: Pick<FittedModels, 'crossFitted' | 'tradeOff' | 'cost' | 'latency'>,
  arms: readonly Arm[],
): OutcomeCalibration {
  const ids = arms.map(armId);
  const { cells } = crossFitted.data;
  const predicted = leftOutQualities({ crossFitted, tradeOff });
  const points: GroupedPoint[] = [];
  cells.forEach((own, request) => {
    for (const { arm, sums } of own) {
      const count = sums[slot.count] as number;
      if (!(count > 0)) continue;
      const quality = predicted[request * arms.length + arm] as number;
      const forecast = { group: ids[arm] as string, predicted: quality, spread: qualitySpread(quality) };
      for (const observed of singleQualities({ count, sum: sums[slot.quality] as number, squares: sums[slot.squares] as number }))
        points.push({ ...forecast, observed });
    }
  });
  const executions = (model: ExecutionModel | null, measure: keyof typeof executionMeasures, scale: MetricScale): GroupedCalibration | null => {
    if (model === null) return null;
    const { count, log, sum, unit } = executionMeasures[measure];
    const expected = model.leftOut();
    const measured = cells.flatMap((own, request) =>
      own.flatMap(({ arm, sums }) => {
        const times = sums[count] as number;
        if (!(times > 0)) return [];
        const forecast = { group: ids[arm] as string, predicted: expected[request * arms.length + arm] as number };
        return singleExecutions({ count: times, logs: sums[log] as number, sum: sums[sum] as number, unit }).map(
          (observed): GroupedPoint => ({ ...forecast, observed }),
        );
      }),
    );
    return calibrateGroups(measured, scale, fewestOfArm);
  };
  return {
    quality: calibrateGroups(points, qualityScale, fewestOfArm),
    costUsd: executions(cost, 'cost', costScale),
    latencyMs: executions(latency, 'latency', latencyScale),
  };
}

/**
 * Standard deviation of a single answer that is right or wrong, which graded ones vary in proportion to; never 0. On recorded tables
 * (benchmarks/src/routing/bench-intervals.ts), at equal coverage, it makes the intervals of answers that are nearly sure narrow:
 * narrower than 0.5 were 4% (BFCL) and 12% (LLMRouter's nine models), of none and 0.1% with a spread of 1.
 */
export function qualitySpread(predicted: number): number {
  const probability = Math.min(0.98, Math.max(0.02, predicted));
  return Math.sqrt(probability * (1 - probability));
}

/** Requests x arms. */
function leftOutQualities({ crossFitted: { base, ground, sums, folds }, tradeOff }: Pick<FittedModels, 'crossFitted' | 'tradeOff'>): Float64Array {
  const { arms } = ground.dataset;
  const weights = Array.from({ length: folds.count }, (_, fold) => stackWeights(sums, tradeOff.ridge, fold));
  return base.map((own, at) => {
    const arm = at % arms;
    const foldWeights = weights[folds.of[Math.floor(at / arms)] as number] as Float64Array;
    const mended = ground.centred.reduce((sum, member, index) => sum + (foldWeights[index] as number) * (member[at] as number), own);
    return mended + (tradeOff.correction[arm] as number);
  });
}
