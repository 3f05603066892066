import { type Analysis, armId, seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldEvidence, noEvidence, slot } from '../../src/learned/evidence.ts';
import { watchDrift } from '../../src/learned/watch-drift.ts';
import type { LearningEvent } from '../../src/outcome.ts';
import { directLarge, directMini, eventOf } from '../arm-fixture.ts';
import { shuffled } from './event-fixture.ts';
import { requestsOf } from './request-fixture.ts';

const requests = requestsOf(100);
const forecasts = { expected: () => 0.7, variance: 0.04, repeatability: 0.3 };
const fold = (events: readonly LearningEvent[]) => foldEvidence(noEvidence, events, { clip: 12, baselineOf: () => null });

describe('watchDrift', () => {
  it('notices an arm whose quality falls, and lets its older outcomes count for a fourth, those of others for all', () => {
    const evidence = fold([...outcomes('mini', 0.7), ...outcomes('large', 0.7, directLarge)]);
    const after = watchDrift({ drift: new Map(), evidence }, [...outcomes('fallen', 0.4), ...outcomes('as before', 0.7, directLarge)], forecasts);
    expect(new Set(after.drift.get(armId(directMini))?.alarms.map(({ direction }) => direction))).toEqual(new Set(['down']));
    expect(after.drift.get(armId(directLarge))?.alarms).toEqual([]);
    const count = (of: typeof evidence, arm: typeof directMini) =>
      [...of.overall].reduce((sum, [name, sums]) => sum + (name.endsWith(armId(arm)) ? (sums[slot.count] as number) : 0), 0);
    expect(count(after.evidence, directMini)).toBe(count(evidence, directMini) / 4);
    expect(count(after.evidence, directLarge)).toBe(count(evidence, directLarge));
    expect(
      [...after.evidence.requests.values()].every(({ cells }) =>
        [...cells].every(([name, sums]) => sums[slot.count] === (name.endsWith(armId(directMini)) ? 0.25 : 1)),
      ),
    ).toBe(true);
    expect(evidence.requests.size).toBe(after.evidence.requests.size);
  });

  it('notices one that rises', () => {
    const { drift } = watchDrift({ drift: new Map(), evidence: fold(outcomes('before', 0.5)) }, outcomes('risen', 0.9), { ...forecasts, expected: () => 0.5 });
    expect(new Set(drift.get(armId(directMini))?.alarms.map(({ direction }) => direction))).toEqual(new Set(['up']));
  });

  it('does not depend on the order of the events, nor on how often one is told, to the last bit', () => {
    const evidence = fold(outcomes('before', 0.7));
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.nat(199), { maxLength: 20 }), (order, again) => {
        const events = [...outcomes('one', 0.6), ...outcomes('two', 0.5)];
        const told = shuffled([...events, ...again.flatMap((index) => events[index] ?? [])], order);
        const plain = watchDrift({ drift: new Map(), evidence }, events, forecasts);
        expect(watchDrift({ drift: new Map(), evidence }, told, forecasts)).toEqual(plain);
        // What was folded before says nothing new.
        expect(watchDrift({ drift: new Map(), evidence }, [...outcomes('before', 0.7), ...told], forecasts)).toEqual(plain);
      }),
      { numRuns: 20 },
    );
  });

  it('watches no arm of which too little is known, and none that is expected nothing of', () => {
    const few = fold(outcomes('before', 0.7).slice(0, 40));
    expect(watchDrift({ drift: new Map(), evidence: few }, outcomes('fallen', 0), forecasts).drift.size).toBe(0);
    const enough = fold(outcomes('before', 0.7));
    expect(watchDrift({ drift: new Map(), evidence: enough }, outcomes('fallen', 0), { ...forecasts, expected: () => null }).drift.size).toBe(0);
  });

  it('seldom raises an alarm where nothing has changed', () => {
    let alarms = 0;
    for (let seed = 0; seed < 40; seed++) {
      const evidence = fold(outcomes(`before ${seed}`, 0.7));
      for (let generation = 0; generation < 5; generation++) {
        const { drift } = watchDrift({ drift: new Map(), evidence }, outcomes(`${seed}/${generation}`, 0.7), forecasts);
        alarms += drift.get(armId(directMini))?.alarms.length ?? 0;
      }
    }
    expect(alarms).toBeLessThanOrEqual(1);
  });
});

/** One outcome of each request, spread by 0.2. */
function outcomes(name: string, quality: number, arm = directMini): readonly LearningEvent[] {
  const random = seededRandom('outcomes', name);
  return requests.map((analysis: Analysis, index) => ({
    ...eventOf(arm, { quality: Math.min(1, Math.max(0, quality + 0.2 * random.normal(index))) }, analysis),
    id: `${name} ${index}`,
  }));
}
