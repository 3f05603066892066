/** What a strategy is: a way to execute an analysed request over language models, with the parameters of its arm. */
import type { Analysis } from './analysis.ts';
import type { Clock } from './clock.ts';
import type { ModelDirectory } from './language-model.ts';
import type { ModelError } from './model-error.ts';
import type { Tracer } from './tracer.ts';

/** Where a strategy keeps finished steps, so that a later try of the same request does not repeat them. */
export interface CheckpointStore {
  load(requestId: string): ReadonlyMap<number, string> | undefined;
  save(requestId: string, answers: ReadonlyMap<number, string>): void;
}

/** Answers kept for equal requests, for arms with a cache time. */
export interface AnswerCache {
  get(key: string, now: number): string | undefined;
  set(key: string, answer: string, expiresAt: number): void;
}

export interface StrategyContext {
  readonly models: ModelDirectory;
  readonly clock: Clock;
  readonly tracer: Tracer;
  readonly signal?: AbortSignal;
  readonly checkpoints?: CheckpointStore;
  readonly cache?: AnswerCache;
}

export type StrategyEnd =
  | { readonly kind: 'answered'; readonly text: string }
  | { readonly kind: 'failed'; readonly error: ModelError /** What could be answered all the same. */; readonly partialText: string };

export type Strategy<A> = (analysis: Analysis, arm: A, context: StrategyContext) => Promise<StrategyEnd>;
