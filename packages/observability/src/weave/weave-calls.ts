/** Sends finished calls, in the older protocol (starts and ends) until the service asks for the newer one (whole calls). */
import { Refused, ServiceAway } from '../spool/destination.ts';
import type { EndedCall, SdkClient, StartedCall } from './weave-sdk.ts';
import { CompleteModeRequired } from './weave-transport.ts';

export interface FinishedCall {
  readonly start: StartedCall;
  readonly end: EndedCall;
}

export interface WeaveCalls {
  /** Gives back those that the service will not take. Throws a `ServiceAway` when it takes none. */
  send(calls: readonly FinishedCall[]): Promise<readonly FinishedCall[]>;
}

/** So many refused one by one, and none taken: it is not they that are wrong. */
const refusedAtMost = 3;

export function weaveCalls(client: SdkClient): WeaveCalls {
  let protocol: 'v1' | 'v2' = 'v1';

  const post = async (calls: readonly FinishedCall[]): Promise<void> => {
    if (protocol === 'v1') {
      const batch = calls.flatMap(({ start, end }) => [
        { mode: 'start', req: { start } },
        { mode: 'end', req: { end } },
      ]);
      try {
        await client.traceServerApi.call.callStartBatchCallUpsertBatchPost({ batch });
        return;
      } catch (error) {
        if (!(error instanceof CompleteModeRequired)) throw error;
        protocol = 'v2';
      }
    }
    await client.traceServerApi.request({
      path: `/v2/${client.projectId}/calls/complete`,
      method: 'POST',
      type: 'application/json',
      format: 'json',
      body: { batch: calls.map(({ start, end }) => ({ ...start, ...end })) },
    });
  };

  return {
    send: async (calls) => {
      const refused: FinishedCall[] = [];
      let taken = 0;
      const sendPart = async (part: readonly FinishedCall[]): Promise<void> => {
        if (part.length === 0) return;
        try {
          await post(part);
          taken += part.length;
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
          if (part.length === 1) {
            refused.push(...part);
            if (taken === 0 && refused.length >= refusedAtMost) throw new ServiceAway(`nothing is taken: ${error.message}`);
            return;
          }
          const half = Math.ceil(part.length / 2);
          await sendPart(part.slice(0, half));
          await sendPart(part.slice(half));
        }
      };
      await sendPart(calls);
      return refused;
    },
  };
}
