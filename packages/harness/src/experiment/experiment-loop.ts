/** Runs the pieces of an experiment: profiles of arms, and for a seed and policy the generations of the loop, then the held-out tasks. */
import { type Analysis, type Arm, analyze, armId, certainDecision, type Policy, parseArmId, seededRandom, silentTracer, type Tracer } from '@ratchet/core';
import { fixedPolicy, judgePromotion, type Learner, type LearningEvent, type Outcome, type UtilityScale } from '@ratchet/learning';
import type { Task } from '../scenario/scenario.ts';
import { type Contender, makeContender } from './contenders.ts';
import type { Piece } from './experiment-pieces.ts';
import type { ExperimentPlan } from './experiment-plan.ts';
import type { LoopParts } from './loop-parts.ts';
import { emptyResult, type PieceResult } from './piece-result.ts';
import { expectedQuality, expectedUtility, type Profiles, profileOf, scaleOf } from './profiles.ts';
import { attemptOnce, type KnownAttempts, runTrial } from './run-trial.ts';
import { type RunWithinBudget, Stopped, withinBudget } from './run-within-budget.ts';
import { type Split, splitTasks } from './split.ts';
import { requestOf } from './task-request.ts';
import { shuffled, tasksOfTurn } from './tasks-of-turn.ts';
import { type Phase, type ProfileRecord, profileId, type Trial, type TrialRecord, trialId } from './trial.ts';
import { trialLuck } from './trial-luck.ts';
import { tallyOf } from './trial-tally.ts';
import { tuneArms, utilityOfTrials } from './tune-arms.ts';
import { tuningOf } from './tuning-plan.ts';

const progressLabels: Partial<Record<Phase, string>> = { heldout: 'held-out', tuning: 'tuning' };

/** Which policy, as of when, decides in a trial. */
interface TrialOrigin {
  readonly name: string;
  readonly seed: number;
  readonly generation: number;
  readonly snapshot: number;
}

/** Of what pieces of an experiment have in common: analyses, profiles, attempts that need not be repeated, what was spent. */
export class ExperimentLoop {
  readonly profiles: Profiles;
  readonly #plan: ExperimentPlan;
  readonly #parts: LoopParts;
  readonly #tracer: Tracer;
  readonly #profileRecords = new Map<string, ProfileRecord>();
  readonly #analyses = new Map<string, Analysis>();
  readonly #attempts: KnownAttempts = new Map();
  readonly #arms: Map<string, Arm>;
  readonly #armPositions: ReadonlyMap<string, number>;
  readonly #inOrder: RunWithinBudget;
  #result = emptyResult();

  constructor(plan: ExperimentPlan, parts: LoopParts) {
    this.#plan = plan;
    this.#parts = parts;
    this.#tracer = parts.tracer ?? silentTracer;
    this.#inOrder = withinBudget(parts);
    const ids = plan.scenario.arms.map(armId);
    this.#arms = new Map(plan.scenario.arms.map((arm) => [armId(arm), arm]));
    this.#armPositions = new Map(ids.map((id, position) => [id, position]));
    this.profiles = {
      outcome: (taskId, arm) => parts.world.knownOutcome?.(taskId, arm) ?? this.#profileRecords.get(profileId(taskId, arm)),
    };
  }

  /** What was found elsewhere. */
  know(profiles: readonly ProfileRecord[]): void {
    for (const record of profiles) this.#profileRecords.set(record.id, record);
  }

  /** Pieces are run one after another, those of profiles first. Throws what executing throws. */
  async run(piece: Piece): Promise<PieceResult> {
    this.#result = emptyResult();
    try {
      if (piece.kind === 'profiles') await this.#profile(this.#plan.tasks.slice(piece.from, piece.to), this.#plan.scenario.arms);
      else await this.#runSeed(piece);
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      this.#result.end = error.end;
    }
    return this.#result;
  }

