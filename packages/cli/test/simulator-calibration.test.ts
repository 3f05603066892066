/** The simulated models against what is published of real ones: strategies are run on `code-gen`, and effects must come out in range. */
import { beforeAll, describe, expect, test } from 'vitest';
import {
  analysisOf,
  armWith,
  average,
  difference,
  type Effect,
  effectOf,
  mean,
  modelIds,
  qualities,
  type Repeats,
  rightness,
  shareOf,
  tasks,
} from './simulator-trials.ts';

const singles = tasks.filter((task) => task.asks.length === 1);
/** As few as leave three standard errors well inside the ranges below; with half as many, the gain of middling models would not be. */
const repeats = 15;
const limitMs = 120_000;

const direct = (model: string) => armWith({ strategy: 'direct', model });
const vote = (models: readonly string[], numExperts: number) =>
  armWith({ strategy: 'collaborate', models, numExperts, debateRounds: 0, consensusThreshold: 0 });
const secondLook = (model: string) => armWith({ strategy: 'collaborate', models: [model], numExperts: 1, debateRounds: 1 });

/** Three standard errors inside the range. */
function expectWithin({ points, error }: Effect, low: number, high: number): void {
  expect(points - 3 * error).toBeGreaterThanOrEqual(low);
  expect(points + 3 * error).toBeLessThanOrEqual(high);
}

const rightOf = async (arm: ReturnType<typeof armWith>, luck: string, count = repeats) => rightness(await qualities(arm, singles, { luck, repeats: count }));

/** Models by how often one sample of theirs is right, best first. */
let ranked: readonly string[];
/** One sample and a vote of five, by model, under the same luck; and single samples under another. */
let once: ReadonlyMap<string, readonly Repeats[]>;
let voted: ReadonlyMap<string, readonly Repeats[]>;
let apart: ReadonlyMap<string, readonly Repeats[]>;
const of = (table: ReadonlyMap<string, readonly Repeats[]>, model: string) => table.get(model) as readonly Repeats[];

beforeAll(async () => {
  const table = async (arm: (model: string) => ReturnType<typeof armWith>, luck: string) =>
    new Map(await Promise.all(modelIds.map(async (model) => [model, await rightOf(arm(model), luck)] as const)));
  once = await table(direct, 'measured');
  voted = await table((model) => vote([model], 5), 'measured');
  apart = await table(direct, 'held apart');
  ranked = [...modelIds].sort((a, b) => effectOf(of(apart, b)).points - effectOf(of(apart, a)).points);
}, limitMs);

describe('a vote of five samples of one model (self-consistency, Wang et al. 2022, arXiv 2203.11171)', () => {
  test('gains 4 to 18 points for models of middling skill', () => {
    const third = Math.floor(ranked.length / 3);
    const middle = ranked.slice(third, ranked.length - third);
    const gains = middle.map((model) => difference(of(voted, model), of(once, model)));
    expectWithin(effectOf(gains.flat()), 4, 18);
    for (const gain of gains) expect(effectOf(gain).points).toBeGreaterThan(0);
  });

  test('gains as much on average over all models, helps each, and none by more than that', () => {
    const gains = modelIds.map((model) => difference(of(voted, model), of(once, model)));
    expectWithin(effectOf(gains.flat()), 4, 18);
    for (const gain of gains) {
      expect(effectOf(gain).points).toBeGreaterThan(0);
      expect(effectOf(gain).points).toBeLessThanOrEqual(18);
    }
  });

  // Chen et al. 2024, arXiv 2403.02419: more samples make easy items easier, and hard ones harder.
  test('loses on items that a single sample mostly gets wrong, and gains on the others', () => {
    const onItems = (wanted: (p: number) => boolean) =>
      modelIds.flatMap((model) => difference(of(voted, model), of(once, model)).filter((_, item) => wanted(mean(of(apart, model)[item] as Repeats))));
    const hard = onItems((p) => p < 0.5);
    expect(hard.length).toBeGreaterThan(50);
    expectWithin(effectOf(hard), -50, 0);
    expectWithin(effectOf(onItems((p) => p > 0.5)), 0, 50);
  });
});

