/** Runs one trial: analyse, decide, execute, score. */
import {
  type Analysis,
  type Arm,
  type Attributes,
  createOrchestrator,
  type Decision,
  decisionAttributes,
  executeDecided,
  type Handled,
  type Policy,
  type Random,
  RatchetError,
  type Span,
  silentTracer,
  type Tracer,
} from '@ratchet/core';
import type { Task } from '../scenario/scenario.ts';
import { RunBudgetSpent } from './run-budget-spent.ts';
import type { Scorer } from './scorer.ts';
import { requestOf } from './task-request.ts';
import type { Trial, TrialRecord } from './trial.ts';
import type { OpenedWorld, World } from './world.ts';

export interface TrialParts {
  readonly world: World;
  readonly policy: Policy;
  readonly scorer: Scorer;
  readonly analysisOf: (task: Task) => Analysis;
  /** Position of each arm of the scenario, for logged propensities. */
  readonly armPositions: ReadonlyMap<string, number>;
  /** How chance falls in the world, and in the decision. */
  readonly luck: Random;
  /** Names the attempt, once a run. */
  readonly attempt: string;
  /** Equal for equal luck. */
  readonly luckName: string;
  readonly known: KnownAttempts;
  readonly decisionRandom: Random;
  readonly tracer: Tracer;
  /** Whether it is traced whatever comes of it. */
  readonly traced: boolean;
}

/** What came of executing a task, whoever decided. */
export interface Attempt {
  readonly handled: Handled;
  readonly status: TrialRecord['status'];
  readonly quality: number | null;
  readonly error?: string;
}

export type AttemptParts = Omit<TrialParts, 'armPositions' | 'luckName' | 'known' | 'tracer' | 'traced'> & { readonly tracer?: Tracer };

/** Analyses, decides, executes and scores. Throws a `RunBudgetSpent`. */
export function attemptTask(task: Task, parts: AttemptParts): Promise<Attempt> {
  const { tracer = silentTracer, policy, analysisOf } = parts;
  return attempt(task, parts, ({ models, clock }) =>
    createOrchestrator({ policy, models, clock, tracer, analyze: () => analysisOf(task) }).handle(requestOf(task), parts.decisionRandom),
  );
}

/** The same for a decision that was made before. */
function attemptDecided(task: Task, decision: Decision, parts: AttemptParts): Promise<Attempt> {
  const { tracer = silentTracer, policy, analysisOf } = parts;
  return attempt(task, parts, ({ models, clock }) =>
    executeDecided(requestOf(task), { analysis: analysisOf(task), decision }, { policy, models, clock, tracer }),
  );
}

async function attempt(task: Task, parts: AttemptParts, handle: (opened: OpenedWorld) => Promise<Handled>): Promise<Attempt> {
  const { scorer, tracer = silentTracer } = parts;
  const opened = parts.world.open(parts.luck, parts.attempt);
  const handled = await handle(opened);
  if (opened.outOfBudget?.()) throw new RunBudgetSpent(`the budget of the run was spent during ${parts.attempt}`);
  if (handled.end.kind === 'failed') return { handled, status: 'failed', quality: null, error: handled.end.error.message };
  return { handled, ...(await scoreAnswer(task, { text: handled.end.text, arm: handled.decision.arm }, { scorer, tracer })) };
}

async function scoreAnswer(
  task: Task,
  answer: { readonly text: string; readonly arm: Arm },
  { scorer, tracer }: Pick<TrialParts, 'scorer' | 'tracer'>,
): Promise<Omit<Attempt, 'handled'>> {
  try {
    return await tracer.span('score', {}, async (span) => {
      const result = await scorer.score(task, answer.text, answer.arm);
      span.set({ quality: result?.score ?? null });
      if (result !== null && !(result.score >= 0 && result.score <= 1)) {
        return { status: 'unscored', quality: null, error: `the scorer gave ${result.score}, which is not in [0, 1]` };
      }
      return { status: 'completed', quality: result?.score ?? null };
    });
  } catch (error) {
    if (error instanceof RunBudgetSpent) throw error;
    if (error instanceof RatchetError) return { status: 'unscored', quality: null, error: error.message };
    throw error;
  }
}

