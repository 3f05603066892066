/** What a mock server needs of an API: how its requests are read, and how its answers, streams, errors and lists of models are written. */
import type { Message, ModelAnswer, TokenUsage } from '@ratchet/core';
import type { z } from 'zod';
import { WireError } from './wire-error.ts';

/** A request for an answer, whichever API it came by. */
export interface WireCall {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly temperature: number;
  readonly maxOutputTokens: number;
  readonly seed: number;
  readonly stream: boolean;
  /** Whether the stream is to say its usage where that is the client's choice. */
  readonly streamsUsage: boolean;
}

/** What is known before the first word. */
export interface AnswerHead {
  /** Counts the answers of a server, from 1. */
  readonly number: number;
  readonly model: string;
  readonly createdAt: Date;
  readonly streamsUsage: boolean;
}

/** `usage` is null where the server withholds it. */
export interface WireAnswer extends Pick<ModelAnswer, 'text' | 'finishReason'> {
  readonly usage: TokenUsage | null;
}

/** One server-sent event. */
export interface WireEvent {
  readonly event?: string;
  readonly data: object | string;
}

export interface WireFormat {
  /** Under which its answers carry the number of the request. */
  readonly requestIdHeader: string;
  /** Throws a `WireError` (400) for what the API does not know, and for what simulated models cannot do. */
  readCall(body: unknown): WireCall;
  whole(head: AnswerHead, answer: WireAnswer): object;
  begin(head: AnswerHead, usage: TokenUsage | null): readonly WireEvent[];
  piece(head: AnswerHead, text: string): WireEvent;
  end(head: AnswerHead, answer: WireAnswer): readonly WireEvent[];
  error(error: WireError, requestId: string): object;
  /** An error after the answer has begun. */
  errorEvent(error: WireError, requestId: string): WireEvent;
  model(id: string, createdAt: Date): object;
  models(ids: readonly string[], createdAt: Date): object;
}

/** Throws a `WireError` (400) that says what is wrong with a body, and where. */
export function parseBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    const at = issue.path.map(String).join('.');
    if (issue.code === 'unrecognized_keys') return `unknown here, or not simulated: ${issue.keys.map((key) => (at === '' ? key : `${at}.${key}`)).join(', ')}`;
    return `${at === '' ? 'the body' : at}: ${issue.message}`;
  });
  throw new WireError(400, problems.join('; '));
}