// Du et al. 2023, arXiv 2305.14325; Hegazy 2024, arXiv 2410.12853: models that differ correct each other better.
test('three different models of like skill do better by a vote than three samples of one, on average over them', async () => {
  const trios = [ranked.slice(1, 4), ranked.slice(4, 7), ranked.slice(-3)];
  const gains: (readonly Repeats[])[] = [];
  for (const trio of trios) {
    // Where all three differ, the first one counts: each has its turn.
    const turns = trio.map((_, first) => [...trio.slice(first), ...trio.slice(0, first)]);
    const diverse = await Promise.all(turns.map((models) => rightOf(vote(models, 3), 'measured', 8)));
    const alike = await Promise.all(trio.map((model) => rightOf(vote([model], 3), 'measured', 8)));
    gains.push(difference(average(diverse), average(alike)));
  }
  expectWithin(effectOf(gains.flat()), 0, 50);
  for (const gain of gains) expect(effectOf(gain).points).toBeGreaterThan(0);
});

// Huang et al. 2023, arXiv 2310.01798: all models that were tried lost accuracy on all benchmarks.
describe('a second look at the own answer without any outside signal', () => {
  const looks = 25;
  let before: ReadonlyMap<string, readonly Repeats[]>;
  let after: ReadonlyMap<string, readonly Repeats[]>;

  beforeAll(async () => {
    const table = async (arm: (model: string) => ReturnType<typeof armWith>) =>
      new Map(await Promise.all(modelIds.map(async (model) => [model, await rightOf(arm(model), 'measured', looks)] as const)));
    before = await table(direct);
    after = await table(secondLook);
  }, limitMs);

  test('costs 1 to 6.5 points, whatever the model', () => {
    const changes = modelIds.map((model) => difference(of(after, model), of(before, model)));
    expectWithin(effectOf(changes.flat()), -6.5, -1);
    for (const change of changes) {
      const { points } = effectOf(change);
      expect(points).toBeGreaterThanOrEqual(-6.5);
      expect(points).toBeLessThanOrEqual(-1);
    }
  });

  test('mends 17 to 27% of errors, and breaks some right answers', () => {
    const counts = modelIds.map((model) => {
      const pairs = of(before, model).flatMap((ofTask, item) => ofTask.map((was, repeat) => [was, (of(after, model)[item] as Repeats)[repeat]] as const));
      const wrong = pairs.filter(([was]) => was === 0);
      const right = pairs.filter(([was]) => was === 1);
      return { wrong: wrong.length, mended: wrong.filter(([, is]) => is === 1).length, right: right.length, broken: right.filter(([, is]) => is === 0).length };
    });
    const sum = (name: keyof (typeof counts)[number]) => counts.reduce((total, count) => total + count[name], 0);
    expectWithin(shareOf(sum('mended'), sum('wrong')), 17, 27);
    for (const { mended, wrong, broken, right } of counts) {
      expect(mended / wrong).toBeGreaterThan(0.17);
      expect(mended / wrong).toBeLessThan(0.27);
      expectWithin(shareOf(broken, right), 0, 50);
    }
  });
});

describe('taking a request apart (orchestrate against direct, the same model and luck)', () => {
  const models = () => [ranked[0], ranked[Math.floor(ranked.length / 2)], ranked.at(-1)] as readonly string[];
  const gainOf = async (
    model: string,
    some: typeof tasks,
    { count, measure }: { readonly count: number; readonly measure: (all: readonly Repeats[]) => readonly Repeats[] },
  ) => {
    const [apiece, whole] = await Promise.all([
      qualities(armWith({ strategy: 'orchestrate', model }), some, { luck: 'measured', repeats: count }),
      qualities(direct(model), some, { luck: 'measured', repeats: count }),
    ]);
    return difference(measure(apiece), measure(whole));
  };

  test('helps where there are several parts, in quality and in answers that are right as a whole', async () => {
    const several = tasks.filter((task) => task.asks.length >= 3 && analysisOf(task).chunks.length > 1);
    expect(several.length).toBeGreaterThan(20);
    const wholes: (readonly Repeats[])[] = [];
    for (const model of models()) {
      expectWithin(effectOf(await gainOf(model, several, { count: 4, measure: (all) => all })), 1, 50);
      wholes.push(await gainOf(model, several, { count: 4, measure: rightness }));
    }
    expectWithin(effectOf(wholes.flat()), 1, 50);
    for (const whole of wholes) expect(effectOf(whole).points).toBeGreaterThan(0);
  });

  test('makes no difference of a point where the analysis finds a single chunk', async () => {
    const whole = tasks.filter((task) => analysisOf(task).chunks.length === 1);
    expect(whole.length).toBeGreaterThan(50);
    for (const model of models()) {
      expectWithin(effectOf(await gainOf(model, whole, { count: 10, measure: (all) => all })), -1, 1);
      expectWithin(effectOf(await gainOf(model, whole, { count: 10, measure: rightness })), -1, 1);
    }
  });
});
