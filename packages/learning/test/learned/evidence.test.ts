import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Evidence, EvidenceError, foldEvidence, mostRequests, newJudgements, noEvidence, slot } from '../../src/learned/evidence.ts';
import { initialState } from '../../src/learned/learned-state.ts';
import { requestKey } from '../../src/learned/request-entry.ts';
import { saveState } from '../../src/learned/saved-state.ts';
import type { LearningEvent } from '../../src/outcome.ts';
import { analysisWith } from '../analysis-fixture.ts';
import { directMini, eventOf } from '../arm-fixture.ts';
import { eventsOf, fourArms, shuffled } from './event-fixture.ts';
import { requestsOf } from './request-fixture.ts';

const settings = { clip: 12, baselineOf: () => null };
const fold = (evidence: Evidence, events: readonly LearningEvent[]) => foldEvidence(evidence, events, settings);
const bytes = (evidence: Evidence) => JSON.stringify(saveState({ ...initialState, evidence }));
const tenants = ['', 'north', 'south'];

/** Any events: several of one request, several tenants, parts missing, qualities of few and of many digits. */
const measure = (max: number) => fc.option(fc.oneof(fc.constant(0), fc.double({ min: 0, max, noNaN: true })));
const anyEvent = fc
  .record({
    request: fc.nat(4),
    arm: fc.constantFrom(...fourArms),
    tenant: fc.constantFrom(...tenants),
    propensity: fc.double({ min: 1e-6, max: 1, noNaN: true }),
    quality: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    costUsd: measure(100),
    latencyMs: measure(1e7),
  })
  .map(({ request, arm, tenant, propensity, ...outcome }) => ({ analysis: requests[request] as (typeof requests)[number], arm, tenant, propensity, outcome }));
const tools = (parameters: number) => ({ names: ['search'], parameters, schemaCharacters: 100 });
/** The last two differ in what their tools take, and in nothing else. */
const requests = [...requestsOf(3), ...[1, 2].map((parameters) => ({ ...analysisWith({ text: 'look it up' }), tools: tools(parameters) }))];
const anyEvents = fc.array(anyEvent, { maxLength: 25 }).map((drawn) => drawn.map((event, index): LearningEvent => ({ ...event, id: `event ${index}` })));

