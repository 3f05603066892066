/** Exit codes, the same for every command. */
import { ModelError, RatchetError } from '@ratchet/core';

export const exitCodes = {
  ok: 0,
  gateFailed: 1,
  /** Wrong flag, name, file or configuration. */
  usage: 2,
  /** A provider or a scorer failed. */
  execution: 3,
  budget: 4,
  interrupted: 130,
} as const;

export function exitCodeOf(error: unknown): number {
  if (error instanceof ModelError) return exitCodes.execution;
  if (error instanceof RatchetError) return error.kind === 'scorer-failed' ? exitCodes.execution : exitCodes.usage;
  return exitCodes.execution;
}
