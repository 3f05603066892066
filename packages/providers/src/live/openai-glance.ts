/**
 * Recognises the answers that the OpenAI API gives nearly always, an answer of one text or a piece of one, where a schema would look at
 * each field: what is not of this form, or not in order, is left to the schema.
 */

/** What the schema of a chat completion would give. */
export interface GlancedCompletion {
  readonly choices: [{ readonly message: { readonly content: string; readonly refusal?: null; readonly tool_calls?: null }; readonly finish_reason: string }];
  readonly usage?: unknown;
}

/** What the schema of a chunk would give. */
export interface GlancedChunk {
  readonly choices: [
    { readonly delta: { readonly content?: string; readonly refusal?: null; readonly tool_calls?: null }; readonly finish_reason?: string | null },
  ];
  readonly usage?: unknown;
}

export function glancedCompletion(given: unknown): GlancedCompletion | undefined {
  const choice = onlyChoice(given);
  const message = choice?.['message'];
  const plain = isObject(message) && typeof message['content'] === 'string' && isPlain(message);
  return plain && typeof choice?.['finish_reason'] === 'string' ? (given as GlancedCompletion) : undefined;
}

export function glancedChunk(given: unknown): GlancedChunk | undefined {
  const choice = onlyChoice(given);
  const delta = choice?.['delta'];
  const finish = choice?.['finish_reason'];
  if (!isObject(delta) || !isPlain(delta)) return undefined;
  const { content } = delta;
  const fits = (content === undefined || typeof content === 'string') && (finish == null || typeof finish === 'string');
  return fits ? (given as GlancedChunk) : undefined;
}

function onlyChoice(given: unknown): Readonly<Record<string, unknown>> | undefined {
  const choices = isObject(given) ? given['choices'] : undefined;
  const choice: unknown = Array.isArray(choices) && choices.length === 1 ? choices[0] : undefined;
  return isObject(choice) ? choice : undefined;
}

/** Of a message: a text and nothing else. */
function isPlain({ refusal, tool_calls }: Readonly<Record<string, unknown>>): boolean {
  return refusal == null && tool_calls == null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
