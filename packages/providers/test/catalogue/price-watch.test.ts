import { type Clock, virtualClock } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PriceEvent, type PriceReading, priceWatch } from '../../src/catalogue/price-watch.ts';
import type { PriceTable } from '../../src/price.ts';

const pricesAt = (usd: number): PriceTable => ({
  small: { inputUsdPerMTok: usd, outputUsdPerMTok: 2 * usd, asOf: `2026-01-0${1 + (usd % 9)}`, source: 'a test' },
  large: { inputUsdPerMTok: 10, outputUsdPerMTok: 20, asOf: '2026-01-01', source: 'a test' },
});

type Content =
  | { readonly kind: 'good'; readonly usd: number; readonly rest?: string }
  | { readonly kind: 'bad'; readonly why: string }
  | { readonly kind: 'gone' };

/** A file that is written by hand, each time another one, and what a watch of it says. */
function watched(first: Content = { kind: 'good', usd: 1 }) {
  let [content, writes] = [first, 0];
  const stamp = (): string | null => (content.kind === 'gone' ? null : `${writes}`);
  const read = (): PriceReading => {
    if (content.kind === 'gone') throw new Error('there is no such file');
    if (content.kind === 'bad') throw new Error(content.why);
    return { prices: pricesAt(content.usd), rest: content.rest ?? '' };
  };
  const events: PriceEvent[] = [];
  const source = { stamp: async () => stamp(), read };
  const usd = first.kind === 'good' ? first.usd : 1;
  const watch = priceWatch({ first: { prices: pricesAt(usd), rest: '', stamp: stamp() }, source, onEvent: (event) => events.push(event) });
  return {
    watch,
    source,
    events,
    usd: () => watch.state().prices['small']?.inputUsdPerMTok,
    write: (next: Content) => {
      content = next;
      writes++;
    },
  };
}

