/** Predicts what answering a request with each arm would come to, with intervals for the single answer. */
import { type Analysis, type Arm, armId } from '@ratchet/core';
import { type GroupedCalibration, type GroupedInterval, groupedInterval } from '../conformal/grouped-calibration.ts';
import type { LearningTask } from '../learner.ts';
import type { FittedModels } from './fitted-models.ts';
import { type LearnedSettings, learnedSettings, modelsOfState } from './learned.ts';
import type { LearnedState } from './learned-state.ts';
import { calibrateOutcomes, type OutcomeCalibration, qualitySpread } from './outcome-calibration.ts';
import { requestEntry } from './request-entry.ts';

export interface MetricPrediction {
  /** Mean over answers, in the metric's unit. */
  readonly expected: number;
  /** Holds a single answer's value. */
  readonly interval: GroupedInterval;
}

export interface OutcomePrediction {
  readonly armId: string;
  /** Expected quality in [0, 1]; `sd` is of that expectation, as far as the arm's outcomes nearby say, not of a single answer. */
  readonly quality: MetricPrediction & { readonly sd: number };
  /** null where nothing is known of cost or latency. */
  readonly costUsd: MetricPrediction | null;
  readonly latencyMs: MetricPrediction | null;
}

export interface Predictor {
  /** Those that decide: there is no second model. */
  readonly models: FittedModels;
  readonly calibration: OutcomeCalibration;
  /** As the models were fitted for. */
  readonly arms: readonly Arm[];
}

/** One request after the other is explained by the same generation: calibrating takes longer than predicting. */
const predictors = new WeakMap<FittedModels, Predictor>();

/** The predictor that a learner's state comes to; it needs a state in which at least one answer was judged. */
export function predictorOf(state: LearnedState, task: LearningTask, settings: LearnedSettings = learnedSettings): Predictor {
  const models = modelsOfState(state, { task, settings, ids: task.arms.map(armId) });
  const known = predictors.get(models);
  if (known?.arms === task.arms) return known;
  const predictor = { models, calibration: calibrateOutcomes(models, task.arms), arms: task.arms };
  predictors.set(models, predictor);
  return predictor;
}

/**
 * Aligned with the arms. Split-conformal intervals (see `conformalInterval`) by the arm's own errors, or where it has too few
 * outcomes by those of all. Coverage holds over requests like those that the arm was tried on; it is no promise for each kind
 * of request, nor for an arm where it was never tried. Answers that are right or wrong have no narrow interval: where more
 * than one of twenty is wrong, 90% reach from wrong to right.
 *
 * @param coverage in (0, 1)
 */
export function predictOutcome(analysis: Analysis, { models, calibration, arms }: Predictor, coverage = 0.9): readonly OutcomePrediction[] {
  const forecast = models.forecast(models.view(requestEntry(analysis)));
  return arms.map((arm, index) => {
    const group = armId(arm);
    const metric = (values: Float64Array | null, errors: GroupedCalibration | null): MetricPrediction | null => {
      if (values === null || errors === null) return null;
      const expected = values[index] as number;
      return { expected, interval: groupedInterval(errors, { group, predicted: expected }, coverage) };
    };
    const predicted = forecast.quality[index] as number;
    return {
      armId: group,
      quality: {
        expected: Math.min(1, Math.max(0, predicted)),
        sd: forecast.qualitySd[index] as number,
        interval: groupedInterval(calibration.quality, { group, predicted, spread: qualitySpread(predicted) }, coverage),
      },
      costUsd: metric(forecast.costUsd, calibration.costUsd),
      latencyMs: metric(forecast.latencyMs, calibration.latencyMs),
    };
  });
}
