/** The harness: scenario, trials, statistics, reports. */

export { type LoggedLine, loggedOutcomeSchema, readLoggedOutcomes } from './data/logged-outcomes.ts';
export { type OutcomeTable, type RecordedOutcome, readOutcomeTable } from './data/outcome-table.ts';
export { draftOutcome, recordedOutcome } from './data/recorded-outcome.ts';
export { learningTask, makeContender, policyNames, UnknownPolicyError } from './experiment/contenders.ts';
export { estimateRun, type RunAmount, type RunEstimate, worstCostUsd } from './experiment/estimate-run.ts';
export { type ExperimentFile, experimentSchema, type GateRule } from './experiment/experiment-file.ts';
export { countUnits, type Piece } from './experiment/experiment-pieces.ts';
export { type ExperimentChanges, type ExperimentPlan, NoTasksError, planExperiment, resultsVersion } from './experiment/experiment-plan.ts';
export { type LoadedExperiment, listExperiments, loadExperiment, type ProjectFolders } from './experiment/load-experiment.ts';
export type { ExperimentProgress, RecordStore } from './experiment/loop-parts.ts';
export { emptyResult, type PieceResult, pieceResultSchema } from './experiment/piece-result.ts';
export { type PieceListener, type PieceRunner, pieceRunner } from './experiment/piece-runner.ts';
export { repeatTrial } from './experiment/repeat-trial.ts';
export { RunBudgetSpent } from './experiment/run-budget-spent.ts';
export { type ExperimentParts, type ExperimentRun, type PieceHelpers, type PieceOrder, runExperiment } from './experiment/run-experiment.ts';
export { runInOrder } from './experiment/run-in-order.ts';
export { attemptTask } from './experiment/run-trial.ts';
export type { Scorer } from './experiment/scorer.ts';
export { EmptySplitError, type Split, splitTasks } from './experiment/split.ts';
export { requestOf } from './experiment/task-request.ts';
export { type ProfileRecord, profileRecordSchema, type Trial, type TrialRecord, trialRecordSchema } from './experiment/trial.ts';
export { gatherTallies, meanOf, type TrialTally, tallyOf } from './experiment/trial-tally.ts';
export type { OpenedWorld, TokenPrice, World } from './experiment/world.ts';
export { buildSummary, type RunFacts } from './report/build-summary.ts';
export { whyNotComparable } from './report/comparable-runs.ts';
export {
  type ComparedMetric,
  comparedMetrics,
  compareOutcomes,
  type OutcomeDifference,
  type OutcomePair,
  outcomeRowUtility,
  pairOutcomes,
  scalesOf,
  type UtilityGround,
} from './report/compare-outcomes.ts';
export { decisionsCsv, generationsCsv, improvementCsv, parametersCsv } from './report/csv-tables.ts';
export { gateMarkdown, type JudgedGate } from './report/gate-markdown.ts';
export { htmlReport, type ReportLinks } from './report/html-report.ts';
export { type JudgedRun, judgeRegression } from './report/judge-regression.ts';
export { junitXml } from './report/junit.ts';
export { markdownReport } from './report/markdown-report.ts';
export { resolvedScenario } from './report/resolved-scenario.ts';
export { type GateCheck, type Summary, summarySchema } from './report/summary.ts';
export { readTaskOutcomes, type TaskOutcome, taskOutcomes, tasksCsv } from './report/task-outcomes.ts';
export { terminalReport } from './report/terminal-report.ts';
export { type Manifest, openResultsFolder, type ResultsFolder, readManifest } from './results/results-folder.ts';
export { type TrialIndex, type TrialOrder, type TrialWishes, trialIndex } from './results/trial-index.ts';
export { answerFileSchema } from './scenario/answer-bank.ts';
export { ConfigError, type ConfigProblem, configError } from './scenario/config-error.ts';
export { leftOutWarning } from './scenario/held-out-data.ts';
export { loadScenario, type ScenarioSource } from './scenario/load-scenario.ts';
export { didYouMean } from './scenario/nearest-name.ts';
export type { BankPart, Recording, Scenario, Task } from './scenario/scenario.ts';
export { type ScenarioFile, scenarioSchema } from './scenario/scenario-file.ts';
export { taskFileSchema } from './scenario/task-file.ts';
export { parseYaml, problemAt, readYamlFile } from './scenario/yaml-file.ts';
export { createScorer } from './scorers/create-scorer.ts';
export { type JudgeAgreement, judgeAgreement } from './scorers/judge-agreement.ts';
export type { JudgeModels } from './scorers/judge-scorer.ts';
export { pythonReadiness } from './scorers/python-process.ts';
export type { SharedChecks } from './scorers/shared-checks.ts';
