import { armId } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExperimentProgress } from '../../src/experiment/loop-parts.ts';
import type { Scorer } from '../../src/experiment/scorer.ts';
import type { TrialRecord } from '../../src/experiment/trial.ts';
import { ScorerError } from '../../src/scorers/scorer-error.ts';
import { emptyStores, runTiny, scriptedWorld, scripts, tiny, tinyPlan, traceOf, unevenScorer } from './tiny-experiment.ts';

const smallArm = 'fixed:direct/small';
const largeArm = 'fixed:direct/large';
const everyPolicy = ['heuristic', 'random', 'best-fixed', 'best-quality', 'greedy', 'oracle', 'learned', 'original', largeArm];
/** What came of a trial, whoever decided it. */
const outcomeOf = ({ seed, repeat, task, arm, status, quality, costUsd, latencyMs, calls }: TrialRecord) => ({
  seed,
  repeat,
  task,
  arm,
  status,
  quality,
  costUsd,
  latencyMs,
  calls,
});
const of = (records: readonly TrialRecord[], wanted: Partial<TrialRecord>) =>
  records.filter((record) => Object.entries(wanted).every(([key, value]) => record[key as keyof TrialRecord] === value));

describe('a run', () => {
  it('leaves the same logs and the same summary, byte for byte, whatever its concurrency', async () => {
    const plan = tinyPlan({ policies: everyPolicy, seeds: 2, validationRepeats: 2 });
    const [{ run: _run, ...alone }, { run: _other, ...sixteen }] = [await traceOf(plan, { concurrency: 1 }), await traceOf(plan, { concurrency: 16 })];
    expect(alone.trials.split('\n').length).toBeGreaterThan(250);
    expect(sixteen).toEqual(alone);
  });

  it('leaves the same in a world in which equal attempts are executed once, and executes fewer', async () => {
    const plan = tinyPlan({ policies: everyPolicy, validationRepeats: 2 });
    const [anew, once] = [scriptedWorld(), scriptedWorld(scripts, { repeats: 'with-luck' })];
    const [{ run: _run, ...first }, { run: _other, ...second }] = [await traceOf(plan, { world: anew }), await traceOf(plan, { world: once })];
    expect(second).toEqual(first);
    expect(once.opened()).toBeLessThan(anew.opened());
  });

  it('runs every trial of its plan once, in the order of the plan', async () => {
    const plan = tinyPlan({ policies: ['heuristic', 'learned'], seeds: 2, heldoutRepeats: 2 });
    const { trials, seeds } = await runTiny(plan);
    expect(new Set(trials.map(({ id }) => id)).size).toBe(trials.length);
    const runsOf = (seed: number) =>
      of(trials, { seed }).map(({ policy, phase, generation, snapshot, repeat }) => `${policy} ${phase} ${generation}.${snapshot} ${repeat}`);
    for (const [seed, { split }] of seeds) {
      const times = (count: number, line: string) => Array.from({ length: count }, () => line);
      const { train, validation, heldout } = split;
      expect(runsOf(seed)).toEqual([
        ...times(heldout.length, 'heuristic heldout 0.0 0'),
        ...times(heldout.length, 'heuristic heldout 0.0 1'),
        ...times(heldout.length, 'learned heldout 0.0 0'),
        ...times(heldout.length, 'learned heldout 0.0 1'),
        ...times(train.length, 'learned train 0.0 0'),
        ...times(validation.length, 'learned validation 1.0 0'),
        ...times(validation.length, 'learned validation 1.1 0'),
        ...times(train.length, 'learned train 1.1 0'),
        ...times(validation.length, expect.stringMatching(/^learned validation 2\.[01] 0$/)),
        ...times(validation.length, 'learned validation 2.2 0'),
        ...times(heldout.length, expect.stringMatching(/^learned heldout 2\.[012] 0$/)),
        ...times(heldout.length, expect.stringMatching(/^learned heldout 2\.[012] 1$/)),
      ]);
    }
  });

  it('announces as many units as it then does, whatever its protocol', async () => {
    const protocols = fc.record({
      generations: fc.nat(3),
      seeds: fc.integer({ min: 1, max: 2 }),
      tasksPerGeneration: fc.constantFrom(0.3, 0.5, 1),
      trainRepeats: fc.integer({ min: 1, max: 2 }),
      judgeEvery: fc.integer({ min: 1, max: 3 }),
      validationRepeats: fc.integer({ min: 1, max: 2 }),
      heldoutRepeats: fc.integer({ min: 1, max: 2 }),
      profileRepeats: fc.integer({ min: 1, max: 2 }),
      split: fc.constantFrom({ train: 0.4, validation: 0.3, heldout: 0.3 }, { train: 0.6, validation: 0, heldout: 0.4 }),
    });
    await fc.assert(
      fc.asyncProperty(protocols, async (protocol) => {
        let [announced, done] = [0, 0];
        const progress: ExperimentProgress = {
          begin: (total) => {
            announced = total;
          },
          advance: (units) => {
            done += units;
          },
        };
        await runTiny(tinyPlan({ ...protocol, policies: ['random', 'learned', 'greedy'] }), {
          progress,
          world: scriptedWorld(scripts, { repeats: 'with-luck' }),
        });
        expect(done).toBe(announced);
      }),
      { numRuns: 15 },
    );
  });
});

