import { type Analysis, seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RequestEvidence } from '../../src/learned/evidence.ts';
import { learnedLearner, learnedSettings } from '../../src/learned/learned.ts';
import { initialState, type LearnedState } from '../../src/learned/learned-state.ts';
import { decodeNumbers, encodeNumbers } from '../../src/learned/number-coding.ts';
import { restoreState, saveState } from '../../src/learned/saved-state.ts';
import { surfaceFeatureCount } from '../../src/learned/surface-features.ts';
import { toolMeaningCount } from '../../src/learned/tool-meanings.ts';
import { SnapshotError } from '../../src/snapshot.ts';
import { eventsOf, taskOf } from './event-fixture.ts';
import { requestsOf } from './request-fixture.ts';

type Json = Record<string, unknown>;

const few = requestsOf(6);
/** Without the forest, which takes its time: what restored states are tried on. */
const learner = learnedLearner(taskOf(), { ...learnedSettings, members: ['neighbours', 'cells'] });
const small = learnFrom(few, 2);
const large = learnFrom(requestsOf(30), 2);

describe('saveState and restoreState', () => {
  it('give back the same bytes, with and without an embedding', () => {
    for (const state of [initialState, small, large]) {
      const json = JSON.stringify(saveState(state));
      expect(JSON.stringify(saveState(restoreState(JSON.parse(json))))).toBe(json);
    }
    expect(small.embedding).toBeNull();
    expect(large.embedding).not.toBeNull();
  });

  it('hold none of the words of any request', () => {
    expect(JSON.stringify(saveState(large))).not.toMatch(/rivers|towns|`Map`/);
  });

  it('refuse what is none: other types, other versions, parts that are missing, unknown or out of range', () => {
    const saved = saveState(large) as Json;
    const embedding = saved['embedding'] as Json;
    const refused: readonly unknown[] = [
      ...[null, undefined, 42, 'text', [], {}, true],
      ...Object.keys(saved).map((key) => ({ ...saved, [key]: undefined })),
      { ...saved, extra: 1 },
      { ...saved, features: 0 },
      { ...saved, features: 1 },
      { ...saved, features: 3 },
      { ...saved, generation: -1 },
      { ...saved, generation: 1.5 },
      { ...saved, feedback: 'partial' },
      { ...saved, arms: [] },
      { ...saved, names: [] },
      { ...saved, names: [...(saved['names'] as string[]), '\ndirect/nobody'] },
      { ...saved, requests: { ...(saved['requests'] as Json), entries: [] } },
      { ...saved, seen: { recent: encodeNumbers(Float64Array.of(2, 1)), older: '' } },
      { ...saved, seen: { recent: '', older: encodeNumbers(Float64Array.of(0.5)) } },
      { ...saved, seen: { recent: Buffer.from(Float64Array.of(Number.NaN).buffer).toString('base64'), older: '' } },
      { ...saved, embedding: { ...embedding, idf: (embedding['idf'] as string).slice(0, -8) } },
      { ...saved, embedding: { ...embedding, scale: embedding['idf'] } },
      { ...saved, embedding: { ...embedding, terms: embedding['scale'] } },
      { ...saved, scale: { quality: 2, costUsd: null, latencyMs: null } },
      { ...saved, scale: { quality: 0.5, costUsd: 1e-300, latencyMs: null } },
      { ...saved, scale: { quality: 0.5, costUsd: -1, latencyMs: null } },
    ];
    for (const data of refused) expect(() => restoreState(data)).toThrow(SnapshotError);
  });

  it('read a state from before words had meanings, and learn them when its requests come again', () => {
    const saved = saveState(large) as { requests: { entries: { surface: string; meaning?: string }[] } };
    const shorter = (surface: string) => encodeNumbers(decodeNumbers(surface).subarray(0, surfaceFeatureCount - toolMeaningCount));
    const entries = saved.requests.entries.map(({ meaning: _, surface, ...entry }) => ({ ...entry, surface: shorter(surface) }));
    const before = { ...saved, features: 1, requests: { ...saved.requests, entries } };
    const restored = restoreState(before);
    const described = ({ evidence }: LearnedState) =>
      [...large.evidence.requests.keys()].map((key) => {
        const { surface, meaning } = (evidence.requests.get(key) as RequestEvidence).entry;
        return { surface, meaning };
      });
    expect(described(restored).every(({ meaning }) => meaning.every((value) => value === 0))).toBe(true);
    expectWorks(restored);
    const again = learner.learn(restored, eventsOf(7, { requests: requestsOf(30), count: 400 }));
    expect(described(again)).toEqual(described(large));
    expect(() => restoreState({ ...before, features: 2 })).toThrow(SnapshotError);
  });

  it('refuse sums that no outcomes have, and features that no request has', () => {
    const saved = saveState(small) as Json;
    const changed = (change: (entry: Json) => Json) => {
      const requests = saved['requests'] as { entries: Json[] };
      return { ...saved, requests: { ...requests, entries: [change(requests.entries[0] as Json), ...requests.entries.slice(1)] } };
    };
    const sums = (...values: readonly number[]) =>
      changed((entry) => ({ ...entry, cells: [[0, encodeNumbers(Float64Array.from({ length: 11 }, (_, index) => values[index] ?? 0))]] }));
    expect(() => restoreState(sums(2, 1, 0.6, 8, 4, 1, -2, 0.1, 1, 3, 900))).not.toThrow();
    for (const wrong of [
      [1, 2],
      [2, 1, 1.5],
      [-1],
      [1, 0.5, 0.2, 4, 5],
      [1, 0.5, 0.2, 1e12],
      [0, 0, 0, 0, 0, 1, 1e9],
      [0, 0, 0, 0, 0, 0, 1],
      [0, 0, 0, 0, 0, 1, 0, 1e300],
      [1e300, 1],
    ]) {
      expect(() => restoreState(sums(...wrong))).toThrow(SnapshotError);
    }
    const numbers = (length: number, value: number) => encodeNumbers(new Float64Array(length).fill(value));
    expect(() => restoreState(changed((entry) => ({ ...entry, structure: numbers(8, 1e200) })))).toThrow(SnapshotError);
    expect(() => restoreState(changed((entry) => ({ ...entry, structure: numbers(7, 1) })))).toThrow(SnapshotError);
    expect(() => restoreState(changed((entry) => ({ ...entry, surface: numbers(surfaceFeatureCount, 1e200) })))).toThrow(SnapshotError);
    expect(() => restoreState(changed(({ terms: _, ...entry }) => entry))).toThrow(SnapshotError);
    expect(() => restoreState(changed((entry) => ({ ...entry, terms: { ids: '', counts: 'AAAA' } })))).toThrow(SnapshotError);
  });

  it('refuse a state that was cut off, wherever', () => {
    const json = JSON.stringify(saveState(small));
    fc.assert(
      fc.property(fc.nat(json.length - 1), (length) => {
        // What is left is seldom JSON; the parts that are it are tried as they come.
        let parsed: unknown = null;
        try {
          parsed = JSON.parse(json.slice(0, length));
        } catch {}
        expect(() => restoreState(parsed)).toThrow(SnapshotError);
      }),
      { numRuns: 50 },
    );
    const saved = saveState(small) as Json;
    const shortened = (key: string) => JSON.parse(JSON.stringify(saved), (own, value) => (own === key ? (value as string).slice(0, -5) : value));
    for (const key of ['structure', 'surface', 'ids', 'counts', 'keys', 'recent']) expect(() => restoreState(shortened(key))).toThrow(SnapshotError);
  });

  it('throw a SnapshotError for damage at any place, or restore a state that decides, learns on and can be saved', () => {
    let refused = 0;
    let restored = 0;
    const tried = (damaged: string) => {
      let parsed: unknown;
      try {
        parsed = JSON.parse(damaged);
      } catch {
        return;
      }
      let state: LearnedState;
      try {
        state = restoreState(parsed);
      } catch (error) {
        expect(error).toBeInstanceOf(SnapshotError);
        refused++;
        return;
      }
      restored++;
      expectWorks(state);
    };
    for (const [saved, runs] of [
      [small, 250],
      [large, 30],
    ] as const) {
      const json = JSON.stringify(saveState(saved));
      const damage = fc.record({
        at: fc.nat(json.length - 1),
        removed: fc.nat(2),
        text: fc.constantFrom('', '0', '9', 'A', '/', 'z', '-', 'e9', '"', '[', 'null', 'AAAAAAAA8H8'),
      });
      fc.assert(
        fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), (all) => {
          tried(all.reduce((text, { at, removed, text: put }) => text.slice(0, at) + put + text.slice(at + removed), json));
        }),
        { numRuns: runs },
      );
    }
    expect(refused).toBeGreaterThan(3);
    expect(restored).toBeGreaterThan(3);
  });

  it('throw a SnapshotError for any leaf replaced, or restore a state that works', () => {
    const saved = saveState(small) as Json;
    const leaves: string[] = [];
    JSON.stringify(saved, (key, value) => {
      if (value === null || typeof value !== 'object') leaves.push(key);
      return value;
    });
    const numbers = [0, 5e-324, 1e-300, 1e300, -1, 1e-9, 3].map((value) => encodeNumbers(new Float64Array(11).fill(value)));
    fc.assert(
      fc.property(fc.nat(leaves.length - 1), fc.constantFrom(null, -1, 0, 0.5, 1e300, 2 ** 53, '', 'text', '__proto__', ...numbers), (leaf, put) => {
        let at = -1;
        const damaged = JSON.parse(JSON.stringify(saved), (_, value) => {
          if (value !== null && typeof value === 'object') return value;
          at++;
          return at === leaf ? put : value;
        });
        let state: LearnedState;
        try {
          state = restoreState(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(SnapshotError);
          return;
        }
        expectWorks(state);
      }),
      { numRuns: 200 },
    );
  });
});

function learnFrom(requests: readonly Analysis[], generations: number): LearnedState {
  return Array.from({ length: generations }, (_, generation) => eventsOf(generation, { requests, count: 40, tenants: ['a', 'b'] })).reduce(
    learner.learn,
    learner.initial(),
  );
}

function expectWorks(state: LearnedState): void {
  const works = (of: LearnedState) => {
    for (const mode of ['explore', 'exploit'] as const) {
      const policy = learner.policy(of, mode);
      for (const analysis of few.slice(0, 2)) {
        const { candidates } = policy.decide(analysis, seededRandom('works'));
        expect(candidates.every(({ propensity }) => propensity > 0 && propensity <= 1)).toBe(true);
        expect(candidates.reduce((sum, { propensity }) => sum + propensity, 0)).toBeCloseTo(1, 9);
      }
    }
  };
  works(state);
  const next = learner.learn({ ...state, evidence: { ...state.evidence, feedback: null } }, eventsOf(99, { requests: few, count: 20 }));
  works(next);
  const json = JSON.stringify(saveState(next));
  expect(JSON.stringify(saveState(restoreState(JSON.parse(json))))).toBe(json);
}
