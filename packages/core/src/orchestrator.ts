/** Handles a request from its text to its answer; the one entry that the command line, experiments and services share. */

import { analyze } from './analysis/analyze.ts';
import type { Analysis } from './analysis.ts';
import type { Clock } from './clock.ts';
import { decisionAttributes } from './decision-attributes.ts';
import { executeArm } from './execute-arm.ts';
import { startDeadline } from './execution/deadline.ts';
import type { AnswerDelta, ModelDirectory } from './language-model.ts';
import { meteredModels, type Usage } from './metered-models.ts';
import type { Decision, Policy } from './policy.ts';
import type { ProgressEvent } from './progress.ts';
import type { Random } from './random.ts';
import type { Request } from './request.ts';
import type { AnswerCache, AnswerJudge, CheckpointStore, StrategyEnd } from './strategy.ts';
import type { Attributes, Span, Tracer } from './tracer.ts';

export interface Handled {
  readonly analysis: Analysis;
  readonly decision: Decision;
  readonly end: StrategyEnd;
  readonly usage: Usage;
  /** From the decision to the answer; null when the time of a call is not known. */
  readonly latencyMs: number | null;
}

export interface OrchestratorParts {
  readonly policy: Policy;
  readonly models: ModelDirectory;
  readonly clock: Clock;
  readonly tracer: Tracer;
  readonly checkpoints?: CheckpointStore;
  readonly cache?: AnswerCache;
  /** A signal from outside the models, by which cycles ("until it passes") go on or end. */
  readonly judge?: AnswerJudge;
  /** Replaces the analyzer, for callers that keep its results. */
  readonly analyze?: (request: Request) => Analysis;
}

export interface HandleOptions {
  readonly signal?: AbortSignal;
  /** Told of the answer as soon as it can be shown. */
  readonly onDelta?: ((delta: AnswerDelta) => void) | undefined;
  readonly onProgress?: (event: ProgressEvent) => void;
}

export interface Orchestrator {
  /** Model failures are part of what it returns; it throws only for faults of its own. The request's deadline counts from the call on. */
  handle(request: Request, random: Random, options?: HandleOptions): Promise<Handled>;
}

/** A request as far as it has come before it is executed. */
export interface Decided {
  readonly analysis: Analysis;
  readonly decision: Decision;
}

/** What executing takes. */
export type ExecutionParts = Omit<OrchestratorParts, 'policy' | 'analyze'> & HandleOptions;

export function createOrchestrator(parts: OrchestratorParts): Orchestrator {
  const { policy, tracer } = parts;
  const decide = (request: Request, random: Random): Decided => {
    const analysis = tracer.step('analyse', {}, (step) => {
      const found = (parts.analyze ?? analyze)(request);
      step.set(analysisAttributes(found));
      return found;
    });
    const decision = tracer.step('decide', { policy: policy.name }, (step) => {
      const decided = policy.decide(analysis, random);
      step.set(decisionAttributes(decided));
      return decided;
    });
    return { analysis, decision };
  };
  return {
    handle: (request, random, options = {}) =>
      execute(request, { ...parts, ...options }, (span) => {
        const decided = decide(request, random);
        span.set({ armId: decided.decision.armId, propensity: decided.decision.propensity });
        return decided;
      }),
  };
}

/**
 * Executes what was analysed and decided elsewhere, such as by a service that has to know the decision first. The same as
 * `handle` otherwise; its trace has what was found and decided with the request, in the place of steps of their own.
 */
export function executeDecided(request: Request, decided: Decided, parts: ExecutionParts & { readonly policy: Pick<Policy, 'name'> }): Promise<Handled> {
  return execute(request, parts, (span) => {
    span.set({ ...analysisAttributes(decided.analysis), ...decisionAttributes(decided.decision) });
    return decided;
  });
}

function execute(request: Request, parts: ExecutionParts & { readonly policy: Pick<Policy, 'name'> }, decide: (span: Span) => Decided): Promise<Handled> {
  const { policy, clock, tracer, checkpoints, cache, judge, onDelta, onProgress, signal } = parts;
  return tracer.span('request', { requestId: request.id, policy: policy.name }, async (span) => {
    const { deadlineMs, budgetUsd } = request;
    const deadline = deadlineMs === undefined ? undefined : startDeadline(deadlineMs, { clock, signal });
    try {
      span.content(() => ({ request: request.text }));
      const { analysis, decision } = decide(span);
      const meter = meteredModels(parts.models);
      const begun = clock.now();
      const end = await tracer.span('execute', { strategy: decision.arm.strategy }, () =>
        executeArm(analysis, decision.arm, {
          models: meter.models,
          clock,
          tracer,
          signal: deadline?.signal ?? signal,
          deadlineAt: deadline?.at,
          budget: budgetUsd === undefined ? undefined : { maxUsd: budgetUsd, spentUsd: () => meter.usage().costUsd },
          checkpoints,
          cache,
          judge,
          onDelta,
          onProgress,
        }),
      );
      const usage = meter.usage();
      const latencyMs = usage.latencyKnown ? clock.now() - begun : null;
      span.set({
        status: end.kind,
        calls: usage.modelCalls,
        inputTokens: usage.inputTokens,
        outputTokens: usage.outputTokens,
        costUsd: usage.costUsd,
        latencyMs,
        ...(end.kind === 'answered' ? {} : { problem: end.error.kind }),
      });
      span.content(() => ({ answer: end.kind === 'answered' ? end.text : end.partialText }));
      return { analysis, decision, end, usage, latencyMs };
    } finally {
      deadline?.end();
    }
  });
}

function analysisAttributes({ chunks, edges, complexity }: Analysis): Attributes {
  return { chunks: chunks.length, edges: edges.length, complexity: complexity.score };
}