describe('luck', () => {
  it('is shared: two policies that take the same arm get the same outcomes', async () => {
    // `best-fixed` takes one of the fixed arms.
    const { trials } = await runTiny(tinyPlan({ policies: ['best-fixed', smallArm, largeArm], seeds: 2, heldoutRepeats: 3, generations: 0 }));
    const best = of(trials, { policy: 'best-fixed' });
    const same = trials.filter(({ policy, seed }) => policy === `fixed:${best.find((record) => record.seed === seed)?.arm}`);
    expect(same.length).toBeGreaterThan(0);
    expect(same.map(outcomeOf)).toEqual(best.map(outcomeOf));
  });

  it('is shared by every two policies, wherever they take the same arm on the same task', async () => {
    const { trials } = await runTiny(tinyPlan({ policies: everyPolicy, heldoutRepeats: 2 }));
    const known = new Map<string, unknown>();
    let compared = 0;
    for (const record of of(trials, { phase: 'heldout' })) {
      const key = `${record.seed} ${record.repeat} ${record.task} ${record.arm}`;
      if (known.has(key)) {
        compared++;
        expect(outcomeOf(record)).toEqual(known.get(key));
      } else known.set(key, outcomeOf(record));
    }
    expect(compared).toBeGreaterThan(30);
  });

  it('differs between repeats and between seeds', async () => {
    const { trials } = await runTiny(
      tinyPlan({ policies: [largeArm], seeds: 3, heldoutRepeats: 3, generations: 0, split: { train: 0, validation: 0, heldout: 1 } }),
    );
    const ofTask = of(trials, { task: 'capital-peru', policy: largeArm });
    expect(new Set(ofTask.map(({ latencyMs }) => latencyMs)).size).toBe(9);
  });

  it('is that of the incumbent for the candidate it is judged against, in every generation', async () => {
    const { heuristic: _none, ...rest } = tiny;
    const oneArm = { ...rest, arms: tiny.arms.slice(0, 1), file: { ...tiny.file, baseline: 'random' } };
    const { trials } = await runTiny(tinyPlan({ policies: ['learned'], validationRepeats: 2 }, {}, oneArm));
    const judged = (generation: number, isCandidate: boolean) =>
      of(trials, { phase: 'validation', generation })
        .filter(({ snapshot }) => (snapshot === generation) === isCandidate)
        .map(outcomeOf);
    const first = judged(1, true);
    expect(first.length).toBeGreaterThan(5);
    for (const again of [judged(1, false), judged(2, true), judged(2, false)]) expect(again).toEqual(first);
  });
});

describe('held-out tasks', () => {
  it('are never trained on, nor validated on, under their seed', async () => {
    const { trials, seeds } = await runTiny(tinyPlan({ policies: ['learned', 'greedy', 'original'], seeds: 4, tasksPerGeneration: 0.5 }));
    expect(seeds.size).toBe(4);
    for (const [seed, { split }] of seeds) {
      const [train, validation, heldout] = (['train', 'validation', 'heldout'] as const).map(
        (phase) => new Set(of(trials, { seed, phase }).map(({ task }) => task)),
      ) as [Set<string>, Set<string>, Set<string>];
      expect(heldout).toEqual(new Set(split.heldout.map(({ id }) => id)));
      for (const task of [...train, ...validation]) expect(heldout.has(task)).toBe(false);
      for (const task of train) expect(validation.has(task)).toBe(false);
      expect(train.size).toBeGreaterThan(0);
    }
  });

  it('do not help to choose the best fixed arm', async () => {
    // The small model knows the held-out tasks only, so the large one is best to who does not look.
    const plan = tinyPlan({ policies: ['best-fixed'], generations: 0 });
    const { seeds } = await runTiny(plan);
    const heldout = new Set(seeds.get(1)?.split.heldout.map(({ id }) => id));
    const world = {
      ...scriptedWorld(),
      knownOutcome: (taskId: string, arm: string) => ({ quality: arm === 'direct/small' ? (heldout.has(taskId) ? 1 : 0) : 0.5, costUsd: 0, latencyMs: 0 }),
    };
    const { trials } = await runTiny(plan, { world });
    expect(of(trials, { policy: 'best-fixed' }).some(({ arm }) => arm === 'direct/small')).toBe(false);
  });
});

