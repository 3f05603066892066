/** Waits on behalf of a model: an abort ends the call with a `ModelError`, as the port has it. */
import { type Clock, ModelError } from '@ratchet/core';

/** Throws a `ModelError` of kind `cancelled` as soon as the signal is aborted, with its reason as the cause. */
export async function cancellableSleep(
  clock: Clock,
  ms: number,
  { modelId, signal }: { readonly modelId: string; readonly signal: AbortSignal | undefined },
): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch (cause) {
    throw new ModelError('cancelled', modelId, `the call of ${modelId} was aborted`, { cause });
  }
}
