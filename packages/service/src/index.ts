/** The orchestrator as a service: an endpoint like that of OpenAI which learns from its own traffic. */
export { createService, type KeyWishes, type Service, type ServiceParts, storedKeyOf } from './create-service.ts';
export type { History } from './http/history-route.ts';
export type { ExperimentList, Job, JobEvent, JobList, JobWish } from './http/job-answers.ts';
export type { Learned, LearnedGeneration } from './http/learned-route.ts';
export { type Listening, listen } from './http/listen.ts';
export type { LiveDecision, LiveMessage } from './http/live-route.ts';
export type { Me } from './http/me-route.ts';
export type { PageFile, PageFiles } from './http/page-route.ts';
export type { Trainer } from './http/policy-routes.ts';
export type { RunComparison, RunDetail, RunHead, RunList, TaskOutcomeRow, TraceSpan, TrialDetail, TrialPage, TrialRow } from './http/run-answers.ts';
export type { SuggestedCandidate, SuggestionAnswer } from './http/suggest-route.ts';
export type { Interval } from './interval.ts';
export { type KeyParts, keyText, newKeyParts, readKey } from './keys/service-key.ts';
export type { LearningProgress, LearningSettings } from './learning/background-learner.ts';
export type { ExperimentRunner } from './mcp/mcp-server.ts';
export { serveMcpOverStdio } from './mcp/mcp-stdio.ts';
export { ServiceError } from './service-error.ts';
export type { ServiceTask } from './service-task.ts';
