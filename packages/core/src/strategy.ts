/** What a strategy is: a way to execute an analysed request over language models, with the parameters of its arm. */
import type { Analysis } from './analysis.ts';
import type { Clock } from './clock.ts';
import type { AnswerDelta, ModelDirectory } from './language-model.ts';
import type { ModelError } from './model-error.ts';
import type { ProgressEvent } from './progress.ts';
import type { Tracer } from './tracer.ts';

/** Where a strategy keeps finished steps, so that a later try of the same request does not repeat them. */
export interface CheckpointStore {
  /** `key` names the request, its text, the arm and the wording of the prompts: another of these finds nothing. */
  load(key: string): ReadonlyMap<number, string> | undefined;
  save(key: string, answers: ReadonlyMap<number, string>): void;
}

/** Answers kept for equal requests, for arms with a cache time. */
export interface AnswerCache {
  get(key: string, now: number): string | undefined;
  set(key: string, answer: string, expiresAt: number): void;
}

/** What a request may cost, and what it has. */
export interface RequestBudget {
  readonly maxUsd: number;
  /** Over all calls so far; null when nobody knows. */
  readonly spentUsd: () => number | null;
}

/** Judges the answer to some chunks of a request from outside the models (by its tests, say), in [0, 1]; null when it cannot. */
export type AnswerJudge = (answer: string, asked: { readonly analysis: Analysis; readonly chunks: readonly number[] }) => Promise<number | null>;

export interface StrategyContext {
  readonly models: ModelDirectory;
  readonly clock: Clock;
  readonly tracer: Tracer;
  /** Aborted when the caller, or the request's deadline, ends the work. */
  readonly signal?: AbortSignal | undefined;
  /** By the clock, in milliseconds: no call may take longer. */
  readonly deadlineAt?: number | undefined;
  readonly budget?: RequestBudget | undefined;
  readonly checkpoints?: CheckpointStore | undefined;
  readonly cache?: AnswerCache | undefined;
  readonly judge?: AnswerJudge | undefined;
  /** Told of the answer as soon as it can be shown: the texts since the last withdrawal, joined, are the (partial) text of the end. */
  readonly onDelta?: ((delta: AnswerDelta) => void) | undefined;
  readonly onProgress?: ((event: ProgressEvent) => void) | undefined;
}

/** Chunks of the request that have no answer, and why: by index, ascending. */
export type Unanswered =
  | { readonly kind: 'failed'; readonly chunks: readonly number[]; readonly error: ModelError }
  /** `by`: the chunks whose answers they need, which have none. */
  | { readonly kind: 'blocked'; readonly chunks: readonly number[]; readonly by: readonly number[] }
  /** The request was aborted, or its deadline passed, before they were begun. */
  | { readonly kind: 'cancelled'; readonly chunks: readonly number[] };

export type StrategyEnd =
  | { readonly kind: 'answered'; readonly text: string }
  | {
      readonly kind: 'failed';
      /** The first failure, in the order of the text. */
      readonly error: ModelError;
      /** What could be answered all the same. */
      readonly partialText: string;
      readonly unanswered: readonly Unanswered[];
    };

export type Strategy<A> = (analysis: Analysis, arm: A, context: StrategyContext) => Promise<StrategyEnd>;
