/** The Gemini API through `@google/genai`. */
import type { GenerateContentParameters, GoogleGenAI } from '@google/genai';
import type { ModelCall } from '@ratchet/core';
import { z } from 'zod';
import type { ReportedUsage } from './reported-usage.ts';
import { AnswerBrokeOff, MalformedAnswer, readAs, refuseConversation, type Wire, type WireAnswer, type WireOptions, type WireSettings } from './wire.ts';

const responseSchema = z.object({
  candidates: z
    .array(
      z.object({
        content: z.object({ parts: z.array(z.looseObject({ text: z.string().optional(), thought: z.boolean().optional() })).nullish() }).nullish(),
        finishReason: z.string().nullish(),
      }),
    )
    .nullish(),
  promptFeedback: z.looseObject({ blockReason: z.string().nullish() }).nullish(),
  usageMetadata: z
    .looseObject({
      promptTokenCount: z.unknown().optional(),
      candidatesTokenCount: z.unknown().optional(),
      thoughtsTokenCount: z.unknown().optional(),
      cachedContentTokenCount: z.unknown().optional(),
      totalTokenCount: z.unknown().optional(),
    })
    .nullish(),
});
type Response = z.infer<typeof responseSchema>;

/** Loads the SDK, which is told to retry nothing. */
export async function geminiWire(settings: WireSettings): Promise<Wire> {
  const { GoogleGenAI: Client } = await import('@google/genai');
  const client = new Client({
    vertexai: false,
    apiKey: settings.key ?? 'none',
    httpOptions: { baseUrl: settings.baseUrl, fetch: settings.transport.fetch, retryOptions: { attempts: 1 } },
  });
  return {
    send: async (call, options) => {
      refuseConversation(call, settings);
      return options.onText === undefined ? whole(client, call, options, settings) : streamed(client, call, options, settings);
    },
  };
}

async function whole({ models }: GoogleGenAI, call: ModelCall, { headers }: WireOptions, settings: WireSettings): Promise<WireAnswer> {
  const response = readAs(responseSchema, await models.generateContent(bodyOf(call, headers, settings)), 'response of the Gemini API');
  if (response.candidates === undefined && response.promptFeedback === undefined) throw new MalformedAnswer('it has neither candidates nor a reason why not');
  return answerOf(textOf(response), finishOf(response) ?? 'STOP', response.usageMetadata ?? undefined);
}

async function streamed({ models }: GoogleGenAI, call: ModelCall, { headers, onText }: WireOptions, settings: WireSettings): Promise<WireAnswer> {
  let [text, finish, chunks] = ['', '', 0];
  let usage: Response['usageMetadata'];
  for await (const given of await models.generateContentStream(bodyOf(call, headers, settings))) {
    const response = readAs(responseSchema, given, 'response of the Gemini API');
    chunks++;
    const piece = textOf(response);
    text += piece;
    finish = finishOf(response) ?? finish;
    usage = response.usageMetadata ?? usage;
    onText?.(piece);
  }
  if (chunks === 0) throw new MalformedAnswer('it is empty');
  if (finish === '') throw new AnswerBrokeOff('the stream ended without a finish reason');
  return answerOf(text, finish, usage ?? undefined);
}

/** Without the model's thoughts. */
function textOf({ candidates }: Response): string {
  return (candidates?.[0]?.content?.parts ?? []).map(({ text, thought }) => (thought === true ? '' : (text ?? ''))).join('');
}

function finishOf({ candidates, promptFeedback }: Response): string | undefined {
  return candidates?.[0]?.finishReason ?? promptFeedback?.blockReason ?? undefined;
}

/** All others say that nothing, or nothing more, may be shown. */
const ordinaryReasons: Readonly<Record<string, 'stop' | 'length'>> = { STOP: 'stop', FINISH_REASON_UNSPECIFIED: 'stop', OTHER: 'stop', MAX_TOKENS: 'length' };

function answerOf(text: string, finish: string, usage: NonNullable<Response['usageMetadata']> | undefined): WireAnswer {
  return { text, finishReason: ordinaryReasons[finish] ?? 'refused', rawFinishReason: finish, usage: usage === undefined ? undefined : usageOf(usage) };
}

/** Thoughts are counted beside the answer's tokens, and left out where there are none. */
function usageOf(usage: NonNullable<Response['usageMetadata']>): ReportedUsage {
  const { candidatesTokenCount: answered = 0, thoughtsTokenCount: thought = 0 } = usage;
  return {
    inputTokens: usage.promptTokenCount,
    outputTokens: typeof answered === 'number' && typeof thought === 'number' ? answered + thought : undefined,
    reasoningTokens: thought,
    cachedInputTokens: usage.cachedContentTokenCount,
    totalTokens: usage.totalTokenCount,
  };
}

/** It takes seeds of 32 bits. */
function bodyOf(call: ModelCall, headers: WireOptions['headers'], { apiName, ignores }: WireSettings): GenerateContentParameters {
  const system = call.messages.flatMap(({ role, content }) => (role === 'system' ? [content] : [])).join('\n\n');
  return {
    model: apiName,
    contents: call.messages.flatMap(({ role, content }) =>
      role === 'system' ? [] : [{ role: role === 'assistant' ? 'model' : 'user', parts: [{ text: content }] }],
    ),
    config: {
      httpOptions: { headers: { ...headers } },
      maxOutputTokens: call.maxOutputTokens,
      ...(system === '' ? {} : { systemInstruction: system }),
      ...(ignores.includes('temperature') ? {} : { temperature: call.temperature }),
      ...(ignores.includes('seed') ? {} : { seed: call.seed % 2 ** 31 }),
      ...(call.stop === undefined || ignores.includes('stop') ? {} : { stopSequences: [...call.stop] }),
      ...(call.json === undefined ? {} : { responseMimeType: 'application/json', ...(call.json === 'object' ? {} : { responseJsonSchema: { ...call.json } }) }),
    },
  };
}
