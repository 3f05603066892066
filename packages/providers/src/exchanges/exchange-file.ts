/** A file of exchanges with models, one JSON line each: what cassettes and caches are kept in. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import { type ModelAnswer, RatchetError } from '@ratchet/core';
import { z } from 'zod';

const count = z.int().min(0);
const usageSchema = z.strictObject({
  inputTokens: count,
  outputTokens: count,
  cachedInputTokens: count.optional(),
  cacheWriteTokens: count.optional(),
  reasoningTokens: count.optional(),
  estimated: z.literal(true).optional(),
});
const amount = z.number().min(0).nullable();

const exchangeSchema = z.strictObject({
  key: z.string().min(1),
  model: z.string().min(1),
  /** What it worked for. */
  attempt: z.string(),
  messages: z.array(z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })),
  end: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('answer'),
      text: z.string(),
      finishReason: z.enum(['stop', 'length']),
      rawFinishReason: z.string().optional(),
      usage: usageSchema,
      costUsd: amount,
      latencyMs: amount,
    }),
    z.strictObject({
      kind: z.literal('error'),
      error: z.enum(['rate-limited', 'timeout', 'unavailable', 'malformed', 'refused', 'empty']),
      message: z.string(),
      charged: z.strictObject({ usage: usageSchema, costUsd: amount }).optional(),
      /** From the call to the error. */
      latencyMs: z.number().min(0),
    }),
  ]),
});
export type Exchange = z.infer<typeof exchangeSchema>;
export type RecordedAnswerEnd = Extract<Exchange['end'], { kind: 'answer' }>;

export interface ExchangeFile {
  get(key: string): Exchange | undefined;
  /** Takes the place of what the key had. */
  put(exchange: Exchange): void;
  readonly size: number;
}

export class ExchangeFileError extends RatchetError {
  readonly kind = 'exchange-file';
}

/** Made where it is not there, on the first `put`. A last line that a crash cut off is dropped. Throws an `ExchangeFileError` for a line that is no exchange. */
export function openExchangeFile(path: string): ExchangeFile {
  const exchanges = new Map<string, Exchange>();
  if (existsSync(path)) {
    const text = readFileSync(path, 'utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    for (const [index, line] of whole.split('\n').entries()) {
      if (line === '') continue;
      const exchange = readLine(line, `${path}:${index + 1}`);
      exchanges.set(exchange.key, exchange);
    }
    if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  }
  return {
    get: (key) => exchanges.get(key),
    put: (exchange) => {
      if (exchanges.size === 0) mkdirSync(dirname(path), { recursive: true });
      appendFileSync(path, `${JSON.stringify(exchange)}\n`);
      exchanges.set(exchange.key, exchange);
    },
    get size() {
      return exchanges.size;
    },
  };
}

function readLine(line: string, place: string): Exchange {
  let data: unknown;
  try {
    data = JSON.parse(line);
  } catch (cause) {
    throw new ExchangeFileError(`${place}: not a line of JSON`, { cause });
  }
  const parsed = exchangeSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ExchangeFileError(`${place}: not a recorded exchange: ${issue?.message} (at ${issue?.path.join('.')})`);
}

export function answerEnd({ text, finishReason, rawFinishReason, usage, costUsd, latencyMs }: ModelAnswer): RecordedAnswerEnd {
  return { kind: 'answer', text, finishReason, ...(rawFinishReason === undefined ? {} : { rawFinishReason }), usage, costUsd, latencyMs };
}

/** As a `ModelAnswer` has it. */
export function answerOf({ kind: _kind, rawFinishReason, usage, ...answer }: RecordedAnswerEnd): ModelAnswer {
  const { inputTokens, outputTokens, ...parts } = usage;
  const known = Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
  return { ...answer, ...(rawFinishReason === undefined ? {} : { rawFinishReason }), usage: { inputTokens, outputTokens, ...known } };
}
