/** The port to language models; every provider, simulated, recorded or live, is an adapter of it. */

export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
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
}

export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface ModelAnswer {
  readonly text: string;
  /** `length` when the answer was cut off at `maxOutputTokens`. */
  readonly finishReason: 'stop' | 'length';
  readonly usage: TokenUsage;
  /** null when nobody knows, as in a recorded table without costs; never a guess. */
  readonly costUsd: number | null;
  /** null when nobody knows. */
  readonly latencyMs: number | null;
}

export interface LanguageModel {
  readonly id: string;
  /** Throws a `ModelError` when no answer came. */
  complete(call: ModelCall, options?: { readonly signal?: AbortSignal }): Promise<ModelAnswer>;
}

/** The models of a world by id. Throws a `ModelError` of kind `unknown-model` for another id. */
export type ModelDirectory = (id: string) => LanguageModel;