/** What is kept of an attempt: not the answer, of which a run has hundreds of megabytes. */
export type AttemptOutcome = Pick<Attempt, 'status' | 'quality' | 'error'> & Pick<Handled, 'usage' | 'latencyMs'>;

/** Outcomes of attempts by luck, task and arm, for worlds in which they repeat. */
export type KnownAttempts = Map<string, Promise<AttemptOutcome>>;

/**
 * Traced as `trial`; what is executed for it stands beneath, and is not there where the same was executed for a trial before. Of a
 * trial that is not traced whatever comes of it, the trace stands alone, and only where there is no answer or no score.
 */
export async function runTrial(trial: Trial, task: Task, parts: TrialParts): Promise<TrialRecord> {
  const { tracer, traced } = parts;
  const { id, taskId, ...origin } = trial;
  const attributes = { trialId: id, task: taskId, ...origin };
  if (traced) {
    return tracer.span('trial', attributes, async (span) => {
      const record = await decideAndAttempt(trial, task, { ...parts, span });
      span.set(outcomeAttributes(record));
      return record;
    });
  }
  const record = await decideAndAttempt(trial, task, { ...parts, tracer: silentTracer });
  if (record.status !== 'completed') {
    const { arm, strategy, propensity, error } = record;
    tracer.step('trial', attributes, (span) => {
      span.set({ armId: arm, strategy, propensity, ...outcomeAttributes(record) });
      span.content(() => ({ error }));
    });
  }
  return record;
}

function outcomeAttributes({ status, quality, costUsd, latencyMs, calls, inputTokens, outputTokens }: TrialRecord): Attributes {
  const tokens = inputTokens + outputTokens;
  const costPerToken = costUsd === null || tokens === 0 ? null : costUsd / tokens;
  return { status, quality, costUsd, costPerToken, latencyMs, calls, inputTokens, outputTokens };
}

async function decideAndAttempt(trial: Trial, task: Task, parts: TrialParts & { readonly span?: Span }): Promise<TrialRecord> {
  const decision = parts.policy.decide(parts.analysisOf(task), parts.decisionRandom);
  parts.span?.set(decisionAttributes(decision));
  const { status, quality, error, usage, latencyMs } = await attemptOnce(task, decision, parts);
  const candidates = loggedCandidates(decision, parts.armPositions);
  return {
    id: trial.id,
    phase: trial.phase,
    policy: trial.policy,
    seed: trial.seed,
    generation: trial.generation,
    snapshot: trial.snapshot,
    repeat: trial.repeat,
    task: trial.taskId,
    arm: decision.armId,
    strategy: decision.arm.strategy,
    propensity: decision.propensity,
    ...(candidates === undefined ? {} : { candidates }),
    status,
    quality,
    costUsd: usage.costUsd,
    latencyMs,
    calls: usage.modelCalls,
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    ...(error === undefined ? {} : { error }),
  };
}

/** Executes a decision, or takes what came of it before where that must be the same. */
export function attemptOnce(task: Task, decision: Decision, parts: Omit<TrialParts, 'armPositions' | 'traced'>): Promise<AttemptOutcome> {
  const { world, known, luckName } = parts;
  const once = async (): Promise<AttemptOutcome> => {
    const { handled, status, quality, error } = await attemptDecided(task, decision, parts);
    return { status, quality, ...(error === undefined ? {} : { error }), usage: handled.usage, latencyMs: handled.latencyMs };
  };
  if (world.repeats === 'never') return once();
  const key = `${world.repeats === 'always' ? '' : luckName} ${task.id} ${decision.armId}`;
  let running = known.get(key);
  if (running === undefined) {
    running = once();
    known.set(key, running);
  }
  return running;
}

/** The commonest propensity is that of the rest. */
function loggedCandidates({ candidates }: Decision, positions: ReadonlyMap<string, number>): TrialRecord['candidates'] {
  if (candidates.length <= 1) return undefined;
  const full = new Float64Array(positions.size);
  for (const { armId, propensity } of candidates) {
    const position = positions.get(armId);
    if (position === undefined) return undefined;
    full[position] = propensity;
  }
  const rest = full.reduce((least, propensity) => Math.min(least, propensity), 1);
  return { rest, above: [...full].flatMap((propensity, position): [number, number][] => (propensity > rest ? [[position, propensity]] : [])) };
}
