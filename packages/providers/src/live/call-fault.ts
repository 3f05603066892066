/** What a failed try of a live call means: from what the SDK threw, how far the call came, and who ended it. */
import { type FailedUsage, ModelError, type ModelErrorKind } from '@ratchet/core';
import { CallDeadlinePassed, type CallWatch } from './call-watch.ts';
import { retryAfterMs } from './retry-after.ts';
import { AnswerBrokeOff, MalformedAnswer } from './wire.ts';

export interface FaultContext {
  readonly modelId: string;
  readonly watch: Pick<CallWatch, 'status' | 'headers' | 'failure' | 'aborted'>;
  /** Takes keys out of a text. */
  readonly redact: (text: string) => string;
  /** What is paid for an answer that was begun. */
  readonly charge: () => FailedUsage;
}

/** A provider that had begun to answer (status 200) has to be paid for what it wrote; before that, nothing is charged. */
export function callFault(error: unknown, { modelId, watch, redact, charge }: FaultContext): ModelError {
  const { status, headers, aborted } = watch;
  // Some SDKs do not say what was wrong with the network.
  const said = redact(messageOf(status === undefined ? (watch.failure ?? error) : error));
  const [kind, message] = meaningOf(error, { modelId, status, said, aborted });
  const waitMs = kind === 'rate-limited' || kind === 'unavailable' ? retryAfterMs(headers, said) : undefined;
  return new ModelError(kind, modelId, message, {
    // The SDK's own error holds the whole exchange; what people need of it is its message.
    cause: aborted === undefined ? new Error(said) : aborted.reason,
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
    ...(status !== undefined && status < 300 ? { charged: charge() } : {}),
  });
}

interface Circumstances {
  readonly modelId: string;
  readonly status: number | undefined;
  readonly said: string;
  readonly aborted: CallWatch['aborted'];
}

function meaningOf(error: unknown, { modelId, status, said, aborted }: Circumstances): readonly [ModelErrorKind, string] {
  if (aborted !== undefined) {
    return aborted.reason instanceof CallDeadlinePassed
      ? ['timeout', `${modelId} gave ${aborted.reason.message}`]
      : ['cancelled', `the call of ${modelId} was aborted`];
  }
  if (status === undefined) return ['unavailable', `${modelId} could not be reached: ${said}`];
  if (status < 300) return brokenAnswer(error, modelId, said);
  const answered = `${modelId} answered ${status}: ${said}`;
  if (status === 429)
    return isOutOfCredit(error, said) ? ['refused', `${answered} (the account's quota is used up; waiting does not help)`] : ['rate-limited', answered];
  if (status === 408) return ['timeout', answered];
  if (status === 409 || status >= 500) return ['unavailable', answered];
  if (status === 401 || status === 403) return ['refused', `${answered} (is the key right, and may it use this model?)`];
  if (status === 404) return ['refused', `${answered} (does the provider have this model, under this name?)`];
  return ['refused', answered];
}

/** After it was begun. */
function brokenAnswer(error: unknown, modelId: string, said: string): readonly [ModelErrorKind, string] {
  if (error instanceof SyntaxError || error instanceof MalformedAnswer) return ['malformed', `what ${modelId} answered cannot be read: ${said}`];
  if (error instanceof AnswerBrokeOff) return ['unavailable', `${modelId} broke off in its answer: ${said}`];
  if (/rate.?limit/i.test(typeOf(error))) return ['rate-limited', `${modelId} broke off in its answer: ${said}`];
  return ['unavailable', `${modelId} broke off in its answer: ${said}`];
}

function isOutOfCredit(error: unknown, said: string): boolean {
  return (error as { code?: unknown } | null)?.code === 'insufficient_quota' || /insufficient_quota|billing_hard_limit/.test(said);
}

/** Of an error that the provider sent within its answer. */
function typeOf(error: unknown): string {
  const { type, error: body } = (error ?? {}) as { type?: unknown; error?: { type?: unknown; error?: { type?: unknown } } };
  return [type, body?.type, body?.error?.type].filter((one) => typeof one === 'string').join(' ');
}

/** With those of its causes, the deepest last: `fetch failed: connect ECONNREFUSED`. */
function messageOf(error: unknown): string {
  const messages: string[] = [];
  for (let at: unknown = error; at instanceof Error && messages.length < 4; at = at.cause) {
    const text = at.message !== '' ? at.message : ((at as NodeJS.ErrnoException).code ?? at.name);
    if (!messages.some((known) => known.includes(text))) messages.push(text);
  }
  return messages.length === 0 ? String(error) : messages.join(': ').slice(0, mostCharacters);
}

/** A provider may answer with a page. */
const mostCharacters = 2000;
