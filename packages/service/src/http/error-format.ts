/** Errors in the words of OpenAI's API. */
import { type ModelError, RatchetError, StoreError } from '@ratchet/core';
import { z } from 'zod';
import { ServiceError } from '../service-error.ts';

export const errorSchema = z
  .object({ error: z.object({ message: z.string(), type: z.string(), param: z.string().nullable(), code: z.string().nullable() }) })
  .describe('What went wrong');

export function errorBody({ message, type, param, code }: ServiceError): z.infer<typeof errorSchema> {
  return { error: { message, type, param, code } };
}

/** What the client is told of a request that no model answered. */
export function modelFailure(error: ModelError): ServiceError {
  const { kind, message, retryAfterMs } = error;
  const options = { cause: error, code: kind.replaceAll('-', '_'), retryAfterMs };
  switch (kind) {
    case 'rate-limited':
      return new ServiceError(429, message, { ...options, code: 'rate_limit_exceeded' });
    case 'budget':
      return new ServiceError(402, message, { ...options, code: 'budget_exceeded' });
    case 'deadline':
      return new ServiceError(504, message, options);
    case 'refused':
      return new ServiceError(502, message, options);
    case 'cancelled':
      return new ServiceError(499, message, options);
    case 'timeout':
    case 'unavailable':
    case 'malformed':
    case 'empty':
    case 'not-recorded':
    case 'unknown-model':
      return new ServiceError(503, message, options);
    default:
      return kind satisfies never;
  }
}

/** Anything that was thrown; what nobody expected is not told to the client. */
export function asServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  if (error instanceof StoreError) return new ServiceError(503, 'the store of the service does not answer', { cause: error, code: 'store_unavailable' });
  if (error instanceof RatchetError && 'modelId' in error) return modelFailure(error as ModelError);
  return new ServiceError(500, 'the service failed; its log says why', { cause: error });
}
