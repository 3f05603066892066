import { type Analysis, type Arm, armId, type Decision, modelsOf, type Policy, seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EvidenceError } from '../../src/learned/evidence.ts';
import { forecastArms, greedySettings, type LearnedSettings, learnedLearner, learnedSettings, modelsOfState } from '../../src/learned/learned.ts';
import type { LearnedState } from '../../src/learned/learned-state.ts';
import type { LearningTask, PolicyMode } from '../../src/learner.ts';
import { type Objective, objectiveSchema } from '../../src/objective.ts';
import type { LearningEvent, Outcome } from '../../src/outcome.ts';
import { fixedPolicy } from '../../src/policies/fixed.ts';
import { randomPolicy } from '../../src/policies/random.ts';
import { analysisWith } from '../analysis-fixture.ts';
import { directLarge, directMini, eventOf, orchestrateLarge, orchestrateMini } from '../arm-fixture.ts';
import { eventsOf, fourArms, free, fullTable, prices, shuffled, taskOf } from './event-fixture.ts';
import { requestsOf } from './request-fixture.ts';

const modes: readonly PolicyMode[] = ['explore', 'exploit'];
const requests = requestsOf(30);
/** What tests of anything but accuracy can do without: it takes most of the time. */
const quick = { ...learnedSettings, members: ['neighbours'] as const };
const tenants = ['north', 'south', 'west', 'east'];