describe('foldEvidence', () => {
  it('adds up to the byte: of two parts, in either order, what both come to together', () => {
    fc.assert(
      fc.property(anyEvents, fc.nat(25), (events, at) => {
        const [a, b] = [events.slice(0, at), events.slice(at)];
        const whole = bytes(fold(noEvidence, events));
        expect(bytes(fold(fold(noEvidence, a), b))).toBe(whole);
        expect(bytes(fold(fold(noEvidence, b), a))).toBe(whole);
      }),
    );
  });

  it('does not depend on the order within a batch, to the byte', () => {
    fc.assert(
      fc.property(anyEvents, fc.nat(), (events, seed) => {
        expect(bytes(fold(noEvidence, shuffled(events, seed)))).toBe(bytes(fold(noEvidence, events)));
      }),
    );
  });

  it('is not changed by a duplicate, in the same batch or later', () => {
    fc.assert(
      fc.property(anyEvents, fc.array(fc.nat(24), { maxLength: 8 }), (events, again) => {
        const duplicates = again.flatMap((index) => events[index] ?? []);
        const whole = bytes(fold(noEvidence, events));
        expect(bytes(fold(noEvidence, [...events, ...duplicates]))).toBe(whole);
        expect(bytes(fold(fold(noEvidence, events), duplicates))).toBe(whole);
      }),
    );
  });

  it('takes a quality that comes later, once, as if it had come at first; one that never comes counts for nothing', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const unjudged = events.map((event) => ({ ...event, outcome: { ...event.outcome, quality: null } }));
        const judgements = events.map((event) => ({ ...event, outcome: { quality: event.outcome.quality, costUsd: null, latencyMs: null } }));
        const before = fold(noEvidence, unjudged);
        for (const sums of before.overall.values()) expect(sums[slot.count]).toBe(0);
        const after = fold(before, judgements);
        expect(bytes(after)).toBe(bytes(fold(noEvidence, events)));
        expect(bytes(fold(after, judgements))).toBe(bytes(after));
      }),
      { numRuns: 50 },
    );
  });

  it('sums up what was observed', () => {
    const event = { ...eventOf(directMini, { quality: 0.5, costUsd: 0.25, latencyMs: 100 }), propensity: 0.25 };
    const { overall, requests: known } = fold(noEvidence, [event, { ...event, id: 'other', outcome: { quality: 1, costUsd: null, latencyMs: 300 } }]);
    expect(overall.size).toBe(1);
    const [sums] = overall.values() as Iterable<Float64Array> as unknown as [Float64Array];
    const of = (name: keyof typeof slot) => sums[slot[name]] as number;
    expect([of('count'), of('quality'), of('squares'), of('inverse'), of('inverseQuality')]).toEqual([2, 1.5, 1.25, 8, 6]);
    expect([of('costs'), of('cost'), of('latencies'), of('latency')]).toEqual([1, 0.25, 2, 400]);
    expect(of('logCost')).toBeCloseTo(Math.log(250), 6);
    expect([...known.values()].map(({ decisions }) => decisions)).toEqual([2]);
  });

  it('counts no outcome for more than the clip', () => {
    const [sums] = [...fold(noEvidence, [{ ...eventOf(directMini), propensity: 1e-6 }]).overall.values()] as [Float64Array];
    expect(sums[slot.inverse]).toBe(settings.clip);
  });

  it('refuses bandit feedback mixed with full information, and adds nothing', () => {
    const bandit = eventOf(directMini);
    const full: LearningEvent = { ...bandit, id: 'full', feedback: 'full' };
    const before = fold(noEvidence, [bandit]);
    const saved = bytes(before);
    for (const [evidence, events] of [
      [noEvidence, [bandit, full]],
      [noEvidence, [full, bandit]],
      [before, [full]],
      [fold(noEvidence, [full]), [bandit]],
    ] as const) {
      expect(() => fold(evidence, events)).toThrow(EvidenceError);
      expect(() => newJudgements(evidence, events)).toThrow(EvidenceError);
    }
    expect(bytes(before)).toBe(saved);
    expect(noEvidence.requests.size + noEvidence.seen.recent.length).toBe(0);
  });

  it('refuses numbers that are not finite or out of range, names the outcome, and adds nothing', () => {
    const wrong = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0.1, 1.1];
    const right = eventOf(directMini);
    const before = fold(noEvidence, [right]);
    const saved = bytes(before);
    const refused = (event: LearningEvent) => {
      expect(() => fold(before, [{ ...right, id: 'good' }, event])).toThrow(EvidenceError);
      expect(() => fold(before, [{ ...right, id: 'good' }, event])).toThrow(/"the wrong one"/);
      expect(() => fold(before, [event])).toThrow(expect.objectContaining({ kind: 'invalid-evidence' }));
    };
    for (const value of wrong) {
      refused({ ...right, id: 'the wrong one', propensity: value });
      refused({ ...right, id: 'the wrong one', outcome: { ...right.outcome, quality: value } });
      if (value === 1.1) continue;
      refused({ ...right, id: 'the wrong one', outcome: { ...right.outcome, costUsd: value } });
      refused({ ...right, id: 'the wrong one', outcome: { ...right.outcome, latencyMs: value } });
    }
    refused({ ...right, id: 'the wrong one', propensity: 0 });
    refused({ ...right, id: 'the wrong one', tenant: 'two\nlines' });
    expect(bytes(before)).toBe(saved);
  });

  it('keeps the same fair sample of requests whatever their order, and all of the totals', () => {
    const count = mostRequests + 300;
    const events = Array.from(
      { length: count },
      (_, index): LearningEvent => ({ ...eventOf(directMini, {}, analysisWith({ text: `request ${index}` })), id: `${index}` }),
    );
    const whole = fold(noEvidence, events);
    const parts = fold(fold(noEvidence, events.slice(2000).toReversed()), events.slice(0, 2000));
    expect(whole.requests.size).toBe(mostRequests);
    expect(bytes(parts)).toBe(bytes(whole));
    expect([...whole.overall.values()][0]?.[slot.count]).toBe(count);
  });
});

describe('newJudgements', () => {
  it('gives each outcome whose quality is told for the first time, once', () => {
    const events = eventsOf(1);
    const judged = events.filter(({ outcome }) => outcome.quality !== null);
    expect(newJudgements(noEvidence, [...events, ...events])).toEqual(judged);
    expect(newJudgements(fold(noEvidence, events.slice(0, 30)), events)).toEqual(judged.filter((event) => events.indexOf(event) >= 30));
  });
});

describe('requestKey', () => {
  it('tells texts and tools apart, and nothing else', () => {
    const tools = { names: ['search', 'open'], parameters: 3, schemaCharacters: 100 };
    const keys = [
      { text: 'a' },
      { text: 'b' },
      { text: '' },
      { text: 'a', tools },
      { text: 'a', tools: { ...tools, names: ['open', 'search'] } },
      { text: 'a', tools: { ...tools, parameters: 4 } },
      { text: 'a', tools: { ...tools, schemaCharacters: 101 } },
    ].map(requestKey);
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) expect(Number.isSafeInteger(key) && key >= 0).toBe(true);
    expect(requestKey(analysisWith({ text: 'a', chunks: 9 }))).toBe(keys[0]);
  });
});
