import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alarmNow, type DriftState, driftSettings, noDrift, pageHinkley } from '../../src/drift/page-hinkley.ts';
import { drawNormal } from '../statistics/seeded-random.ts';

const residuals = fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { maxLength: 200 });
/** Raises alarms within the length of such arrays. */
const nervous = { ...driftSettings, threshold: 3 };

describe('pageHinkley on simulated residuals', () => {
  it('raises a false alarm about once in 8,000 observations', () => {
    const between = meanRunLength(1_000_000, (uniform) => drawNormal(uniform));
    expect(between).toBeGreaterThan(6500);
    expect(between).toBeLessThan(10_500);
  });

  it('raises a false alarm about once in 5,000 passes and failures, which are not normal at all', () => {
    const between = meanRunLength(500_000, (uniform) => ((uniform() < 0.8 ? 1 : 0) - 0.8) / 0.4);
    expect(between).toBeGreaterThan(3500);
    expect(between).toBeLessThan(8000);
  });

  it('finds a shift of one standard deviation within about 20 observations, however early it comes', () => {
    for (const [before, most] of [
      [10, 26],
      [50, 23],
      [200, 22],
    ] as const) {
      const { found, delay } = detection(before, 1);
      expect(found).toBe(1);
      expect(delay).toBeGreaterThan(14);
      expect(delay).toBeLessThan(most);
    }
    const half = detection(200, 0.5);
    expect(half.found).toBeGreaterThan(0.97);
    expect(half.delay).toBeLessThan(80);
  });

  it('would miss most early shifts by the mean of the residuals alone', () => {
    expect(detection(10, 1, { ...driftSettings, centredPrior: 0 }).found).toBeLessThan(0.6);
  });

  it('dates the change, and not the alarm', () => {
    const onsets = Array.from({ length: 100 }, (_, seed) => {
      const uniform = seededRandom('onset', seed).stream();
      const state = fold(Array.from({ length: 200 }, (_, index) => drawNormal(uniform) + (index < 100 ? 0 : 2)));
      return state.alarms.find(({ position }) => position > 100)?.onset as number;
    }).sort((a, b) => a - b);
    // Observation 101 is the first of them; luck in the same direction before it dates it somewhat earlier.
    expect(onsets[50]).toBeGreaterThan(95);
    expect(onsets[50]).toBeLessThanOrEqual(102);
  });
});

describe('pageHinkley', () => {
  it('raises the opposite alarms for opposite residuals', () => {
    fc.assert(
      fc.property(residuals, (values) => {
        const opposite = fold(
          values.map((value) => -value),
          nervous,
        );
        const expected = fold(values, nervous).alarms.map((alarm) => ({ ...alarm, direction: alarm.direction === 'up' ? 'down' : 'up' }));
        expect(opposite.alarms).toEqual(expected);
      }),
    );
  });

  it('continues from a snapshot as if there had been none', () => {
    fc.assert(
      fc.property(residuals, fc.nat(200), (values, cut) => {
        const saved = JSON.parse(JSON.stringify(fold(values.slice(0, cut), nervous))) as DriftState;
        expect(values.slice(cut).reduce((state, value) => pageHinkley(state, value, nervous), saved)).toEqual(fold(values, nervous));
      }),
    );
  });

  it('tells the alarm by the observation that raised it, which comes no earlier than its onset', () => {
    fc.assert(
      fc.property(residuals, (values) => {
        let state = noDrift;
        const raised = values.map((value) => {
          state = pageHinkley(state, value, nervous);
          return alarmNow(state);
        });
        expect(raised.filter((alarm) => alarm !== null)).toEqual(state.alarms);
        raised.forEach((alarm, index) => {
          if (alarm === null) return;
          expect(alarm.position).toBe(index + 1);
          expect(alarm.onset).toBeGreaterThan(state.alarms.findLast(({ position }) => position < alarm.position)?.position ?? 0);
          expect(alarm.onset).toBeLessThanOrEqual(alarm.position);
        });
      }),
    );
  });

  it('takes the direction from the shift', () => {
    const shifted = (by: number) => fold([...Array(30).fill(0), ...Array(40).fill(by)]).alarms[0];
    expect(shifted(1.5)).toMatchObject({ direction: 'up', onset: 31 });
    expect(shifted(-1.5)).toMatchObject({ direction: 'down', onset: 31 });
    expect(shifted(0.2)).toBeUndefined();
  });

  it('does not take an outlier for a drift, and refuses what is no number', () => {
    expect(fold([0, 0, 1e9, 0, -1e9, 0]).alarms).toEqual([]);
    expect(() => pageHinkley(noDrift, Number.NaN)).toThrow(expect.objectContaining({ kind: 'not-finite' }));
  });

  it('leaves the state it was given as it was', () => {
    const before = structuredClone(noDrift);
    fold(Array(100).fill(2));
    expect(noDrift).toEqual(before);
  });
});

function fold(values: readonly number[], settings = driftSettings): DriftState {
  return values.reduce((state, value) => pageHinkley(state, value, settings), noDrift);
}

function meanRunLength(length: number, draw: (uniform: () => number) => number): number {
  const uniform = seededRandom('run length').stream();
  let state = noDrift;
  for (let index = 0; index < length; index++) state = pageHinkley(state, draw(uniform));
  return length / state.alarms.length;
}

/** Over 200 runs: the share in which an alarm comes within 400 observations of the shift, and after how many on average. */
function detection(before: number, shift: number, settings = driftSettings): { readonly found: number; readonly delay: number } {
  const delays = Array.from({ length: 200 }, (_, seed) => {
    const uniform = seededRandom('delay', seed).stream();
    let state = noDrift;
    for (let index = 0; index < before + 400; index++) {
      state = pageHinkley(state, drawNormal(uniform) + (index < before ? 0 : shift), settings);
      if (index >= before && alarmNow(state)?.direction === 'up') return index - before + 1;
    }
    return null;
  });
  const found = delays.filter((delay) => delay !== null);
  return { found: found.length / delays.length, delay: found.reduce((sum, delay) => sum + delay, 0) / found.length };
}