describe('prices of a file that changes', () => {
  it('are taken at the second look at which the file is the same, with what changed; a file that says the same is nothing new', async () => {
    const { watch, write, events, usd } = watched();
    const { version } = watch.state();
    write({ kind: 'good', usd: 3 });
    await watch.look();
    expect([usd(), events]).toEqual([1, []]);
    await watch.look();
    expect(usd()).toBe(3);
    expect(events).toEqual([{ kind: 'taken', version: watch.state().version, asOf: '2026-01-04', models: ['small'] }]);
    expect(watch.state()).toMatchObject({ version: expect.stringMatching(/^[0-9a-f]{12}$/), asOf: '2026-01-04', fault: null, taken: 1, refused: 0 });
    expect(watch.state().version).not.toBe(version);
    write({ kind: 'good', usd: 3 });
    for (let look = 0; look < 3; look++) await watch.look();
    expect(events).toHaveLength(1);
    // What was before has its version again.
    write({ kind: 'good', usd: 1 });
    await watch.look({ anew: true });
    expect(watch.state()).toMatchObject({ version, taken: 2 });
  });

  it('serve on while the file is bad or gone, which is said once, and until it is mended', async () => {
    const { watch, write, events, usd } = watched();
    write({ kind: 'bad', why: 'prices.yaml:3:5: a negative price' });
    for (let look = 0; look < 5; look++) await watch.look();
    write({ kind: 'gone' });
    for (let look = 0; look < 5; look++) await watch.look();
    expect([usd(), watch.state().fault, watch.state().refused]).toEqual([1, 'there is no such file', 2]);
    write({ kind: 'good', usd: 1 });
    for (let look = 0; look < 5; look++) await watch.look();
    expect(events).toEqual([
      { kind: 'refused', why: 'prices.yaml:3:5: a negative price' },
      { kind: 'refused', why: 'there is no such file' },
      { kind: 'mended' },
    ]);
    expect(watch.state()).toMatchObject({ fault: null, taken: 0, refused: 2 });
  });

  it('are read at once for who asks, who is told again what is wrong', async () => {
    const { watch, write, events, usd } = watched();
    write({ kind: 'bad', why: 'broken' });
    await watch.look({ anew: true });
    await watch.look({ anew: true });
    expect(events.map(({ kind }) => kind)).toEqual(['refused', 'refused']);
    write({ kind: 'good', usd: 2 });
    await watch.look({ anew: true });
    expect(usd()).toBe(2);
  });

  it('are missed where there was a file, and not where there never was one', async () => {
    const { watch, write, events, usd } = watched({ kind: 'gone' });
    for (let look = 0; look < 3; look++) await watch.look({ anew: look === 2 });
    expect(events).toEqual([]);
    write({ kind: 'good', usd: 4 });
    for (let look = 0; look < 2; look++) await watch.look();
    expect(usd()).toBe(4);
    write({ kind: 'gone' });
    for (let look = 0; look < 2; look++) await watch.look();
    expect([usd(), watch.state().fault]).toEqual([4, 'there is no such file']);
  });

  it('tell once of what else the file says now, which is not taken', async () => {
    const { watch, write, events } = watched();
    write({ kind: 'good', usd: 1, rest: 'another server' });
    for (let look = 0; look < 4; look++) await watch.look();
    expect(events).toEqual([{ kind: 'rest-changed' }]);
  });

  it('are not read while nobody can tell what the file is, and that is said once', async () => {
    const { watch, source, events, usd, write } = watched();
    const { stamp } = source;
    source.stamp = () => Promise.reject(new Error('permission denied'));
    for (let look = 0; look < 4; look++) await watch.look();
    expect([usd(), watch.state().fault, events]).toEqual([1, 'permission denied', [{ kind: 'refused', why: 'permission denied' }]]);
    source.stamp = stamp;
    write({ kind: 'good', usd: 2 });
    for (let look = 0; look < 2; look++) await watch.look();
    expect([usd(), watch.state().fault]).toEqual([2, null]);
  });

  it('are not taken from a file that changes while it is read', async () => {
    const { watch, source, usd, write } = watched();
    const { read } = source;
    source.read = () => {
      const reading = read();
      write({ kind: 'good', usd: 6 });
      source.read = read;
      return reading;
    };
    write({ kind: 'good', usd: 5 });
    await watch.look();
    await watch.look();
    expect(usd()).toBe(1);
    await watch.look();
    expect(usd()).toBe(6);
  });

  it('are always those of the last good version that stayed for two looks, whatever is written when', async () => {
    const content = fc.oneof(
      fc.record({ kind: fc.constant('good' as const), usd: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ kind: fc.constant('bad' as const), why: fc.constantFrom('one fault', 'another') }),
      fc.constant({ kind: 'gone' as const }),
    );
    const step = fc.oneof(content, fc.constant('look' as const), fc.constant('ask' as const));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { watch, usd, write, events } = watched();
        let now: Content = { kind: 'good', usd: 1 };
        let [looks, inUse] = [9, 1];
        for (const one of steps) {
          if (typeof one === 'object') {
            // What was gone and is gone is the same.
            if (!(one.kind === 'gone' && now.kind === 'gone')) looks = 0;
            now = one;
            write(one);
          } else {
            await watch.look({ anew: one === 'ask' });
            looks = one === 'ask' ? 9 : looks + 1;
            if (looks >= 2 && now.kind === 'good') inUse = now.usd;
          }
          expect(usd()).toBe(inUse);
          if (looks >= 2) expect(watch.state().fault === null).toBe(now.kind === 'good');
        }
        const { taken, refused } = watch.state();
        expect(events.filter(({ kind }) => kind === 'taken')).toHaveLength(taken);
        expect(events.filter(({ kind }) => kind === 'refused').length).toBeLessThanOrEqual(refused);
      }),
    );
  });

  it('are looked at every so often until the signal is aborted', async () => {
    const time = virtualClock();
    const ended = new AbortController();
    let sleeps = 0;
    const clock: Clock = {
      now: time.now,
      sleep: async (ms) => {
        expect(ms).toBe(2000);
        if (++sleeps === 3) ended.abort(new Error('ended'));
      },
    };
    const { watch, write, usd } = watched();
    write({ kind: 'good', usd: 7 });
    await watch.lookEvery(2000, { clock, signal: ended.signal });
    expect([sleeps, usd()]).toEqual([3, 7]);
  });
});
