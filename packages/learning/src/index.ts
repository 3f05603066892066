/** Learning: from outcomes to the next policy, as pure functions over serialisable state. */
export {
  type Calibration,
  type CalibrationPoint,
  type ConformalInterval,
  calibrate,
  conformalInterval,
  type ForecastPoint,
} from './conformal/conformal-interval.ts';
export { calibrateGroups, type GroupedCalibration, type GroupedInterval, type GroupedPoint, groupedInterval } from './conformal/grouped-calibration.ts';
export { type CoverageReport, intervalCoverage, type TestedInterval } from './conformal/interval-coverage.ts';
export { costScale, latencyScale, type MetricScale, qualityScale } from './conformal/metric-scale.ts';
export type { MaybeCensored } from './conformal/right-censored.ts';
export { evidenceWeight } from './drift/evidence-weight.ts';
export { alarmNow, type DriftAlarm, type DriftSettings, type DriftState, driftSettings, noDrift, pageHinkley } from './drift/page-hinkley.ts';
export { featureMatrix } from './forest/feature-matrix.ts';
export { growClassificationForest } from './forest/grow-classification-forest.ts';
export { growMultiOutputForest } from './forest/grow-multi-output-forest.ts';
export { growRegressionForest } from './forest/grow-regression-forest.ts';
export type { OutputTargets } from './forest/output-targets.ts';
export { decisionReason } from './learned/decision-reason.ts';
export { eliminationPropensities } from './learned/eliminate-arms.ts';
export { type Evidence, foldEvidence, noEvidence } from './learned/evidence.ts';
export { type ArmExplanation, type DecisionExplanation, explainDecision, type LearnedExplanation } from './learned/explain-decision.ts';
export { type MemberName, memberNames } from './learned/fitted-models.ts';
export { type JudgedMetric, judgeLog, type LoggedOutcome, type LogVerdict, tableEventId } from './learned/judge-log.ts';
export { greedySettings, type LearnedSettings, learnedLearner, learnedSettings, modelsOfState } from './learned/learned.ts';
export type { LearnedState } from './learned/learned-state.ts';
export { type MetricPrediction, type OutcomePrediction, type Predictor, predictOutcome, predictorOf } from './learned/predict-outcome.ts';
export { requestEntry } from './learned/request-entry.ts';
export type { Learner, LearningTask, PolicyMode } from './learner.ts';
export {
  executionPrice,
  floorPenalty,
  type Objective,
  objectiveSchema,
  outcomeUtility,
  type UtilityPrices,
  type UtilityScale,
  utilityPricesSchema,
} from './objective.ts';
export { crossFittingFold } from './off-policy/cross-fitting-fold.ts';
export type { LoggedDecision, TargetProbabilities } from './off-policy/logged-decision.ts';
export {
  estimatePolicyDifference,
  estimatePolicyValue,
  type RefusalReason,
  type TargetPair,
  type ValueOptions,
  type ValueVerdict,
} from './off-policy/policy-value.ts';
export type { ValueEstimator } from './off-policy/value-estimators.ts';
export { originalLearner } from './original/original.ts';
export type { LearningEvent, Outcome } from './outcome.ts';
export { fixedPolicy } from './policies/fixed.ts';
export { bestFixedArm, type ExpectedValue, MissingProfileError, oraclePolicy } from './policies/full-information.ts';
export { type HeuristicArms, heuristicPolicy, heuristicStrategy } from './policies/heuristic.ts';
export { randomPolicy } from './policies/random.ts';
export { learnerWithinStrategies } from './policies/within-strategy.ts';
export { judgePromotion, type PromotionPair, type PromotionRule, type PromotionVerdict } from './promotion.ts';
export { makeSnapshot, parseSnapshot, type Snapshot, SnapshotError } from './snapshot.ts';
export { groupByCluster } from './statistics/cluster-sums.ts';
export { clusteredBootstrap, clusteredInterval, pairedClusteredDifference } from './statistics/clustered-bootstrap.ts';
export { holmAdjust } from './statistics/holm.ts';
export { exactMcNemar } from './statistics/mcnemar.ts';
export { quantile } from './statistics/quantile.ts';
export { studentTQuantile } from './statistics/student-t.ts';
export {
  adjustConcurrency,
  type CallEnd,
  type ConcurrencySettings,
  type ConcurrencyState,
  concurrencyOf,
  concurrencySettings,
  initialConcurrency,
} from './tuning/concurrency-control.ts';
export {
  type EvaluationEnd,
  type HalvingResult,
  type HalvingSettings,
  halvingRungs,
  type RankedConfiguration,
  type Rung,
  successiveHalving,
} from './tuning/successive-halving.ts';
export { type LatencyWindow, noLatencies, observeLatency, type TimeoutSettings, timeoutFor, timeoutSettings } from './tuning/timeout-control.ts';