  async #runSeed({ seed, policies }: Extract<Piece, { kind: 'seed' }>): Promise<void> {
    const { scenario, baseline, tasks, experiment } = this.#plan;
    const split = splitTasks(tasks, experiment.split, seed);
    const reference = split.train.length > 0 ? split.train : split.heldout;
    const quality = expectedQuality(this.profiles);
    const make = (name: string, scale: UtilityScale, learnersArms: readonly Arm[] = scenario.arms): Contender =>
      makeContender(name, {
        scenario,
        learnersArms,
        trainingTaskIds: reference.map((task) => task.id),
        expectedQuality: quality,
        expectedUtility: expectedUtility(this.profiles, scenario.file.utility, scale),
      });
    // The baseline is chosen without a scale, which is then taken from it: `best-fixed` as a baseline goes by quality.
    const unscaled = make(baseline === 'best-fixed' ? 'best-quality' : baseline, { quality: 0, costUsd: null, latencyMs: null });
    const scale = this.#baselineScale(unscaled, reference);
    this.#result.scale = scale;
    const arms = await this.#learnersArms(seed, split, scale);
    for (const name of policies) {
      const contender = make(name, scale, arms);
      if (contender.kind === 'static') await this.#heldout(contender.policy, { name, seed, generation: 0 }, split);
      else await this.#learn(contender.learner, seed, split, scale);
    }
  }

  #baselineScale(baseline: Contender, tasks: readonly Task[]): UtilityScale {
    const policy = baseline.kind === 'static' ? baseline.policy : baseline.learner.policy(baseline.learner.initial(), 'exploit');
    return scaleOf(
      tasks.map((task) => ({ taskId: task.id, arm: policy.decide(this.#analysisOf(task), seededRandom('scale', task.id)).arm })),
      this.profiles,
    );
  }

  /** Those that the experiment's tuning leaves, or all. */
  async #learnersArms(seed: number, split: Split, scale: UtilityScale): Promise<readonly Arm[]> {
    const { scenario } = this.#plan;
    const tuning = tuningOf(this.#plan, split);
    if (tuning === null) return scenario.arms;
    const tuned = await tuneArms(tuning, {
      arms: scenario.arms,
      tasks: shuffled(split.train, seededRandom('tuning', seed)),
      run: (arm, tasks) => this.#trials('tuning', tasks, fixedPolicy(arm), { name: `fixed:${armId(arm)}`, seed, generation: 0, snapshot: 0 }, 0),
      score: (trials) => utilityOfTrials(trials, scenario.file.utility, scale),
    });
    this.#result.tuning.push({ seed, ...tuned });
    return tuned.arms;
  }

  async #learn(learner: Learner, seed: number, split: Split, scale: UtilityScale): Promise<void> {
    const { experiment, scenario } = this.#plan;
    const { name } = learner;
    let state = learner.initial();
    let look = 0;
    let incumbent = { generation: 0, policy: learner.policy(state, 'exploit') };
    await this.#heldout(incumbent.policy, { name, seed, generation: 0 }, split);
    for (let turn = 0; turn < experiment.generations; turn++) {
      const tasks = tasksOfTurn(split.train, experiment.tasksPerGeneration, seed, turn);
      const explorer = learner.policy(state, 'explore');
      const records = await this.#repeated('train', tasks, explorer, { name, seed, generation: turn, snapshot: turn }, experiment.trainRepeats);
      state = learner.learn(state, this.#events(records));
      if ((turn + 1) % experiment.judgeEvery !== 0 && turn + 1 < experiment.generations) continue;
      const candidate = { generation: turn + 1, policy: learner.policy(state, 'exploit') };
      if (split.validation.length === 0) {
        incumbent = candidate;
        continue;
      }
      const judged = { name, seed, generation: turn + 1 };
      const before = await this.#validate(incumbent.policy, { ...judged, snapshot: incumbent.generation }, split);
      const after = await this.#validate(candidate.policy, { ...judged, snapshot: candidate.generation }, split);
      const verdict = judgePromotion(
        before.map((record, index) => ({ taskId: record.task, incumbent: record, candidate: after[index] as TrialRecord })),
        {
          alpha: experiment.promotion.alpha,
          look: ++look,
          looks: Math.ceil(experiment.generations / experiment.judgeEvery),
          margin: experiment.promotion.margin,
        },
        { prices: scenario.file.utility, scale, random: seededRandom('promotion', name, seed) },
      );
      this.#result.promotions.push({ policy: name, seed, generation: turn + 1, ...verdict });
      if (verdict.promoted) incumbent = candidate;
    }
    if (experiment.generations > 0)
      await this.#heldout(incumbent.policy, { name, seed, generation: experiment.generations, snapshot: incumbent.generation }, split);
  }

  async #heldout(policy: Policy, of: { name: string; seed: number; generation: number; snapshot?: number }, split: Split): Promise<void> {
    await this.#repeated('heldout', split.heldout, policy, { snapshot: of.generation, ...of }, this.#plan.experiment.heldoutRepeats);
  }

  async #validate(policy: Policy, of: TrialOrigin, split: Split): Promise<readonly TrialRecord[]> {
    return this.#repeated('validation', split.validation, policy, of, this.#plan.experiment.validationRepeats);
  }

  async #repeated(phase: Phase, tasks: readonly Task[], policy: Policy, of: TrialOrigin, repeats: number): Promise<readonly TrialRecord[]> {
    const records: TrialRecord[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) records.push(...(await this.#trials(phase, tasks, policy, of, repeat)));
    return records;
  }

  async #trials(phase: Phase, tasks: readonly Task[], policy: Policy, of: TrialOrigin, repeat: number): Promise<readonly TrialRecord[]> {
    const { world, scorer, trials, progress, traced } = this.#parts;
    const done: TrialRecord[] = [];
    const planned = tasks.map((task) => {
      const trial = { phase, policy: of.name, seed: of.seed, generation: of.generation, snapshot: of.snapshot, repeat, taskId: task.id };
      return { task, trial: { ...trial, id: trialId(trial) } satisfies Trial };
    });
    const luck = trialLuck({ phase, seed: of.seed, generation: of.generation, repeat });
    await this.#inOrder(planned, {
      logged: ({ trial }) => trials.get(trial.id),
      costUsd: (record) => record.costUsd ?? 0,
      worstUsd: ({ task }) => this.#parts.worstCostUsd?.(task) ?? 0,
      run: ({ task, trial }) =>
        runTrial(trial, task, {
          world,
          policy,
          scorer,
          tracer: this.#tracer,
          traced: traced?.(trial) ?? true,
          analysisOf: (one) => this.#analysisOf(one),
          armPositions: this.#armPositions,
          luck: luck.random.child(task.id),
          attempt: trial.id,
          luckName: luck.name,
          known: this.#attempts,
          decisionRandom: seededRandom('decision', trial.id),
        }),
      finish: (record, reused) => {
        if (!reused) trials.append(record);
        done.push(record);
        this.#result.trials.push(record);
        progress.advance(1, record.costUsd ?? 0, `${of.name}, seed ${of.seed}, ${progressLabels[phase] ?? `generation ${of.generation}`}`, reused, [
          tallyOf(record),
        ]);
      },
    });
    return done;
  }

  async #profile(tasks: readonly Task[], arms: readonly Arm[]): Promise<void> {
    const { world, scorer, profiles, progress } = this.#parts;
    const repeats = this.#plan.experiment.profileRepeats;
    const cells = tasks.flatMap((task) => arms.map((arm) => ({ task, arm, id: profileId(task.id, armId(arm)) })));
    await this.#inOrder(cells, {
      logged: ({ id }) => profiles.get(id),
      costUsd: profileCostUsd,
      worstUsd: ({ task }) => repeats * (this.#parts.worstCostUsd?.(task) ?? 0),
      run: async ({ task, arm, id }) => {
        const outcomes: Outcome[] = [];
        for (let repeat = 0; repeat < repeats; repeat++) {
          const attempt = await attemptOnce(task, certainDecision(arm, armId(arm)), {
            world,
            policy: fixedPolicy(arm),
            scorer,
            tracer: silentTracer,
            analysisOf: (one) => this.#analysisOf(one),
            luck: seededRandom('luck', 'profile', repeat).child(task.id),
            attempt: `profile ${id} ${repeat}`,
            luckName: `profile ${repeat}`,
            known: this.#attempts,
            decisionRandom: seededRandom('profile'),
          });
          outcomes.push({ quality: attempt.quality, costUsd: attempt.usage.costUsd, latencyMs: attempt.latencyMs });
        }
        return profileOf(id, task.id, armId(arm), outcomes);
      },
      finish: (record, reused) => {
        if (!reused) profiles.append(record);
        this.#profileRecords.set(record.id, record);
        this.#result.profiles.push(record);
        progress.advance(record.repeats, profileCostUsd(record), 'profiles of all arms', reused);
      },
    });
  }

  #events(records: readonly TrialRecord[]): readonly LearningEvent[] {
    const tasks = new Map(this.#plan.tasks.map((task) => [task.id, task]));
    return records.map((record) => ({
      id: record.id,
      analysis: this.#analysisOf(tasks.get(record.task) as Task),
      arm: this.#armOf(record.arm),
      propensity: record.propensity,
      outcome: { quality: record.quality, costUsd: record.costUsd, latencyMs: record.latencyMs },
    }));
  }

  #armOf(id: string): Arm {
    const arm = this.#arms.get(id) ?? parseArmId(id);
    this.#arms.set(id, arm);
    return arm;
  }

  #analysisOf(task: Task): Analysis {
    // The tagger's tokens depend a little on the texts before; so all come in one order, whatever piece is run and whatever the logs hold.
    if (this.#analyses.size === 0) for (const one of this.#plan.tasks) this.#analyses.set(one.id, analyze(requestOf(one)));
    return this.#analyses.get(task.id) as Analysis;
  }
}

function profileCostUsd({ costUsd, repeats }: ProfileRecord): number {
  return (costUsd ?? 0) * repeats;
}
