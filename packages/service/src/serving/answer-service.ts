/** The way of a request through the service: analyse, decide, execute, fall back where models fail, and record what came of it. */
import {
  type AnswerDelta,
  type Arm,
  armId,
  type Clock,
  executeDecided,
  type ModelError,
  modelsOf,
  type Random,
  requestFamily,
  type Store,
  type StoredDecision,
  type StrategyEnd,
  type Tracer,
} from '@ratchet/core';
import type { World } from '@ratchet/harness';
import { ServiceError } from '../service-error.ts';
import { armsById, type ServiceTask } from '../service-task.ts';
import { answerConversation, type Executed } from './answer-conversation.ts';
import type { Ask, Asker } from './ask.ts';
import { coolDowns } from './cool-downs.ts';
import { type Decider, decider, type Suggestion } from './decider.ts';
import { type ExplorationAccount, type ExplorationSettings, estimatedUsd } from './exploration.ts';
import type { LivePolicy } from './live-policy.ts';
import { warmSessions } from './warm-sessions.ts';

export interface AnswerParts {
  readonly task: ServiceTask;
  readonly world: World;
  readonly store: Store;
  readonly live: LivePolicy;
  /** Of real time. */
  readonly clock: Clock;
  /** Milliseconds of the Unix epoch. */
  readonly now: () => number;
  readonly random: Random;
  readonly tracer: Tracer;
  readonly exploration: ExplorationSettings;
  readonly account: ExplorationAccount;
  /** Told of each answer, and of what could not be recorded. */
  readonly onAnswered?: (answered: Answered) => void;
  readonly onUnrecorded?: (error: unknown) => void;
}

export interface Answered extends Suggestion, Executed {
  readonly id: string;
  /** How many arms were tried after the one that was chosen. */
  readonly fallbacks: number;
}

export interface AnswerHooks {
  readonly signal: AbortSignal;
  /** Told of the decision before anything of the answer. */
  readonly onDecided?: (suggestion: Suggestion) => void;
  readonly onDelta?: ((delta: AnswerDelta) => void) | undefined;
}

export interface AnswerService extends Pick<Decider, 'suggest' | 'explain'> {
  /** Model failures are part of what it returns. Throws a `ServiceError` for a request that it cannot or must not begin. */
  answer(ask: Ask, asker: Asker, hooks: AnswerHooks): Promise<Answered>;
}

interface Attempt {
  readonly arm: Arm;
  /** From 0. */
  readonly attempt: number;
  readonly world: World;
  readonly hooks: AnswerHooks;
}

const mostFallbacks = 2;