describe('logged propensities', () => {
  it('are the whole vector that the arm was drawn from, and it sums to 1', async () => {
    // The original plan's learner also takes arms that the scenario does not list, which have no position in such a vector.
    const { trials } = await runTiny(tinyPlan({ policies: everyPolicy.filter((name) => name !== 'original'), seeds: 2, heldoutRepeats: 3 }));
    const ids = tiny.arms.map(armId);
    let uncertain = 0;
    for (const { candidates, propensity, arm } of trials) {
      if (candidates === undefined) {
        expect(propensity).toBe(1);
        continue;
      }
      uncertain++;
      const vector = ids.map(() => candidates.rest);
      for (const [position, own] of candidates.above) vector[position] = own;
      expect(vector.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
      expect(vector[ids.indexOf(arm)]).toBe(propensity);
    }
    expect(uncertain).toBeGreaterThan(30);
  });
});

describe('what goes wrong in a trial', () => {
  const failing = { ...scripts, large: { right: 0.9, costUsd: 0.02, latencyMs: 1500, failing: 0.5 } };

  it('is counted and never scored, when models fail', async () => {
    const { trials, end } = await runTiny(tinyPlan({ policies: [largeArm], heldoutRepeats: 10, generations: 0 }), { world: scriptedWorld(failing) });
    const failed = trials.filter(({ status }) => status === 'failed');
    expect(end).toBe('complete');
    expect(failed.length).toBeGreaterThan(5);
    expect(failed.length).toBeLessThan(trials.length);
    for (const record of failed) expect(record).toMatchObject({ quality: null, error: 'large is down', calls: 1 });
    for (const record of trials) expect(record.quality === null).toBe(record.status !== 'completed');
  });

  it('is counted and never scored, when the scorer fails or gives what is no score', async () => {
    const scorer: Scorer = {
      score: async (task, answer, arm) => {
        if (task.id.startsWith('sum')) throw new ScorerError('no idea of sums');
        if (task.id.startsWith('menu')) return { score: task.id === 'menu-soup' ? 1.5 : Number.NaN, reasons: [] };
        return unevenScorer.score(task, answer, arm);
      },
      close: () => undefined,
    };
    const { trials, end } = await runTiny(tinyPlan({ policies: [largeArm], generations: 0, split: { train: 0, validation: 0, heldout: 1 } }), { scorer });
    expect(end).toBe('complete');
    for (const record of of(trials, { policy: largeArm })) {
      if (record.task.startsWith('sum')) expect(record).toMatchObject({ status: 'unscored', quality: null, error: 'no idea of sums', costUsd: 0.02 });
      else if (record.task.startsWith('menu'))
        expect(record).toMatchObject({
          status: 'unscored',
          quality: null,
          error: expect.stringMatching(/^the scorer gave (1\.5|NaN), which is not in \[0, 1\]$/),
        });
      else expect(record).toMatchObject({ status: 'completed', quality: expect.any(Number) });
    }
  });

  it('is no quality of 0: policies learn and are judged on, all the same', async () => {
    const { trials, promotions, end } = await runTiny(tinyPlan({ policies: ['learned'] }), {
      world: scriptedWorld({
        small: { right: 1, costUsd: 0.001, latencyMs: 1, failing: 0.3 },
        large: { right: 1, costUsd: 0.001, latencyMs: 1, failing: 0.3 },
      }),
    });
    expect(end).toBe('complete');
    expect(promotions).toHaveLength(2);
    expect(trials.filter(({ status }) => status === 'completed').every(({ quality }) => quality === 1)).toBe(true);
  });

  it('ends the run when it is a fault of the program', async () => {
    const scorer: Scorer = { score: () => Promise.reject(new TypeError('undefined is not a function')), close: () => undefined };
    await expect(runTiny(tinyPlan({ policies: [largeArm], generations: 0 }), { scorer })).rejects.toThrow('undefined is not a function');
  });
});

describe('promotion', () => {
  const cheaper = { small: { right: 1, costUsd: 0.0001, latencyMs: 100 }, large: { right: 1, costUsd: 0.02, latencyMs: 2000 } };

  it('is recorded for every candidate, and decides what serves at the end', async () => {
    const plan = tinyPlan({
      policies: ['learned'],
      generations: 3,
      trainRepeats: 4,
      promotion: { alpha: 0.4, margin: 0.05 },
      split: { train: 0.4, validation: 0.4, heldout: 0.2 },
    });
    const { promotions, trials } = await runTiny(plan, { world: scriptedWorld(cheaper) });
    expect(promotions.map(({ policy, seed, generation }) => ({ policy, seed, generation }))).toEqual(
      [1, 2, 3].map((generation) => ({ policy: 'learned', seed: 1, generation })),
    );
    const promoted = promotions.filter((one) => one.promoted).map(({ generation }) => generation);
    expect(promoted.length).toBeGreaterThan(0);
    for (const record of of(trials, { phase: 'heldout', policy: 'learned', generation: 3 })) expect(record.snapshot).toBe(promoted.at(-1));
    for (const { promoted: yes, utilityLow } of promotions) if (yes) expect(utilityLow).toBeGreaterThan(0);
  });

  it('is judged every so many generations, and last of all at the end', async () => {
    const { promotions } = await runTiny(tinyPlan({ policies: ['learned'], generations: 5, judgeEvery: 2 }));
    expect(promotions.map(({ generation }) => generation)).toEqual([2, 4, 5]);
  });

  it('leaves generation 0 where nothing is better', async () => {
    const same = { small: { right: 1, costUsd: 0.001, latencyMs: 100 }, large: { right: 1, costUsd: 0.001, latencyMs: 100 } };
    const { promotions, trials } = await runTiny(tinyPlan({ policies: ['learned'], promotion: { alpha: 0.01, margin: 0.02 } }), { world: scriptedWorld(same) });
    expect(promotions.map(({ promoted }) => promoted)).toEqual([false, false]);
    expect(new Set(of(trials, { phase: 'heldout', policy: 'learned' }).map(({ snapshot }) => snapshot))).toEqual(new Set([0]));
  });

  it('needs no judging without validation tasks: the last generation serves', async () => {
    const { promotions, trials } = await runTiny(tinyPlan({ policies: ['learned'], split: { train: 0.6, validation: 0, heldout: 0.4 } }));
    expect(promotions).toEqual([]);
    expect(of(trials, { phase: 'validation' })).toEqual([]);
    expect(new Set(of(trials, { phase: 'heldout', policy: 'learned', generation: 2 }).map(({ snapshot }) => snapshot))).toEqual(new Set([2]));
  });
});

describe('an experiment that learns nothing', () => {
  it('judges learners as they are, with generations 0', async () => {
    const { trials, promotions, end } = await runTiny(tinyPlan({ policies: ['learned', 'original'], generations: 0 }));
    expect(end).toBe('complete');
    expect(promotions).toEqual([]);
    expect(new Set(trials.map(({ phase }) => phase))).toEqual(new Set(['heldout']));
    // Both begin as the heuristic.
    for (const policy of ['learned', 'original']) expect(of(trials, { policy }).map(outcomeOf)).toEqual(of(trials, { policy: 'heuristic' }).map(outcomeOf));
  });

  it('runs policies that stand as they are on held-out tasks only, and once for any number of generations', async () => {
    const policies = [smallArm, 'random', 'oracle'];
    const [none, ten] = [await traceOf(tinyPlan({ policies, generations: 0 })), await traceOf(tinyPlan({ policies, generations: 10 }))];
    expect(ten.trials).toBe(none.trials);
    expect(none.run.trials.every(({ phase, generation }) => phase === 'heldout' && generation === 0)).toBe(true);
  });

  it('takes the expected outcomes of all arms from what is known, and executes no profiles', async () => {
    const stores = emptyStores();
    const world = {
      ...scriptedWorld(),
      knownOutcome: (_task: string, arm: string) => ({ quality: arm === 'direct/large' ? 1 : 0.2, costUsd: 0.01, latencyMs: 10 }),
    };
    const { trials } = await runTiny(tinyPlan({ policies: ['oracle', 'best-fixed'], generations: 0 }), { world, ...stores });
    expect(stores.profiles.lines).toEqual([]);
    for (const policy of ['oracle', 'best-fixed']) expect(new Set(of(trials, { policy }).map(({ arm }) => arm))).toEqual(new Set(['direct/large']));
  });
});
