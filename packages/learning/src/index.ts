/** Learning: from outcomes to the next policy, as pure functions over serialisable state. */
export { featureMatrix } from './forest/feature-matrix.ts';
export { growClassificationForest } from './forest/grow-classification-forest.ts';
export { growMultiOutputForest } from './forest/grow-multi-output-forest.ts';
export { growRegressionForest } from './forest/grow-regression-forest.ts';
export type { OutputTargets } from './forest/output-targets.ts';
export { greedySettings, type LearnedSettings, learnedLearner, learnedSettings } from './learned/learned.ts';
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
export { originalLearner } from './original/original.ts';
export type { LearningEvent, Outcome } from './outcome.ts';
export { fixedPolicy } from './policies/fixed.ts';
export { bestFixedArm, type ExpectedValue, MissingProfileError, oraclePolicy } from './policies/full-information.ts';
export { type HeuristicArms, heuristicPolicy, heuristicStrategy } from './policies/heuristic.ts';
export { randomPolicy } from './policies/random.ts';
export { judgePromotion, type PromotionPair, type PromotionRule, type PromotionVerdict } from './promotion.ts';
export { makeSnapshot, parseSnapshot, type Snapshot, SnapshotError } from './snapshot.ts';
export { groupByCluster } from './statistics/cluster-sums.ts';
export { clusteredBootstrap, clusteredInterval, pairedClusteredDifference } from './statistics/clustered-bootstrap.ts';
export { holmAdjust } from './statistics/holm.ts';
export { exactMcNemar } from './statistics/mcnemar.ts';
export { quantile } from './statistics/quantile.ts';
