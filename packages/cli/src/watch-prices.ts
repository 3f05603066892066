/** Watches the file that the prices of live models come from, beside a service that goes by them. */
import { basename } from 'node:path';
import { systemClock } from '@ratchet/core';
import { type PriceEvent, type PriceWatch, priceWatch } from '@ratchet/providers';
import type { PricesInUse } from '@ratchet/service';
import type { LiveWorld } from './compose-live.ts';
import { fileStamp } from './file-stamp.ts';
import type { Output } from './terminal/output.ts';

export interface WatchedPrices {
  /** For whoever asks: without folders of this machine. */
  inUse(): PricesInUse;
  /** Reads the file now, whether or not it seems to be another one. */
  readAgain(): Promise<void>;
  /** Looks twice a second from now on. */
  begin(): void;
  close(): Promise<void>;
}

const lookEveryMs = 500;

export function watchPrices({ prices: { first, read, path, stamp }, reprice }: Pick<LiveWorld, 'prices' | 'reprice'>, output: Output): WatchedPrices {
  const watch: PriceWatch = priceWatch({
    first: { ...first, stamp },
    source: { stamp: async () => fileStamp(path), read },
    onEvent: (event) => {
      if (event.kind === 'taken') reprice(watch.state().prices);
      const text = eventText(event, { path, version: watch.state().version });
      if (event.kind === 'refused') output.error(text);
      else output.note(text);
    },
  });
  const ended = new AbortController();
  let looking: Promise<void> | undefined;
  return {
    inUse: () => {
      const { version, asOf, fault, taken, refused } = watch.state();
      return { version, asOf, fault: fault === null ? null : fault.replaceAll(path, basename(path)), taken, refused };
    },
    readAgain: () => watch.look({ anew: true }),
    begin: () => {
      looking ??= watch.lookEvery(lookEveryMs, { clock: systemClock(), signal: ended.signal });
    },
    close: async () => {
      ended.abort(new Error('the service is closing'));
      await looking;
    },
  };
}

function eventText(event: PriceEvent, { path, version }: { readonly path: string; readonly version: string }): string {
  switch (event.kind) {
    case 'taken':
      return `prices: ${path} has new ones for ${event.models.join(', ')}: version ${event.version}${event.asOf === null ? '' : `, of ${event.asOf}`}, for requests from now on`;
    case 'refused':
      return `prices: the price file cannot be used, and the last good prices (version ${version}) serve on. Mend it; it is read again as soon as it changes:\n${event.why}`;
    case 'mended':
      return `prices: ${path} can be used again; its prices are those that serve (version ${version})`;
    case 'rest-changed':
      return `prices: ${path} differs in more than prices. The rest is taken when the service starts again`;
    default:
      return event satisfies never;
  }
}
