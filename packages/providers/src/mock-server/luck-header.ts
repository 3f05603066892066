/** The header by which a client tells a mock server how chance falls on a call, so that it is answered as in the client's own process. */
import { type ModelCall, type Random, restoredRandom } from '@ratchet/core';
import { z } from 'zod';
import { countedAttempts } from '../simulated/counted-attempts.ts';
import { WireError } from './wire-error.ts';

export const luckHeaderName = 'x-ratchet-luck';
/** What a server that takes it says in that header of its list of models; to no other is it sent. */
export const luckTaken = 'taken';

/** What an answer of a simulated model depends on beside its request. */
export interface CallLuck {
  readonly luck: Random;
  readonly seed: number;
  /** From 0. */
  readonly attempt: number;
  /** The longest the call may take, in the time of the simulation. */
  readonly timeoutMs?: number | undefined;
}

/**
 * For an adapter that speaks to a mock server: what it adds to the headers of each try of a call. It counts the tries as a
 * simulated model would, so there is one for each execution (each `World.open`), and it is asked once a try, in the order
 * in which they are made. (Calls of one model with equal seeds and lengths that are begun in another order than in process
 * swap their tries.) Headers are `x-ratchet-luck: luck=<16 hexadecimal digits>; seed=0; attempt=0; timeout-ms=60000`.
 */
export function luckHeaders(luck: Random): (modelId: string, call: ModelCall) => Readonly<Record<string, string>> {
  const state = luck.state();
  const attemptsOf = new Map<string, (call: ModelCall) => number>();
  return (modelId, call) => {
    let attemptOf = attemptsOf.get(modelId);
    if (attemptOf === undefined) {
      attemptOf = countedAttempts();
      attemptsOf.set(modelId, attemptOf);
    }
    const timeout = call.timeoutMs !== undefined && Number.isFinite(call.timeoutMs) ? `; timeout-ms=${call.timeoutMs}` : '';
    return { [luckHeaderName]: `luck=${state}; seed=${call.seed}; attempt=${attemptOf(call)}${timeout}` };
  };
}

const wholeNumber = z
  .string()
  .regex(/^-?\d+$/, 'a whole number is needed')
  .transform(Number);
const luckSchema = z.strictObject({
  luck: z
    .string()
    .regex(/^[0-9a-f]{16}$/, '16 hexadecimal digits are needed')
    .transform(restoredRandom),
  seed: wholeNumber,
  attempt: wholeNumber.pipe(z.number().min(0)),
  'timeout-ms': z.string().transform(Number).pipe(z.number().min(0)).optional(),
});

/** Throws a `WireError` (400) for a header that `luckHeaders` does not write. */
export function readLuckHeader(value: string): CallLuck {
  const parsed = luckSchema.safeParse(Object.fromEntries(value.split(';').map((pair) => pair.trim().split('=', 2))));
  if (!parsed.success) {
    throw new WireError(400, `${luckHeaderName}: ${parsed.error.issues.map((issue) => [...issue.path, issue.message].join(': ')).join('; ')}`);
  }
  const { 'timeout-ms': timeoutMs, ...rest } = parsed.data;
  return { ...rest, timeoutMs };
}
