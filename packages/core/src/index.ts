/** The core of Ratchet: request, analysis, decision, answer, and the ports to everything outside. */

export { analyze } from './analysis/analyze.ts';
export { type BoostedTrees, type TreeModel, treeModel } from './analysis/boosted-trees.ts';
export { boundaryFeatureNames, boundaryFeatures } from './analysis/boundary-features.ts';
export { type BoundaryModels, boundaryEstimator, boundaryFinder, countEstimator, likeliestBoundaries } from './analysis/chunk-boundaries.ts';
export { type ChunkReading, readChunks } from './analysis/chunk-reading.ts';
export { clauseWithAdjunct } from './analysis/clauses.ts';
export { countFeatureNames, countFeatures, requestCountFeatures } from './analysis/count-features.ts';
export { edgeEstimator, edgeFinder, likelyEdges } from './analysis/dependency-edges.ts';
export { edgeContext, edgeFeatureNames, edgeFeatures } from './analysis/edge-features.ts';
export { type RequestReading, readRequest } from './analysis/read-request.ts';
export type {
  Ambiguity,
  Analysis,
  Chunk,
  Complexity,
  DependencyEdge,
  DetailedAnalysis,
  EdgeReason,
  Material,
  Operation,
  OperationDetail,
  Reference,
  Structure,
} from './analysis.ts';
export {
  type Arm,
  armId,
  armSchema,
  type BatchArm,
  type CollaborateArm,
  type DirectArm,
  modelsOf,
  type OrchestrateArm,
  parametersOf,
  parseArmId,
  type StrategyName,
  strategyNames,
} from './arm.ts';
export type { Clock } from './clock.ts';
export { type DecisionAttributes, decisionAttributes } from './decision-attributes.ts';
export { type ArmEstimate, type CallEstimate, estimateArm, estimateCalls } from './estimate-calls.ts';
export { executeArm } from './execute-arm.ts';
export { type Deadline, DeadlinePassed, startDeadline } from './execution/deadline.ts';
export { type CycleAnswer, type CycleEnd, type CycleLimits, type CycleRound, type CycleStop, type CycleWork, executeCycle } from './execution/execute-cycle.ts';
export { executeGraph, type GraphWork, type NodeEnd, type RunEnd } from './execution/execute-graph.ts';
export { type Condensation, condense } from './graph/condensation.ts';
export { type DependencyGraph, dependencyGraph } from './graph/dependency-graph.ts';
export { type Layers, topologicalLayers } from './graph/layers.ts';
export { strongComponents } from './graph/strong-components.ts';
export type {
  AnswerDelta,
  CallOptions,
  LanguageModel,
  Message,
  ModelAnswer,
  ModelCall,
  ModelDirectory,
  TokenUsage,
  ToolCall,
  ToolConversation,
} from './language-model.ts';
export { type MeteredModels, meteredModels, type Usage } from './metered-models.ts';
export { type FailedUsage, ModelError, type ModelErrorKind } from './model-error.ts';
export type { OfferedTools } from './offered-tools.ts';
export {
  createOrchestrator,
  type Decided,
  type ExecutionParts,
  executeDecided,
  type Handled,
  type HandleOptions,
  type Orchestrator,
  type OrchestratorParts,
} from './orchestrator.ts';
export type { OutcomeLog } from './outcome-log.ts';
export { type Candidate, certainDecision, type Decision, type Policy } from './policy.ts';
export { type ProgressEvent, type StepStatus, stepTitle } from './progress.ts';
export { type FencedText, readFences } from './prompts/fenced-code.ts';
export { type PromptKind, prompts } from './prompts/prompts.ts';
export { hashOf, promptsHash } from './prompts/prompts-hash.ts';
export { readSections, type Section, type SectionTag, section } from './prompts/section.ts';
export { type Random, type RandomKey, restoredRandom, seededRandom } from './random.ts';
export { RatchetError } from './ratchet-error.ts';
export { rememberedTexts } from './remembered-texts.ts';
export type { Request } from './request.ts';
export { type RequestFamily, requestFamily } from './request-family.ts';
export type { SharedAccount } from './shared-account.ts';
export type { RateLimits, SharedRate } from './shared-rate.ts';
export type {
  AuditEntry,
  FeedbackEnd,
  KeyScope,
  LogEntry,
  Serving,
  SnapshotInfo,
  Store,
  StoredDecision,
  StoredFeedback,
  StoredKey,
  StoredSnapshot,
} from './store.ts';
export { StoreError, type StoreErrorKind } from './store-error.ts';
export { findConsensus, splitBlocks } from './strategies/agreement.ts';
export { packChunks } from './strategies/batch.ts';
export { type CallEnd, messagesOf } from './strategies/call-model.ts';
export { type DraftCall, type DraftEnd, draftFirst } from './strategies/draft-first.ts';
export { preferredAnswer } from './strategies/prefer-answer.ts';
export type { AnswerCache, AnswerJudge, CheckpointStore, RequestBudget, Strategy, StrategyContext, StrategyEnd, Unanswered } from './strategy.ts';
export { systemClock } from './system-clock.ts';
export { type Attributes, type Span, silentTracer, type Tracer } from './tracer.ts';
export { turnEnd } from './turn-end.ts';
export { virtualClock } from './virtual-clock.ts';
