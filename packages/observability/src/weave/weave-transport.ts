/** One try of a request to W&B's trace server, with a time limit; says whether the service was away or would not take it. */
import { Refused, ServiceAway } from '../spool/destination.ts';

/** The project is written by the newer protocol: its calls are taken as whole ones only. */
export class CompleteModeRequired extends Refused {}

export interface WeaveTransport {
  readonly fetch: typeof globalThis.fetch;
  /** The error of the last request, if it failed: the SDK swallows some. */
  takeFailure(): unknown;
}

/** What is wrong with the request, as opposed to the service, the key or the rights. */
const refusals: readonly number[] = [400, 413, 422];

export function weaveTransport(timeoutMs: number): WeaveTransport {
  let failure: unknown;
  const tryOnce: typeof globalThis.fetch = async (input, init) => {
    let response: Response;
    try {
      response = await globalThis.fetch(input, { ...init, signal: AbortSignal.timeout(timeoutMs) });
    } catch (cause) {
      const late = (cause as Error).name === 'TimeoutError';
      throw new ServiceAway(late ? `no answer within ${timeoutMs} ms` : `no connection (${causeOf(cause)})`, { cause });
    }
    if (response.ok) return response;
    const text = (await response.text().catch(() => '')).slice(0, 500);
    if (text.includes('CALLS_COMPLETE_MODE_REQUIRED')) throw new CompleteModeRequired(response.status, text);
    if (refusals.includes(response.status)) throw new Refused(response.status, `the service answered ${response.status}: ${text}`);
    const advice = response.status === 401 || response.status === 403 ? ': is WANDB_API_KEY right, and may it write to the project?' : '';
    throw new ServiceAway(`the service answered ${response.status}${advice}`, { retryAfterMs: retryAfterMs(response) });
  };
  return {
    fetch: async (input, init) => {
      try {
        return await tryOnce(input, init);
      } catch (error) {
        failure = error;
        throw error;
      }
    },
    takeFailure: () => {
      const taken = failure;
      failure = undefined;
      return taken;
    },
  };
}

/** Seconds; a date is not worth a clock here, as pauses grow by themselves. */
function retryAfterMs(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return seconds >= 0 ? 1000 * seconds : undefined;
}

function causeOf(error: unknown): string {
  const { cause } = error as { readonly cause?: { readonly code?: unknown } };
  return typeof cause?.code === 'string' ? cause.code : (error as Error).message;
}
