/** A live model for tests, of the given API, on a scripted server or any other address. */
import { type Clock, type LanguageModel, systemClock } from '@ratchet/core';
import { type CallWatch, defaultCallDeadlines } from '../../src/live/call-watch.ts';
import { liveModel } from '../../src/live/live-model.ts';
import { openWire } from '../../src/live/open-wire.ts';
import { sharedAlarm } from '../../src/live/shared-alarm.ts';
import { type WatchedFetch, watchedFetch } from '../../src/live/watched-fetch.ts';
import type { Wire } from '../../src/live/wire.ts';
import type { Price } from '../../src/price.ts';
import type { Api } from './scripted-api.ts';

export const price: Price = { inputUsdPerMTok: 2, cachedInputUsdPerMTok: 0.5, outputUsdPerMTok: 8, asOf: '2025-01-31', source: 'a test' };
export const key = 'sk-canary-5f0e7c1d9b';

export interface LiveSubject extends LanguageModel {
  /** Calls that are on the network. */
  readonly underWay: number;
  /** Whether the last call has had the first bytes of a response. */
  readonly hasResponse: boolean;
  close(): Promise<void>;
}

export function liveSubject(api: Api, baseUrl: string, clock: Clock = systemClock()): LiveSubject {
  let opened: Promise<{ wire: Wire; transport: WatchedFetch }> | undefined;
  const alarm = sharedAlarm(clock);
  let underWay = 0;
  let last: CallWatch | undefined;
  const open = async () => {
    const transport = await watchedFetch();
    const wire = await openWire[api]({ apiName: 'the-model', baseUrl, key, ignores: [], transport });
    const send: Wire['send'] = (call, options) => {
      underWay++;
      last = options.watch;
      return wire.send(call, options).finally(() => underWay--);
    };
    return { transport, wire: { send } };
  };
  const model = liveModel('live', {
    open: async () => {
      opened ??= open();
      return (await opened).wire;
    },
    clock,
    alarm,
    deadlines: defaultCallDeadlines,
    price,
    redact: (text) => text.replaceAll(key, '***'),
  });
  return {
    ...model,
    get underWay() {
      return underWay;
    },
    get hasResponse() {
      return last?.status !== undefined;
    },
    close: async () => {
      alarm.end();
      await (await opened)?.transport.close();
    },
  };
}