export function answerService(parts: AnswerParts): AnswerService {
  const { task, world, store, live, clock, now, random, exploration, account } = parts;
  const byId = armsById(task);
  const sessions = warmSessions();
  const cooling = coolDowns(clock);
  const priceOf = (model: string) => world.tokenPrice?.(model);
  const deciding = decider({ byId, prices: task.prices, store, live, random, exploration, account, priceOf });

  const execute = async (ask: Ask, suggestion: Suggestion, { arm, attempt, world: own, hooks }: Attempt): Promise<Executed> => {
    const { analysis } = suggestion;
    const opened = own.open(random.child('luck', ask.id, attempt), `${ask.id} ${attempt}`);
    const fitted = fittedArm(arm, ask);
    if (ask.conversation !== undefined && fitted.strategy === 'direct') {
      return answerConversation(ask, analysis, { arm: fitted, opened, signal: hooks.signal, onDelta: hooks.onDelta });
    }
    const { propensity, candidates } = suggestion;
    const { end, usage, latencyMs } = await executeDecided(
      ask,
      { analysis, decision: { arm: fitted, armId: armId(arm), propensity, candidates } },
      {
        policy: { name: `generation ${suggestion.generation}` },
        models: opened.models,
        clock: opened.clock,
        tracer: parts.tracer,
        signal: hooks.signal,
        onDelta: hooks.onDelta,
      },
    );
    return { end, usage, latencyMs, toolCalls: [], finishReason: 'stop' };
  };

  /** Arms whose models are ready, the likeliest first, then the others of the task with a single model. */
  const nextArm = (ask: Ask, suggestion: Suggestion, tried: readonly Arm[]): Arm | undefined => {
    if (ask.model !== 'auto') return undefined;
    const likely = suggestion.candidates.toSorted((a, b) => b.propensity - a.propensity).flatMap(({ armId: id }) => byId.get(id) ?? []);
    const failed = new Set(tried.flatMap(modelsOf));
    return [...likely, ...task.arms.filter(({ strategy }) => strategy === 'direct')].find(
      (arm) => (ask.conversation === undefined || arm.strategy === 'direct') && modelsOf(arm).every((model) => !failed.has(model) && cooling.ready(model)),
    );
  };

  return {
    suggest: deciding.suggest,
    explain: deciding.explain,
    answer: async (ask, asker, hooks) => {
      const named = ask.generation !== undefined;
      // What somebody looks at beside the traffic is no turn of a session.
      const sessionKey = ask.session === undefined || named ? undefined : `${asker.tenant}\n${ask.session}`;
      const warm = sessionKey === undefined ? undefined : sessions.arm(sessionKey, clock.now());
      const suggestion = await deciding.decide(ask, { tenant: asker.tenant, warm, explores: asker.shares });
      const reserved = asker.budgetUsd !== null;
      // Prices may change while it is under way: what was set aside for it, and what it comes to, are by the same ones.
      const steady = world.steady?.() ?? world;
      if (reserved) {
        const usd = estimatedUsd(suggestion.analysis, fittedArm(suggestion.arm, ask), { priceOf, kind: 'worst' });
        if (usd === null)
          throw new ServiceError(400, 'the key has a budget, and nobody knows the price of a model that would be asked', { code: 'unknown_price' });
        if (!(await store.reserve({ id: ask.id, keyId: asker.keyId, usd, atMs: now() }))) {
          throw new ServiceError(429, `the key's budget of $${asker.budgetUsd} does not allow this request, which may cost $${usd.toPrecision(3)}`, {
            code: 'insufficient_quota',
          });
        }
      }
      let streamed = false;
      const watched: AnswerHooks =
        hooks.onDelta === undefined
          ? hooks
          : {
              ...hooks,
              onDelta: (delta) => {
                streamed ||= delta.kind === 'text' && delta.text !== '';
                hooks.onDelta?.(delta);
              },
            };
      const tried: Arm[] = [];
      let spentUsd: number | null = 0;
      try {
        hooks.onDecided?.(suggestion);
        // What says when to come back is not asked before, where something else can answer.
        let arm = modelsOf(suggestion.arm).every(cooling.ready) ? suggestion.arm : (nextArm(ask, suggestion, []) ?? suggestion.arm);
        const detour = arm !== suggestion.arm;
        const retryAfterMs = cooling.askedToWaitMs(modelsOf(arm));
        if (retryAfterMs > 0)
          throw new ServiceError(429, 'every model that could answer asked to be left alone for now', { code: 'rate_limit_exceeded', retryAfterMs });
        for (;;) {
          const executed = await execute(ask, suggestion, { arm, attempt: tried.length, world: steady, hooks: watched });
          tried.push(arm);
          spentUsd = spentUsd === null || executed.usage.costUsd === null ? null : spentUsd + executed.usage.costUsd;
          if (executed.end.kind === 'failed') cooling.failed(executed.end.error, modelsOf(arm));
          const next = mayFallBack(executed, { streamed, signal: hooks.signal }) && tried.length <= mostFallbacks ? nextArm(ask, suggestion, tried) : undefined;
          if (next !== undefined) {
            arm = next;
            continue;
          }
          if (sessionKey !== undefined && executed.end.kind === 'answered') sessions.touch(sessionKey, arm, clock.now());
          const id = armId(arm);
          const own = arm === suggestion.arm && tried.length === 1 && !detour;
          // Name by name: each request makes one, and spreads of two objects take ten times as long.
          const answered: Answered = {
            id: ask.id,
            arm,
            armId: id,
            propensity: suggestion.propensity,
            candidates: suggestion.candidates,
            explored: suggestion.explored,
            learnable: suggestion.learnable && own && !named && asker.shares,
            prediction: suggestion.prediction,
            predictedRegret: suggestion.predictedRegret,
            generation: suggestion.generation,
            analysis: suggestion.analysis,
            end: executed.end,
            toolCalls: executed.toolCalls,
            finishReason: executed.finishReason,
            usage: { ...executed.usage, costUsd: spentUsd },
            latencyMs: executed.latencyMs,
            fallbacks: tried.length - 1,
          };
          if (own && !named) account.observe({ explored: answered.explored, costUsd: spentUsd, quality: null });
          record(ask, asker, answered);
          parts.onAnswered?.(answered);
          return answered;
        }
      } finally {
        // What nobody knows the cost of counts as nothing: the price of each model is known where a budget holds.
        if (reserved || (spentUsd !== null && spentUsd > 0))
          store.settle(reserved ? ask.id : null, { keyId: asker.keyId, usd: spentUsd ?? 0 }).catch((error) => parts.onUnrecorded?.(error));
      }
    },
  };

  /** Nobody waits for it: a store that is slow or gone fails no request. */
  function record(ask: Ask, asker: Asker, answered: Answered): void {
    const { end, usage, prediction, analysis } = answered;
    store
      .recordDecision({
        id: ask.id,
        atMs: now(),
        tenant: asker.tenant,
        keyId: asker.keyId,
        text: analysis.text,
        session: ask.session ?? null,
        armId: answered.armId,
        propensity: answered.propensity,
        candidates: answered.candidates,
        generation: answered.generation,
        explored: answered.explored,
        learnable: answered.learnable && end.kind === 'answered',
        status: statusOf(end),
        costUsd: usage.costUsd,
        latencyMs: answered.latencyMs,
        predictedQuality: prediction?.quality ?? null,
        predictedCostUsd: prediction?.costUsd ?? null,
        predictedRegret: answered.predictedRegret,
        family: requestFamily(analysis),
        tools: analysis.tools ?? null,
      })
      .catch((error) => parts.onUnrecorded?.(error));
  }
}

export function statusOf(end: StrategyEnd): StoredDecision['status'] {
  if (end.kind === 'answered') return 'answered';
  return end.error.kind === 'cancelled' ? 'cancelled' : 'failed';
}

/** With what the client wants of the answer in the place of what the arm says. */
function fittedArm(arm: Arm, { temperature, maxOutputTokens }: Ask): Arm {
  if (temperature === undefined && maxOutputTokens === undefined) return arm;
  return {
    ...arm,
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens: Math.min(maxOutputTokens, arm.maxOutputTokens) }),
  };
}

function mayFallBack({ end }: Executed, { streamed, signal }: { readonly streamed: boolean; readonly signal: AbortSignal }): boolean {
  return end.kind === 'failed' && !streamed && !signal.aborted && (end.error.transient || isClosed(end.error));
}

/** A provider that wants another key, or to be paid first, answers nobody; what it says of a request is another matter. */
function isClosed({ kind, message }: ModelError): boolean {
  return kind === 'refused' && /answered (401|402|403|404|429)\b/.test(message);
}
