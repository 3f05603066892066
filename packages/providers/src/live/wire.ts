/** What each API's adapter does: one try of a call with the official SDK, and nothing of retries, limits or money. */
import { type ModelCall, ModelError, type ToolCall } from '@ratchet/core';
import type { z } from 'zod';
import type { CallWatch } from './call-watch.ts';
import type { ReportedUsage } from './reported-usage.ts';
import type { WatchedFetch } from './watched-fetch.ts';

export interface WireAnswer {
  readonly text: string;
  /** `refused`: the provider, or the model by its stop reason, would not answer. */
  readonly finishReason: 'stop' | 'length' | 'refused';
  readonly rawFinishReason: string;
  /** As the provider states it; undefined where it does not. */
  readonly usage: ReportedUsage | undefined;
  /** That the model wants called before it goes on. */
  readonly toolCalls?: readonly ToolCall[];
}

export interface WireOptions {
  /** Sent beside those of the API. */
  readonly headers: Readonly<Record<string, string>> | undefined;
  /** Given, the answer is streamed, and this told of each piece. */
  readonly onText: ((text: string) => void) | undefined;
  /** Is told how far it has come. */
  readonly watch: CallWatch;
}

export interface Wire {
  /** Throws what the SDK throws, a `MalformedAnswer` or an `AnswerBrokeOff`. */
  send(call: ModelCall, options: WireOptions): Promise<WireAnswer>;
}

/** What an adapter is made from. */
export interface WireSettings {
  /** What the provider calls the model. */
  readonly apiName: string;
  readonly baseUrl: string;
  /** undefined for servers that want none. */
  readonly key: string | undefined;
  readonly ignores: readonly ('temperature' | 'seed' | 'stop')[];
  readonly transport: WatchedFetch;
}

/** Deadlines are the watch's; timers hold no more than this. */
const longestTimerMs = 2 ** 31 - 1;

/** What the SDKs of OpenAI and Anthropic, which are built alike, are made with: they retry, wait and log nothing. */
export function clientOptions({ key, baseUrl, transport }: WireSettings) {
  return { apiKey: key ?? 'none', baseURL: baseUrl, fetch: transport.fetch, maxRetries: 0, timeout: longestTimerMs, logLevel: 'off' } as const;
}

/** Throws a `ModelError` (`refused`) for a conversation in words that the API does not have. */
export function refuseConversation({ conversation }: ModelCall, { apiName }: WireSettings): void {
  if (conversation !== undefined)
    throw new ModelError('refused', apiName, `tools are handed on to models with the API of OpenAI only, and ${apiName} has another`);
}

/** What came has not the form of an answer. */
export class MalformedAnswer extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A stream ended before the answer did. */
export class AnswerBrokeOff extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Throws a `MalformedAnswer` that says where it does not fit. */
export function readAs<Schema extends z.ZodType>(schema: Schema, given: unknown, what: string): z.output<Schema> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new MalformedAnswer(`it is no ${what} (at "${issue?.path.join('.') ?? ''}": ${issue?.message ?? 'unreadable'})`);
}