describe('learnedLearner', () => {
  it('acts as the initial policy in generation 0, whatever the mode', () => {
    const initialPolicy = randomPolicy(fourArms);
    const learner = learnedLearner(taskOf({ initialPolicy }));
    for (const mode of modes) {
      const policy = learner.policy(learner.initial(), mode);
      expect(policy.name).toBe('learned');
      for (const [index, analysis] of requests.entries()) {
        expect(policy.decide(analysis, seededRandom('zero', index))).toEqual(initialPolicy.decide(analysis, seededRandom('zero', index)));
      }
    }
  });

  it('serves like the initial policy until a quality is known, and explores meanwhile', () => {
    const learner = learnedLearner(taskOf({ initialPolicy: fixedPolicy(orchestrateMini) }), quick);
    for (const events of [[], eventsOf(1).map(unjudged)]) {
      const state = learner.learn(learner.initial(), events);
      for (const { armId: chosen } of decisions(learner.policy(state, 'exploit'))) expect(chosen).toBe(armId(orchestrateMini));
      for (const { candidates } of decisions(learner.policy(state, 'explore'))) expect(candidates.map((one) => one.armId)).toEqual(fourArms.map(armId));
    }
  });

  describe('as a pure function of its events', () => {
    const learner = learnedLearner(taskOf(), quick);
    const bytes = (generations: readonly (readonly LearningEvent[])[]) => JSON.stringify(learner.save(generations.reduce(learner.learn, learner.initial())));
    const generations = [1, 2, 3].map((seed) => eventsOf(seed, { count: 150, tenants }));

    it('comes to the same bytes from the same events, and leaves the state that it learns from as it was', () => {
      const again = () => bytes([1, 2, 3].map((seed) => eventsOf(seed, { count: 150, tenants, requests: requestsOf(30) })));
      expect(again()).toBe(bytes(generations));
      const state = learner.learn(learner.initial(), generations[0] as readonly LearningEvent[]);
      const before = JSON.stringify(learner.save(state));
      learner.learn(state, generations[1] as readonly LearningEvent[]);
      expect(JSON.stringify(learner.save(state))).toBe(before);
    });

    it('does not depend on the order within a generation, nor on what is told again, to the byte', () => {
      const expected = bytes(generations);
      fc.assert(
        fc.property(fc.nat(), fc.nat(149), fc.nat(149), (order, from, count) => {
          const told = generations.map((events) => [...shuffled(events, order), ...events.slice(from, from + count)]);
          expect(bytes(told)).toBe(expected);
          // In a later generation too: what was known says nothing new.
          const [first, second, third] = generations as [readonly LearningEvent[], readonly LearningEvent[], readonly LearningEvent[]];
          expect(bytes([first, [...first, ...second], [...third, ...second.slice(from)]])).toBe(expected);
        }),
        { numRuns: 5 },
      );
    });

    it('goes on from a snapshot exactly where it stopped, every propensity equal to the last bit', () => {
      fc.assert(
        fc.property(fc.nat(1000), fc.integer({ min: 0, max: 3 }), (seed, until) => {
          const all = Array.from({ length: 4 }, (_, index) => eventsOf(seed + index, { tenants, count: 80 }));
          const state = all.slice(0, until).reduce(learner.learn, learner.initial());
          // A process of its own has neither the models nor the analyses that this one keeps.
          const other = learnedLearner(taskOf(), { ...quick });
          const restored = other.restore(JSON.parse(JSON.stringify(learner.save(state))));
          for (const mode of modes) expect(decisions(other.policy(restored, mode), requestsOf(30))).toEqual(decisions(learner.policy(state, mode)));
          const [ours, theirs] = [all.slice(until).reduce(learner.learn, state), all.slice(until).reduce(other.learn, restored)];
          expect(JSON.stringify(other.save(theirs))).toBe(JSON.stringify(learner.save(ours)));
          for (const mode of modes) expect(decisions(other.policy(theirs, mode), requestsOf(30))).toEqual(decisions(learner.policy(ours, mode)));
        }),
        { numRuns: 8 },
      );
    });

    it('takes qualities that come a generation late as if they had come at once, but for the generations', () => {
      const events = eventsOf(4);
      const late = bytes([events.map(unjudged), events.map(judgementOnly)]);
      const twice = bytes([events.map(unjudged), [...events.map(judgementOnly), ...events.map(judgementOnly)]]);
      expect(twice).toBe(late);
      expect({ ...JSON.parse(late), generation: 1 }).toEqual(JSON.parse(bytes([events])));
      const never = learner.learn(learner.initial(), events.map(unjudged));
      expect(learner.save(never)).toMatchObject({ scale: null });
    });
  });

  it('keeps the scale that it took from the first generation that was judged', () => {
    const learner = learnedLearner(taskOf(), quick);
    const generation = (factor: number) =>
      requests.map((analysis, index) => ({
        ...eventOf(directMini, { quality: 0.5, costUsd: factor, latencyMs: 1000 * factor }, analysis),
        id: `${factor}/${index}`,
      }));
    const first = learner.learn(learner.initial(), generation(1));
    expect(learner.save(first)).toMatchObject({ scale: { quality: 0.5, costUsd: 1, latencyMs: 1000 } });
    expect(learner.save(learner.learn(first, generation(9)))).toMatchObject({ generation: 2, scale: { quality: 0.5, costUsd: 1, latencyMs: 1000 } });
  });

  it('refuses events that no model can be made of, at any generation, and adds nothing', () => {
    const learner = learnedLearner(taskOf(), quick);
    const state = learner.learn(learner.initial(), eventsOf(1, { count: 400 }));
    const before = JSON.stringify(learner.save(state));
    const [good, ...others] = eventsOf(2, { count: 300 }) as [LearningEvent, ...LearningEvent[]];
    for (const wrong of [
      { ...good, feedback: 'full' as const },
      { ...good, propensity: 0 },
      ...[Number.NaN, Number.POSITIVE_INFINITY, -1].flatMap((value) =>
        (['quality', 'costUsd', 'latencyMs'] as const).map((part) => ({ ...good, outcome: { ...good.outcome, [part]: value } })),
      ),
    ]) {
      for (const from of [learner.initial(), state]) expect(() => learner.learn(from, [...others, wrong])).toThrow(EvidenceError);
    }
    expect(JSON.stringify(learner.save(state))).toBe(before);
  });

  it('does not let outcomes without a quality change what it expects of quality', () => {
    const task = taskOf({ prices: free });
    const learner = learnedLearner(task, quick);
    const known = eventsOf(1);
    const censored = fourArms.flatMap((arm) => requests.map((analysis) => eventOf(arm, { quality: null, costUsd: 1, latencyMs: 1e5 }, analysis)));
    const without = learner.learn(learner.initial(), known);
    const forecast = (state: LearnedState, analysis: Analysis) => forecastsOf(state, task, analysis, quick).quality;
    // Requests that were never judged still say what requests look like; these are all known.
    const judged = new Set(known.map(({ analysis }) => analysis));
    const with_ = learner.learn(learner.initial(), [...known, ...censored.filter(({ analysis }) => judged.has(analysis))]);
    for (const analysis of requests) expect(forecast(with_, analysis)).toEqual(forecast(without, analysis));
  });

  describe('when the arms are listed in another order', () => {
    it('makes the same decisions, but for arms that are as good, and explores alike, but for chance', () => {
      fc.assert(
        fc.property(fc.nat(1000), fc.shuffledSubarray([...fourArms], { minLength: 4 }), (seed, order) => {
          const [plain, moved] = [fourArms, order].map((arms) => {
            const task = taskOf({ arms });
            const learner = learnedLearner(task);
            const state = learner.learn(learner.learn(learner.initial(), eventsOf(seed, { count: 150 })), eventsOf(seed + 1, { count: 150 }));
            return { task, state, exploit: decisions(learner.policy(state, 'exploit')), explore: decisions(learner.policy(state, 'explore')) };
          }) as [Listed, Listed];
          let same = 0;
          for (const [index, analysis] of requests.entries()) {
            const [a, b] = [plain.exploit[index] as Decision, moved.exploit[index] as Decision];
            if (a.armId === b.armId) same++;
            const { quality, price } = forecastsOf(plain.state, plain.task, analysis);
            const worthOf = (id: string) => {
              const at = fourArms.findIndex((arm) => armId(arm) === id);
              return (
                (quality[at] as number) -
                modelsOfState(plain.state, { task: plain.task, settings: learnedSettings, ids: fourArms.map(armId) }).tradeOff.priceOfQuality *
                  (price[at] as number)
              );
            };
            // Sums in another order round differently, and random splits of trees may tip.
            expect(Math.abs(worthOf(a.armId) - worthOf(b.armId))).toBeLessThan(0.02);
            for (const arm of fourArms) {
              const share = ({ candidates }: Decision) => candidates.find((one) => one.armId === armId(arm))?.propensity ?? 0;
              // 256 draws each: six standard errors of a difference.
              expect(Math.abs(share(plain.explore[index] as Decision) - share(moved.explore[index] as Decision))).toBeLessThan(0.27);
            }
          }
          expect(same).toBeGreaterThanOrEqual(27);
        }),
        { numRuns: 4 },
      );
    });
  });

  describe('while exploring', () => {
    it('gives every allowed arm at least its share of epsilon, propensities that sum to 1, and logs what it chose with', () => {
      const objective = constrained({ floor: { kind: 'number', value: 0.5 }, deadlineMs: 6000 });
      fc.assert(
        fc.property(fc.nat(1000), fc.double({ min: 0.01, max: 1, noNaN: true }), fc.integer({ min: 1, max: 3 }), (seed, epsilon, generations) => {
          const task = taskOf({ objective });
          const settings = { ...quick, epsilon };
          const learner = learnedLearner(task, settings);
          const slow = (event: LearningEvent): LearningEvent =>
            modelsOf(event.arm).length > 1 ? { ...event, outcome: { ...event.outcome, latencyMs: 60_000 } } : event;
          const state = Array.from({ length: generations }, (_, index) => eventsOf(seed + index).map(slow)).reduce(learner.learn, learner.initial());
          for (const [index, decision] of decisions(learner.policy(state, 'explore')).entries()) {
            const { allowed } = forecastsOf(state, task, requests[index] as Analysis, settings);
            const ids = fourArms.filter((_, arm) => allowed[arm]).map(armId);
            expect(ids).not.toContain(armId(fourArms[3] as Arm));
            expect(decision.candidates.map((candidate) => candidate.armId)).toEqual(ids);
            expect(sum(decision.candidates.map(({ propensity }) => propensity))).toBeCloseTo(1, 12);
            for (const { propensity } of decision.candidates) expect(propensity).toBeGreaterThanOrEqual(epsilon / ids.length);
            expect(decision.candidates).toContainEqual({ armId: decision.armId, propensity: decision.propensity });
          }
        }),
        { numRuns: 15 },
      );
    });

    it('explores less from generation to generation, down to epsilon', () => {
      const learner = learnedLearner(taskOf({ prices: free }), { ...quick, epsilon: 0.04 });
      const shareOfOthers = (generations: number) => {
        const state = Array.from({ length: generations }, (_, generation) =>
          fullTable(requests, fourArms, (arm) => (arm === directMini ? 0.9 : 0.3)).map(
            (event): LearningEvent => ({ ...event, id: `${generation} ${event.id}` }),
          ),
        ).reduce(learner.learn, learner.initial());
        return (
          sum(
            decisions(learner.policy(state, 'explore')).flatMap(({ candidates }) =>
              candidates.filter((one) => one.armId !== armId(directMini)).map(({ propensity }) => propensity),
            ),
          ) / requests.length
        );
      };
      const shares = [1, 4, 30].map(shareOfOthers);
      expect(shares).toEqual(shares.toSorted((a, b) => b - a));
      expect(shares[2]).toBeCloseTo(0.04 * (3 / 4), 2);
    });

    it('leaves nothing to chance as greedy, nor while exploiting', () => {
      const task = taskOf();
      const greedy = learnedLearner(task, { ...greedySettings, members: ['neighbours'] });
      const state = greedy.learn(greedy.initial(), eventsOf(1));
      const explored = decisions(greedy.policy(state, 'explore'));
      expect(explored).toEqual(decisions(greedy.policy(state, 'exploit')));
      for (const { propensity, candidates } of [...explored, ...decisions(learnedLearner(task, quick).policy(state, 'exploit'))]) {
        expect(propensity).toBe(1);
        expect(candidates).toHaveLength(1);
      }
    });
  });

  describe('under constraints', () => {
    const qualities = [0.5, 0.9, 0.8, 0.95];
    const costs = [0.0002, 0.004, 0.001, 0.02];
    const table = fullTable(requests, fourArms, (arm) => qualities[fourArms.indexOf(arm)] as number).map(
      (event): LearningEvent => ({ ...event, outcome: { ...event.outcome, costUsd: costs[fourArms.indexOf(event.arm)] as number } }),
    );
    const chosenBy = (limits: object, given: Partial<LearningTask> = {}, events: readonly LearningEvent[] = table) => {
      const learner = learnedLearner(taskOf({ objective: constrained(limits), prices: { ...prices, cost: 0.5 }, ...given }), quick);
      return new Set(decisions(learner.policy(learner.learn(learner.initial(), events), 'exploit')).map((one) => one.armId));
    };
    const only = (arm: Arm) => new Set([armId(arm)]);
    const collaborate = fourArms[3] as Arm;

    it('takes the cheapest arm that reaches a floor that is a number', () => {
      expect(chosenBy({ floor: { kind: 'number', value: 0.3 } })).toEqual(only(directMini));
      // A mixture of arms might do too; of requests on which they do not differ there is none.
      expect(chosenBy({ floor: { kind: 'number', value: 0.7 } })).toEqual(only(orchestrateMini));
      expect(chosenBy({ floor: { kind: 'number', value: 0.86 } })).toEqual(only(directLarge));
      expect(chosenBy({ floor: { kind: 'number', value: 1 } })).toEqual(only(collaborate));
    });

    it('takes the cheapest arm that is as good as the baseline, less the margin', () => {
      const given = { initialPolicy: fixedPolicy(directLarge) };
      expect(chosenBy({ floor: { kind: 'baseline', margin: 0.02 } }, given)).toEqual(only(directLarge));
      expect(chosenBy({ floor: { kind: 'baseline', margin: 0.15 } }, given)).toEqual(only(orchestrateMini));
      expect(chosenBy({ floor: { kind: 'baseline', margin: 0.02 } }, { initialPolicy: fixedPolicy(directMini) })).toEqual(only(directMini));
    });

    it('takes the cheapest arm that is about as good as the best one', () => {
      for (const kind of ['best', 'best-arm']) {
        expect(chosenBy({ floor: { kind, margin: 0.01 } })).toEqual(only(collaborate));
        expect(chosenBy({ floor: { kind, margin: 0.2 } })).toEqual(only(orchestrateMini));
      }
    });

    it('pays for quality above the floor what it is said to be worth', () => {
      const floor = { kind: 'number', value: 0.3 };
      expect(chosenBy({ floor, qualityValue: 0 })).toEqual(only(directMini));
      expect(chosenBy({ floor, qualityValue: 1 })).toEqual(only(orchestrateMini));
      expect(chosenBy({ floor, qualityValue: 10 })).toEqual(only(directLarge));
    });

    it('never takes an arm whose 90th percentile of latency is above the deadline, unless all are too slow', () => {
      const slow = table.map(
        (event): LearningEvent => ({ ...event, outcome: { ...event.outcome, latencyMs: modelsOf(event.arm).includes('large') ? 30_000 : 1000 } }),
      );
      expect(chosenBy({ floor: { kind: 'number', value: 0.7 }, deadlineMs: 5000 }, {}, slow)).toEqual(only(orchestrateMini));
      expect(chosenBy({ floor: { kind: 'number', value: 0.3 }, deadlineMs: 1 }, {}, slow)).toEqual(only(directMini));
    });
  });

  it('serves by the best arm alone where nothing else surely reaches what that does, but not past the deadline', () => {
    const events = eventsOf(3, { count: 120 });
    const exploited = (limits: object, slow: Arm | null) => {
      const task = taskOf({ objective: constrained({ floor: { kind: 'best-arm', margin: 0 }, caution: 5, ...limits }) });
      const learner = learnedLearner(task, quick);
      const state = learner.learn(
        learner.initial(),
        events.map((event): LearningEvent => (event.arm === slow ? { ...event, outcome: { ...event.outcome, latencyMs: 90_000 } } : event)),
      );
      const { reached, reference } = modelsOfState(state, { task, settings: quick, ids: fourArms.map(armId) }).tradeOff;
      expect(reached).toBe(false);
      return { chosen: new Set(decisions(learner.policy(state, 'exploit')).map((one) => one.armId)), reference: fourArms[reference] as Arm };
    };
    const { chosen, reference } = exploited({}, null);
    expect(chosen).toEqual(new Set([armId(reference)]));
    const late = exploited({ deadlineMs: 20_000 }, reference);
    expect(late.reference).toBe(reference);
    expect(late.chosen).not.toContain(armId(reference));
  });

  it('uses a state that was learned with other arms: the new one is explored, the retired one is not, the known keep what is known', () => {
    const old = [directMini, directLarge, orchestrateMini];
    const before = learnedLearner(taskOf({ arms: old, prices: free }), quick);
    const table = fullTable(requests, old, (arm) => (arm === directLarge ? 0.9 : arm === directMini ? 0.6 : 0.3));
    const saved = JSON.parse(JSON.stringify(before.save(before.learn(before.initial(), table))));
    const now = [directMini, orchestrateMini, orchestrateLarge];
    const after = learnedLearner(taskOf({ arms: now, prices: free }), quick);
    const state = after.restore(saved);
    const ids = now.map(armId);
    for (const { candidates } of decisions(after.policy(state, 'explore'))) {
      expect(candidates.map((one) => one.armId)).toEqual(ids);
      const [mini, orchestrated, newcomer] = candidates.map(({ propensity }) => propensity) as [number, number, number];
      expect(newcomer).toBeGreaterThan(orchestrated);
      expect(mini).toBeGreaterThan(orchestrated);
    }
    const more = fullTable(requests, now, (arm) => (arm === orchestrateLarge ? 0.9 : arm === directMini ? 0.6 : 0.3)).map(
      (event): LearningEvent => ({ ...event, id: `later ${event.id}` }),
    );
    expect(new Set(decisions(after.policy(after.learn(state, more), 'exploit')).map((one) => one.armId))).toEqual(new Set([armId(orchestrateLarge)]));
    // And back again: nothing was forgotten.
    expect(new Set(decisions(before.policy(before.restore(saved), 'exploit')).map((one) => one.armId))).toEqual(new Set([armId(directLarge)]));
  });

  it('decides soundly whatever the outcomes', () => {
    const amount = (max: number) => fc.option(fc.oneof(fc.constant(0), fc.double({ min: 0, max, noNaN: true })));
    const outcome = fc.record({ quality: fc.option(fc.double({ min: 0, max: 1, noNaN: true })), costUsd: amount(1e3), latencyMs: amount(1e7) });
    const structure = fc.record({
      text: fc.oneof(fc.constantFrom('', 'same', 'x'.repeat(100_000)), fc.string({ maxLength: 60, unit: 'grapheme' })),
      chunks: fc.integer({ min: 1, max: 200 }),
      words: fc.nat(20_000),
      edges: fc.nat(300),
      depth: fc.integer({ min: 1, max: 100 }),
      score: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    const event = fc
      .tuple(fc.constantFrom(...fourArms), outcome, structure, fc.constantFrom(undefined, 'a', 'b'))
      .map(([arm, of, counts, tenant]) => ({ ...eventOf(arm, of, analysisWith(counts)), ...(tenant === undefined ? {} : { tenant }) }));
    fc.assert(
      fc.property(
        fc.array(fc.array(event, { maxLength: 8 }), { minLength: 1, maxLength: 3 }),
        fc.constantFrom(...objectives),
        fc.constantFrom(1, 4),
        (generations, objective, arms) => {
          const numbered = generations.map((events, generation) => events.map((one, index) => ({ ...one, id: `${generation}/${index}` })));
          expectSound(taskOf({ objective, arms: fourArms.slice(0, arms) }), numbered);
        },
      ),
      { numRuns: 25 },
    );
  });
});

interface Listed {
  readonly task: LearningTask;
  readonly state: LearnedState;
  readonly exploit: readonly Decision[];
  readonly explore: readonly Decision[];
}

const objectives: readonly Objective[] = [
  { kind: 'weighted' },
  constrained({ floor: { kind: 'baseline', margin: 0.02 } }),
  constrained({ floor: { kind: 'best-arm', margin: 0.02 }, deadlineMs: 5000, caution: 1 }),
  constrained({ floor: { kind: 'best', margin: 0.1 }, qualityValue: 1 }),
  constrained({ floor: { kind: 'number', value: 0.7 } }),
];

function constrained(limits: object): Objective {
  return objectiveSchema.parse({ kind: 'constrained', ...limits });
}

function unjudged(event: LearningEvent): LearningEvent {
  return { ...event, outcome: { ...event.outcome, quality: null } };
}

function judgementOnly(event: LearningEvent): LearningEvent {
  const outcome: Outcome = { quality: event.outcome.quality, costUsd: null, latencyMs: null };
  return { ...event, outcome };
}

function forecastsOf(state: LearnedState, task: LearningTask, analysis: Analysis, settings: LearnedSettings = learnedSettings) {
  return forecastArms(analysis, modelsOfState(state, { task, settings, ids: task.arms.map(armId) }), task);
}

/** One decision for each request. */
function decisions(policy: Policy, of: readonly Analysis[] = requests): readonly Decision[] {
  return of.map((analysis, index) => policy.decide(analysis, seededRandom('decision', index)));
}

/** Finite, positive propensities that sum to 1, of known arms, and a state that can be saved and restored. */
function expectSound(task: LearningTask, generations: readonly (readonly LearningEvent[])[]): void {
  for (const settings of [learnedSettings, { ...greedySettings, members: [] }]) {
    const learner = learnedLearner(task, settings);
    const state = generations.reduce(learner.learn, learner.initial());
    const json = JSON.stringify(learner.save(state));
    expect(JSON.stringify(learner.save(learner.restore(JSON.parse(json))))).toBe(json);
    for (const mode of modes) {
      for (const { armId: chosen, propensity, candidates } of decisions(learner.policy(state, mode), requests.slice(0, 4))) {
        expect(task.arms.map(armId)).toContain(chosen);
        expect(propensity).toBeGreaterThan(0);
        for (const candidate of candidates) expect(candidate.propensity).toSatisfy(Number.isFinite);
        expect(sum(candidates.map((candidate) => candidate.propensity))).toBeCloseTo(1, 9);
      }
    }
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
