/** Language models for tests: they answer from a script, take virtual time, and keep the calls that they got. */
import type { Clock } from '../src/clock.ts';
import type { CallOptions, ModelAnswer, ModelCall, ModelDirectory } from '../src/language-model.ts';
import { ModelError, type ModelErrorKind } from '../src/model-error.ts';
import { type PromptKind, prompts } from '../src/prompts/prompts.ts';
import { readSections, type Section } from '../src/prompts/section.ts';

export interface ReceivedCall {
  readonly model: string;
  readonly kind: PromptKind | undefined;
  readonly sections: readonly Section[];
  readonly call: ModelCall;
  readonly signal: AbortSignal | undefined;
  readonly begunAt: number;
}

/** `error` is what the call throws; its kind stands for a `ModelError`. */
export type Reply = Partial<ModelAnswer> & { readonly takesMs?: number; readonly error?: ModelErrorKind | Error };

export type Script = (call: ReceivedCall) => string | Reply;

export interface ScriptedModels {
  readonly models: ModelDirectory;
  /** In the order in which they began. */
  readonly calls: readonly ReceivedCall[];
  /** Most calls that were under way at once. */
  readonly mostAtOnce: () => number;
}

/** A model without a script is an unknown one. */
export function scriptedModels(clock: Clock, scripts: Readonly<Record<string, Script>>): ScriptedModels {
  const calls: ReceivedCall[] = [];
  let underWay = 0;
  let mostAtOnce = 0;
  return {
    calls,
    mostAtOnce: () => mostAtOnce,
    models: (id) => {
      const script = scripts[id];
      if (script === undefined) throw new ModelError('unknown-model', id, `there is no model "${id}"`);
      return {
        id,
        complete: async (call, options = {}) => {
          const received = receive(id, call, options.signal, clock.now());
          calls.push(received);
          mostAtOnce = Math.max(mostAtOnce, ++underWay);
          try {
            return await answer(received, script(received), { clock, onDelta: options.onDelta });
          } finally {
            underWay--;
          }
        },
      };
    },
  };
}

function receive(model: string, call: ModelCall, signal: AbortSignal | undefined, begunAt: number): ReceivedCall {
  const [system, user, ...rest] = call.messages;
  if (system?.role !== 'system' || user?.role !== 'user' || rest.length > 0) throw new Error('a call has a system message and a user message');
  const kind = (Object.keys(prompts) as PromptKind[]).find((name) => prompts[name] === system.content);
  return { model, kind, sections: readSections(user.content), call, signal, begunAt };
}

/** A streaming model gives half of its answer after half of the time. */
async function answer(
  received: ReceivedCall,
  scripted: string | Reply,
  { clock, onDelta }: { readonly clock: Clock } & Pick<CallOptions, 'onDelta'>,
): Promise<ModelAnswer> {
  const { takesMs = 0, error, ...reply }: Reply = typeof scripted === 'string' ? { text: scripted } : scripted;
  const { text = '' } = reply;
  const half = Math.floor(text.length / 2);
  try {
    if (onDelta !== undefined) {
      await clock.sleep(takesMs / 2, received.signal);
      if (half > 0) onDelta({ kind: 'text', text: text.slice(0, half) });
    }
    await clock.sleep(onDelta === undefined ? takesMs : takesMs / 2, received.signal);
  } catch (cause) {
    throw new ModelError('cancelled', received.model, 'the request was aborted', { cause });
  }
  if (error instanceof Error) throw error;
  if (error !== undefined) throw new ModelError(error, received.model, `${received.model} fails: ${error}`);
  if (text !== '') onDelta?.({ kind: 'text', text: text.slice(half) });
  return { text: '', finishReason: 'stop', usage: { inputTokens: 0, outputTokens: 0 }, costUsd: 0, latencyMs: takesMs, ...reply };
}

/** The content of the sections with a tag. */
export function contents(call: ReceivedCall | undefined, tag: Section['tag']): readonly string[] {
  return (call?.sections ?? []).filter((section) => section.tag === tag).map((section) => section.content);
}
