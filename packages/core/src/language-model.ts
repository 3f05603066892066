/** The port to language models; every provider, simulated, recorded or live, is an adapter of it. */

export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** A conversation in which the model may call tools, in the words of the chat completions API. */
export interface ToolConversation {
  readonly messages: readonly Readonly<Record<string, unknown>>[];
  readonly tools: readonly Readonly<Record<string, unknown>>[];
  readonly toolChoice?: unknown;
  readonly parallelToolCalls?: boolean;
}

/** That the model wants a tool to be called. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON, as the model wrote it. */
  readonly arguments: string;
}

export interface ModelCall {
  /** The request this call works for: for traces, and for models that replay a recorded table. */
  readonly requestId: string;
  readonly messages: readonly Message[];
  /** In [0, 2]. */
  readonly temperature: number;
  readonly maxOutputTokens: number;
  /** Repeats of the same messages differ in it; models that cannot be seeded ignore it. */
  readonly seed: number;
  /** The longest a single attempt may take. */
  readonly timeoutMs?: number;
  /** The answer ends before the first of these texts. */
  readonly stop?: readonly string[];
  /** The answer must be JSON: any object, or one of this JSON Schema. Models that cannot be held to it may disregard it. */
  readonly json?: 'object' | Readonly<Record<string, unknown>>;
  /** Takes the place of `messages`, which have its text. Models whose API has other words for it throw a `ModelError` (`refused`). */
  readonly conversation?: ToolConversation;
}

export interface TokenUsage {
  /** All that was read, from a cache or not. */
  readonly inputTokens: number;
  /** All that was written, the model's reasoning too. */
  readonly outputTokens: number;
  /** Of the input, what came from the provider's cache. */
  readonly cachedInputTokens?: number;
  /** Of the input, what was written to the provider's cache. */
  readonly cacheWriteTokens?: number;
  /** Of the output, what the answer does not show. */
  readonly reasoningTokens?: number;
  /** Counted on this side, since the provider did not say, or said what cannot be. */
  readonly estimated?: true;
}

export interface ModelAnswer {
  readonly text: string;
  /** `length` when the answer was cut off at `maxOutputTokens`. */
  readonly finishReason: 'stop' | 'length';
  /** Of an answer that is to go on once these tools were called. */
  readonly toolCalls?: readonly ToolCall[];
  /** The provider's own word for it, where a provider answered. */
  readonly rawFinishReason?: string;
  readonly usage: TokenUsage;
  /** null when nobody knows, as in a recorded table without costs; never a guess. */
  readonly costUsd: number | null;
  /** null when nobody knows. */
  readonly latencyMs: number | null;
}

/** A piece of an answer as it comes, or the word that what came so far does not count, since the answer begins anew. */
export type AnswerDelta = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'withdrawn' };

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * Told of the answer piece by piece, in order, before the call ends: the texts since the last withdrawal, joined, are the
   * text of the answer. Of a call that fails, they are what came until then. A model that cannot stream gives one piece.
   */
  readonly onDelta?: ((delta: AnswerDelta) => void) | undefined;
}

export interface LanguageModel {
  readonly id: string;
  /** Throws a `ModelError` when no answer came. */
  complete(call: ModelCall, options?: CallOptions): Promise<ModelAnswer>;
}

/** The models of a world by id. Throws a `ModelError` of kind `unknown-model` for another id. */
export type ModelDirectory = (id: string) => LanguageModel;
